"""Every error is a problem of RFC 9457, in words that people read."""

from pathlib import Path
from typing import Any

import pytest
from bot.errors import StoreAway
from bot.messages.catalogue import LANGUAGES, Catalogue
from bot.window import T, Unit

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, Plain, running


def is_a_problem(answer: Any, status: int, key: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    said: dict[str, Any] = answer.json()
    assert said["type"] == f"urn:dawnline:problem:{key}"
    assert said["status"] == status
    assert said["title"]
    assert "{" not in said["detail"]
    return said


@pytest.mark.parametrize(
    "path",
    ["/api/v1/", "/api/v1/nothing", "/api/v1/tickets/", "/api/v2/tickets", "/api/v1/a%0Ab", "/api/v1/%00"],
)
async def test_where_nothing_is(place: Place, path: str) -> None:
    is_a_problem(await place.client.get(path), 404, "nothing_here")


async def test_a_method_that_is_not_possible_says_which_are(place: Place) -> None:
    for path, allowed in (
        ("/api/v1/tickets", "GET, POST"),
        ("/api/v1/me", "GET"),
        ("/api/v1/docs", "GET, HEAD"),
    ):
        answer = await place.client.request("DELETE", path)
        is_a_problem(answer, 405, "no_method")
        assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "ticket", ["T-0", "T-x", "12", "T-1.0", "T-99999999999999999", "T-01", "%00", "T-%D9%A1"]
)
async def test_what_names_no_ticket(place: Place, ticket: str) -> None:
    is_a_problem(await (await place.program()).get(f"/tickets/{ticket}"), 404, "nothing_here")


@pytest.mark.parametrize(
    ("body", "status", "key"),
    [
        (b"", 422, "invalid"),
        (b"{", 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b"[" * 100_000, 400, "malformed"),
        (b'{"title": ' + b"9" * 5000 + b"}", 400, "malformed"),
        (b"null", 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b'{"title": NaN}', 422, "invalid"),
        (b'{"title": "\\ud800"}', 422, "invalid"),
        (b'{"title": "a", "\\ud800": 1}', 422, "invalid"),
        (b'{"title": "a", "text": null}', 422, "invalid"),
        (b'{"title": ["a"]}', 422, "invalid"),
        (b'{"title": "a", "facts": {"colour": "red"}}', 422, "invalid"),
        (b'{"title": "a", "attachments": ["a", "b", "c", "d", "e", "f"]}', 422, "invalid"),
        (b'{"title": "a", "attachments": ["a"]}', 409, "unknown_upload"),
        (b'{"title": "a", "reporter": {"email": "no address"}}', 422, "invalid"),
        (b'{"title": "' + b"a" * 201 + b'"}', 422, "invalid"),
        (b'{"title": "a", "text": "' + b"a" * 300_000 + b'"}', 413, "form_too_large"),
    ],
)
async def test_bodies_that_cannot_be_taken(place: Place, body: bytes, status: int, key: str) -> None:
    acme = await place.program(customer="acme")
    headers = {"content-type": "application/json"}
    is_a_problem(await acme.ask("POST", "/tickets", headers=headers, content=body), status, key)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {},
    ],
)
async def test_bodies_of_another_type(place: Place, headers: dict[str, str]) -> None:
    acme = await place.program(customer="acme")
    answer = await acme.ask("POST", "/tickets", headers=headers, content=b'{"title": "a"}')
    assert answer.status_code == 415
    assert (await acme.get("/tickets")).json()["items"] == []


async def test_it_says_what_is_wrong_and_where(place: Place) -> None:
    """And does not repeat what was sent."""
    acme = await place.program(customer="acme")
    said = {"title": "", "facts": {"a~b/c": "a secret"}, "reporter": {"name": 7}}
    problem = is_a_problem(await acme.post("/tickets", said), 422, "invalid")
    assert {each["where"] for each in problem["errors"]} == {"#/title", "#/facts/a~0b~1c", "#/reporter/name"}
    assert "a secret" not in str(problem)


