"""The inbox: what waits for a human is seen, decided, and never hidden by what engineers do themselves."""

import asyncio
import re
from html import unescape

import pytest
from adapters.web.live import QUARANTINE, Change, Live
from bot.inbound import Address, MessagePosted, Person, Unreadable
from bot.intake.ledger import Outcome

from tests.integration.portal.place import EVE, LEO, SAM, Browser, Place
from tests.integration.portal.test_merging import heard, merged

INBOX = "/desk/inbox"
PATIENCE = 10.0


async def quarantined(place: Place, text: str = "Help, nothing works", key: str = "q1") -> None:
    at, now = Address("email", "stranger@elsewhere.example"), place.clock.now()
    await place.desk.receive(Unreadable(key, at, text, "has no sender who could be answered", now))


async def thanks(place: Place, key: str, text: str = "thanks!") -> None:
    """A message that opens nothing."""
    at, dana = Address("slack", "C-ACME"), Person("slack", "U-DANA", "Dana")
    await place.desk.receive(MessagePosted(key, at, key, dana, text, place.clock.now()))


async def page(browser: Browser, path: str = INBOX) -> str:
    return unescape((await browser.get(path)).text)


def form(shown: str, decision: str) -> tuple[str, dict[str, str]]:
    """Where the last form for that decision goes, and what it holds hidden."""
    action, inside = re.findall(rf'action="(/desk/inbox/\w+/{decision})"[^>]*>(.*?)</form>', shown)[-1]
    return action, dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))


async def decides(browser: Browser, decision: str, words: str = "") -> tuple[int, str]:
    """The answer's status, and what is on the page then."""
    action, hidden = form(await page(browser), decision)
    answer = await browser.post(action, {**hidden, "words": words})
    shown = unescape(answer.text) if answer.status_code != 303 else await page(browser)
    return answer.status_code, shown


async def test_how_much_waits_is_seen_on_every_page_of_the_console(place: Place) -> None:
    await place.files()
    eve = await place.signed_in(EVE)
    for path in ("/desk", INBOX, "/desk/tickets/T-1", "/desk/on-call", "/desk/channels"):
        assert 'class="badge"' not in await page(eve, path)
    await quarantined(place)
    await quarantined(place, key="q2")
    for path in ("/desk", INBOX, "/desk/tickets/T-1", "/desk/on-call", "/desk/channels"):
        assert '<b class="badge">2<' in await page(eve, path)
    assert "badge" not in await page(await place.signed_in(SAM), "/tickets")


async def test_whoever_looks_hears_of_what_waits(place: Place) -> None:
    """It is of no ticket, so its log says nothing."""
    live = Live(place.desk)
    running = asyncio.create_task(live.run())
    heard: list[Change] = []

    def cares(change: Change) -> bool:
        heard.append(change)
        return change == QUARANTINE

    with live.watching(cares) as watcher:
        await quarantined(place)
        await asyncio.wait_for(watcher.woken.wait(), PATIENCE)
        watcher.woken.clear()
        await decides(await place.signed_in(EVE), "reject", "spam")
        await asyncio.wait_for(watcher.woken.wait(), PATIENCE)
    assert set(heard) == {QUARANTINE}
    live.stop()
    await asyncio.wait_for(running, PATIENCE)


@pytest.mark.parametrize("words", ["12 please", "Acme's", "T-1 T-2"])
async def test_what_is_no_number_opens_nothing_and_stays(place: Place, words: str) -> None:
    await place.files()
    await quarantined(place)
    status, shown = await decides(await place.signed_in(EVE), "release", words)
    assert status == 409
    assert f"“{words}” is no ticket. Write its number, such as T-12" in shown
    assert f'size="8" value="{words}"' in shown
    assert 'name="back" value="/desk/inbox"' in shown
    assert len(await place.tickets()) == 1


async def test_a_ticket_that_is_not_there_stays_too(place: Place) -> None:
    await place.files()
    await quarantined(place)
    status, shown = await decides(await place.signed_in(EVE), "release", "T-2")
    assert (status, 'size="8" value="T-2"' in shown) == (409, True)
    assert "There is no T-2. Did you mean T-1?" in shown


@pytest.mark.parametrize(("words", "tickets"), [("", 2), ("T-1", 1), ("#1", 1), (" t1 ", 1)])
async def test_it_is_released(place: Place, words: str, tickets: int) -> None:
    await place.files()
    await quarantined(place)
    status, shown = await decides(await place.signed_in(EVE), "release", words)
    assert (status, f"T-{tickets} has it now." in shown) == (303, True)
    assert len(await place.tickets()) == tickets


async def test_what_is_released_into_a_merged_ticket_is_read_where_that_goes_on(place: Place) -> None:
    await merged(place)
    await quarantined(place)
    status, shown = await decides(await place.signed_in(EVE), "release", "T-2")
    assert (status, "T-1 has it now." in shown) == (303, True)
    assert [await heard(place, number) for number in (1, 2)] == [["Help, nothing works"], []]


async def test_commands_hide_nobody_and_are_there_when_asked_for(place: Place) -> None:
    await place.files()
    await thanks(place, "m1", "thanks!")
    eve = await place.signed_in(EVE)
    for number in range(101):
        await eve.post("/desk/tickets/T-1/note", {"words": f"look {number}"}, on="/desk/tickets/T-1")
    shown = await page(eve)
    assert "thanks!" in shown
    assert "look 100" not in shown
    assert '<a href="/desk/inbox?all=1">' in shown
    every = await page(eve, f"{INBOX}?all=1")
    assert ("thanks!" in every, "look 100" in every) == (False, True)
    row = next(each for each in every.split("<tr>") if "look 100" in each)
    assert '<a href="/desk/tickets/T-1">T-1</a>' in row
    assert 'hx-get="/desk/inbox?all=1"' in every


async def test_what_stands_on_an_older_page_can_still_be_made_a_ticket(place: Place) -> None:
    await thanks(place, "m1", "ok 👍")
    leo = await place.signed_in(LEO)
    action, hidden = form(await page(leo), "promote")
    for number in range(101):
        await thanks(place, f"more{number}")
    answer = await leo.post(action, hidden)
    assert (answer.status_code, [each.title for each in await place.tickets()]) == (303, ["ok 👍"])
    kept = await place.store.read(lambda tx: tx.ledger.get("slack", "m1"))
    assert kept is not None
    assert kept.outcome is Outcome.PROMOTED
    again = await leo.post(action, hidden)
    assert again.status_code == 409
    assert "That message is gone, or has become a ticket already." in again.text
    assert len(await place.tickets()) == 1


async def test_reasons_are_english_on_a_chinese_page_and_say_so(place: Place) -> None:
    await quarantined(place)
    eve = await place.signed_in(EVE)
    eve.cookies["lang"] = "zh"
    assert '<p class="why" lang="en">has no sender' in await page(eve)
