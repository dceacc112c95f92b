"""Files, customers, who is on call."""

from typing import Any

import httpx
import pytest
from bot.oncall.schedule import Override

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, Program


async def upload(program: Program, content: bytes = b"a log", **given: Any) -> httpx.Response:
    files = given.pop("files", None) or {"file": (given.pop("name", "log.txt"), content)}
    return await program.ask("POST", "/attachments", files=files, **given)


async def test_a_file_from_hand_to_hand(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    handed = (await upload(acme, b"a log", name="../дневник.txt")).json()
    assert (handed["content_type"], handed["size"]) == ("text/plain", 5)
    ticket = await acme.files(attachments=[handed["id"]])
    [opened] = (await acme.get(f"/tickets/{ticket}/messages")).json()["items"]
    [file] = opened["files"]
    assert file["id"] == handed["sha256"]
    assert ".." not in file["name"]
    for program in (acme, eve):
        answer = await program.get(file["url"])
        assert (answer.status_code, answer.content) == (200, b"a log")
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_engineers_answer_brings_files_and_a_note_keeps_them_inside(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    patch, dump = [(await upload(eve, content)).json() for content in (b"a patch", b"a dump")]
    said = {"text": "Try this.", "attachments": [patch["id"]]}
    assert (await eve.post(f"/tickets/{ticket}/messages", said)).status_code == 201
    assert (await eve.post(f"/tickets/{ticket}/update", {"attachments": [patch["id"]]})).status_code == 200
    inside = {"text": "For us.", "attachments": [dump["id"]]}
    assert (await eve.post(f"/tickets/{ticket}/note", inside)).status_code == 200
    lines = (await acme.get(f"/tickets/{ticket}/messages")).json()["items"]
    files = [file for line in lines for file in line.get("files", ())]
    assert [each["id"] for each in files] == [patch["sha256"]] * 2
    assert (await acme.get(files[0]["url"])).content == b"a patch"
    assert (await acme.get(f"/tickets/{ticket}/attachments/{dump['sha256']}")).status_code == 404
    assert (await eve.get(f"/tickets/{ticket}/attachments/{dump['sha256']}")).content == b"a dump"


async def test_a_file_that_looks_like_a_page_is_none(place: Place) -> None:
    acme = await place.program(customer="acme")
    handed = (await upload(acme, b"<!doctype html><script>alert(1)</script>", name="a.html")).json()
    ticket = await acme.files(attachments=[handed["id"]])
    answer = await acme.get(f"/tickets/{ticket}/attachments/{handed['sha256']}")
    assert "html" not in answer.headers["content-type"]


async def test_a_handle_is_good_for_its_own_token_alone(place: Place) -> None:
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    handed = (await upload(acme)).json()["id"]
    eve, ticket = await place.program(engineer="eve"), await globex.files()
    for answer in (
        await globex.post("/tickets", {"title": "Give me that", "attachments": [handed]}),
        await eve.post(f"/tickets/{ticket}/update", {"text": "Here.", "attachments": [handed]}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:dawnline:problem:unknown_upload")


async def test_a_file_is_read_only_where_it_is(place: Place) -> None:
    """Not by its digest through another ticket, nor a note's by a customer."""
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    handed = (await upload(acme)).json()
    theirs = await acme.files(attachments=[handed["id"]])
    own = await globex.files()
    for ticket in (own, theirs, "T-99"):
        answer = await globex.get(f"/tickets/{ticket}/attachments/{handed['sha256']}")
        assert answer.status_code == 404
    assert (await acme.get(f"/tickets/{theirs}/attachments/{'0' * 64}")).status_code == 404
    assert (await acme.get(f"/tickets/{theirs}/attachments/etc")).status_code == 404


@pytest.mark.parametrize(
    ("files", "status", "key"),
    [
        ({"file": ("a", b"")}, 422, "file_empty"),
        ({"file": ("a", b"x" * 100_001)}, 413, "file_too_large"),
        ({"another": ("a", b"x")}, 422, "no_file"),
        ([("file", ("a", b"x")), ("file", ("b", b"y"))], 413, "form_too_many_files"),
        ({"file": ("a", b"x"), "note": (None, b"and a word")}, 422, "no_file"),
    ],
)
async def test_uploads_that_are_none(place: Place, files: Any, status: int, key: str) -> None:
    answer = await upload(await place.program(customer="acme"), files=files)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:dawnline:problem:{key}")
    assert answer.headers["ratelimit"]


async def test_an_upload_of_another_type(place: Place) -> None:
    acme = await place.program(customer="acme")
    answer = await acme.post("/attachments", {"file": "a"})
    assert (answer.status_code, answer.json()["type"]) == (415, "urn:dawnline:problem:form_unknown_type")


async def test_customers_page_by_page(place: Place) -> None:
    everything = await place.program()
    first = (await everything.get("/customers?limit=1")).json()
    second = (await everything.get(first["next"])).json()
    assert [each["id"] for page in (first, second) for each in page["items"]] == ["acme", "globex"]
    assert second["next"] is None
    assert first["items"][0] == (await everything.get("/customers/acme")).json()
    assert first["items"][0]["identities"][0] == {"kind": "email-domain", "value": "acme.example"}
    tickets = first["next"].replace("customers", "tickets")
    assert (await everything.get(tickets)).status_code == 422


async def test_who_is_on_call(place: Place) -> None:
    everything = await place.program()
    now = (await everything.get("/on-call")).json()
    assert now["at"] == "2026-11-02T09:00:00Z"
    [schedule] = now["schedules"]
    assert schedule["duties"][0] == {
        "shift": "day",
        "region": "emea",
        "role": "architect",
        "engineers": ["eve"],
        "until": "2026-11-03T00:00:00Z",
    }
    [weekend] = (await everything.get("/on-call?at=2026-11-07T12:00:00Z")).json()["schedules"]
    assert weekend["duties"] == []


async def test_a_week_with_its_gaps_and_stand_ins(place: Place, clock: ManualClock) -> None:
    everything = await place.program()

    async def stand_in(work: Any) -> None:
        start = clock.now().replace(hour=12)
        work.tx.overrides.add(Override("week", start, start.replace(hour=18), "leo", "eve", "architect"))

    await place.desk.act(stand_in)
    week = (await everything.get("/on-call/week?start=2026-11-02T00:00:00Z")).json()
    assert week["end"] == "2026-11-09T00:00:00Z"
    assert week["gaps"][0] == {"role": "architect", "start": "2026-11-07T00:00:00Z", "end": week["end"]}
    first = [(each["start"], each["duties"][0]["engineers"]) for each in week["spans"][:3]]
    assert first == [
        ("2026-11-02T00:00:00Z", ["eve"]),
        ("2026-11-02T12:00:00Z", ["leo"]),
        ("2026-11-02T18:00:00Z", ["eve"]),
    ]
    assert (await everything.get("/on-call/nights")).status_code == 404


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1969-12-31T23:59:59Z"])
async def test_at_the_ends_of_the_calendar(place: Place, at: str) -> None:
    everything = await place.program()
    assert (await everything.get("/on-call", params={"at": at})).status_code == 200
    assert (await everything.get("/on-call/week", params={"start": at})).status_code == 200