@pytest.mark.parametrize("blank", [" ", "\n\t", "\u3000", "\0"])
async def test_no_pattern_is_read_by_anybody(place: Place, blank: str) -> None:
    desk, eve = await place.program(), await place.program(engineer="eve")
    ticket = await (await place.program(customer="acme")).files()
    note = is_a_problem(await eve.post(f"/tickets/{ticket}/note", {"text": blank}), 422, "invalid")
    assert note["errors"] == [{"where": "#/text", "detail": "write something"}]
    said = {"title": blank, "customer": "acme", "reporter": {"email": blank}}
    filed = is_a_problem(await desk.post("/tickets", said), 422, "invalid")
    assert {each["where"]: each["detail"] for each in filed["errors"]} == {
        "#/title": "write something",
        "#/reporter/email": "write an e-mail address, such as sam@example.com",
    }


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("zh-CN,zh;q=0.9", "zh"), ("de, zh", "zh"), ("en", "en"), ("de", "en"), ("", "en"), ("*;q=\xff", "en")],
)
async def test_in_the_readers_language(place: Place, accepts: str, language: str) -> None:
    headers: Any = [(b"accept-language", accepts.encode("latin-1"))]
    answer = await place.client.get("/api/v1/me", headers=headers)
    assert answer.headers["content-language"] == language
    assert ("令牌" in answer.json()["title"]) is (language == "zh")


async def test_refusals_name_states_and_people_in_that_language(place: Place) -> None:
    acme, eve, leo = [
        await place.program(customer="acme"),
        await place.program(engineer="eve"),
        await place.program(engineer="leo"),
    ]
    ticket = await acme.files()
    await eve.post(f"/tickets/{ticket}/acknowledge")
    taken = await leo.post(f"/tickets/{ticket}/acknowledge")
    assert "Eve Brandt, architect (EMEA)" in is_a_problem(taken, 409, "already_taken")["detail"]
    wrong = await eve.ask("POST", f"/tickets/{ticket}/reopen", headers={"accept-language": "zh"})
    catalogue = Catalogue.load()
    detail = is_a_problem(wrong, 409, "wrong_transition")["detail"]
    assert catalogue.template("zh", "standing.acknowledged") in detail


class Away(Plain):
    """The store cannot be reached."""

    async def look(self, unit: Unit[T]) -> T:
        raise StoreAway("no route to host")


async def test_while_the_store_is_away(tmp_path: Path) -> None:
    async with running(tmp_path, ManualClock(), between=Away) as place:
        answer = await (await place.program()).get("/tickets")
        is_a_problem(answer, 503, "away")
        assert answer.headers["retry-after"] == "5"
        assert "route" not in answer.text


class Broken(Plain):
    async def look(self, unit: Unit[T]) -> T:
        raise ZeroDivisionError("a bug")


async def test_a_bug_of_ours_is_a_problem_too(tmp_path: Path) -> None:
    async with running(tmp_path, ManualClock(), between=Broken) as place:
        answer = await (await place.program()).get("/tickets")
        assert answer.json()["type"] == "urn:dawnline:problem:bug"
        assert (answer.status_code, "a bug" in answer.text) == (500, False)


def test_every_status_that_is_described_has_its_title() -> None:
    catalogue = Catalogue.load()
    for status in (400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503):
        for language in LANGUAGES:
            assert catalogue.template(language, f"api.title.{status}")


async def test_answers_carry_what_every_answer_of_the_desk_does(place: Place) -> None:
    for path in ("/api/v1/me", "/api/v1/docs", "/api/v1/openapi.json"):
        answer = await place.client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_the_page_for_people_needs_no_script_and_nobody_else(place: Place) -> None:
    page = (await place.client.get("/api/v1/docs")).text
    assert "style=" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    said = (await place.client.get("/api/v1/openapi.json")).json()
    for path in said["paths"]:
        assert path in page
    for name in said["components"]["schemas"]:
        assert f'id="shape-{name}"' in page
