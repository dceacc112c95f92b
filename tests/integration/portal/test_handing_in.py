"""Files are kept for those alone who may hand them in, and no form takes more than its page asks for."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from adapters.web.site import TEXTS

from tests.integration.portal.place import EVE, SAM, START, Browser, Place, running
from tests.integration.portal.test_guard import forms, whoever_may
from tests.integration.portal.test_whose import ROWS, pages
from tests.unit.web.forms import MULTIPART, file, form, text

FILE = ("a.txt", b"log", "text/plain")
TAKE_FILES = {
    "POST /tickets/new",
    "POST /tickets/{ticket}/reply",
    "POST /tickets/{ticket}/opinion",
    "POST /t/{link}/reply",
    "POST /t/{link}/opinion",
    "POST /desk/tickets/{ticket}/{verb}",
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with running(tmp_path) as place:
        place.web.stop()
        yield place


def kept(directory: Path) -> list[Path]:
    return [each for each in (directory / "files").rglob("*") if each.is_file()]


async def sends(browser: Browser, path: str, body: bytes, **headers: str) -> httpx.Response:
    told = {"origin": browser.place.base, "sec-fetch-site": "same-origin", "content-type": MULTIPART}
    return await browser._ask("POST", path, {**told, **headers}, content=body)


async def test_no_form_keeps_a_file_of_a_stranger_s(place: Place, tmp_path: Path) -> None:
    """From whatever page they say they come, with a stranger's token and with none."""
    await place.files()
    for name in sorted(each for each in pages(place) if each.startswith("POST")):
        browser = place.browser()
        await browser.get("/sign-in")
        for csrf in ("", browser.csrf):
            answer = await browser.post(ROWS[name].path, {"csrf": csrf}, files=[FILE])
            assert answer.status_code in (401, 403, 404, 413), name
    assert kept(tmp_path) == []


async def test_who_has_a_link_proves_it_before_the_first_file(place: Place, tmp_path: Path) -> None:
    path = place.link(await place.files())
    browser = place.browser()
    assert (await sends(browser, f"{path}/reply", form(file("files", *FILE)))).status_code == 403
    assert kept(tmp_path) == []
    await browser.get(path)
    proven = form(text("csrf", browser.csrf.encode()), file("files", *FILE))
    assert (await sends(browser, f"{path}/reply", proven)).status_code == 303
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("made_up", ["/t/1-x", "/t/1-", "/t/99-x", "/t/x"])
@pytest.mark.parametrize("what", ["reply", "opinion"])
async def test_of_a_link_that_is_made_up_no_form_is_read(
    place: Place, tmp_path: Path, made_up: str, what: str
) -> None:
    """What follows is no form at all, and nobody says so."""
    await place.files()
    assert (await sends(place.browser(), f"{made_up}/{what}", b"no form")).status_code == 404
    assert kept(tmp_path) == []


async def test_the_token_comes_before_the_files(place: Place, tmp_path: Path) -> None:
    """As the page has it; whoever sends it afterwards is no browser."""
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    token, title, given = text("csrf", browser.csrf.encode()), text("title", b"x"), file("files", *FILE)
    assert (await sends(browser, "/tickets/new", form(title, given, token))).status_code == 403
    assert kept(tmp_path) == []
    assert (await sends(browser, "/tickets/new", form(token, title, given))).status_code == 303
    assert len(kept(tmp_path)) == 1


async def test_the_token_in_a_header_is_there_before_anything(place: Place, tmp_path: Path) -> None:
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    body = form(file("files", *FILE), text("title", b"x"))
    told = await sends(browser, "/tickets/new", body, **{"x-csrf-token": browser.csrf})
    assert told.status_code == 303


@pytest.mark.parametrize("path", ["/tickets/new", "/tickets/T-1/reply"])
async def test_every_page_s_form_has_the_token_first(place: Place, path: str) -> None:
    await place.files()
    browser = await place.signed_in(SAM)
    page = (await browser.get(path.removesuffix("/reply"))).text
    begun = page.partition(f'action="{path}"')[2]
    assert begun.partition("<input")[2].startswith(' type="hidden" name="csrf"')


async def test_only_pages_that_ask_for_files_take_them(place: Place, tmp_path: Path) -> None:
    """Of whoever may send the form, with its token."""
    taken: set[str] = set()
    for name, path, browser in await forms(place):
        before = len(kept(tmp_path))
        content = (f"{len(taken)}.txt", name.encode(), "text/plain")
        answer = await browser.post(path, ROWS[name].fields, files=[content])
        if len(kept(tmp_path)) > before:
            taken.add(name)
        assert answer.status_code in ((303,) if name in taken else (403, 413)), name
    assert taken == TAKE_FILES


@pytest.mark.parametrize("verb", ["ack", "resolve", "merge", "nothing"])
async def test_a_command_without_words_for_the_customer_takes_none(
    place: Place, tmp_path: Path, verb: str
) -> None:
    await place.files()
    browser = await place.signed_in(EVE)
    answer = await browser.post(f"/desk/tickets/T-1/{verb}", on="/desk/tickets/T-1", files=[FILE])
    assert answer.status_code == (403 if verb == "nothing" else 413)
    assert kept(tmp_path) == []


async def test_a_form_without_files_is_small(place: Place) -> None:
    browser = await whoever_may(place, "/sign-in")
    many = {f"a{number}": "x" * 60_000 for number in range(TEXTS.body // 60_000 + 1)}
    body = form(*(text(name, words.encode()) for name, words in many.items()))
    answer = await sends(browser, "/sign-in", body)
    assert answer.status_code == 413
    assert "1 MiB" in answer.text


async def test_one_reader_sends_no_more_than_anybody_could_write(tmp_path: Path) -> None:
    """By a link in a group too, which is anybody's in it; nobody else's words wait for theirs."""
    async with running(tmp_path, forms=3) as place:
        ticket = await place.files()
        link, sam = place.link(ticket), await place.signed_in(SAM)
        guest = place.browser()
        for number in range(4):
            answer = await guest.post(f"{link}/reply", {"text": f"line {number}"}, on=link, files=[FILE])
            assert answer.status_code == (429 if number == 3 else 303)
        assert "Nothing of this was taken" in answer.text
        assert len([each for each in await place.log() if each.kind == "message"]) == 3
        reply = await sam.post("/tickets/T-1/reply", {"text": "mine"}, on="/tickets/T-1")
        assert reply.status_code == 303
        place.clock.set(START + timedelta(minutes=1))
        assert (await guest.post(f"{link}/reply", {"text": "again"}, on=link)).status_code == 303
