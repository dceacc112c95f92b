"""The page of a ticket that nobody takes: it must not grow with every round."""

import re
from datetime import timedelta

from bot.console.ordering import ordered
from bot.console.ticket import USUAL
from bot.inbound import Address, Form, Person, Wrote
from bot.tickets.conversation import LINES

from tests.integration.portal.place import EVE, SAM, Place

ON = "/desk/tickets/T-1"
EARLIER = "Show all that was said before"


async def left_alone(place: Place) -> tuple[int, int]:
    """A ticket that nobody took: how many pages and lines of the log it has."""
    await place.files(title="Production is down for everyone")
    await place.rest(timedelta(hours=2))
    pages = await place.store.read(lambda tx: tx.pages.of(1))
    return len(pages), len(await place.log())


def listed(page: str, section: str) -> int:
    """How many are listed there."""
    found = re.search(rf'<section id="{section}">(.*?)</section>', page, re.DOTALL)
    assert found is not None
    return found[1].count("<li")


async def test_only_the_newest_are_listed_and_all_are_counted(place: Place) -> None:
    pages, lines = await left_alone(place)
    assert pages > USUAL.pages
    assert lines > USUAL.events
    page = (await (await place.signed_in(EVE)).get(ON)).text
    assert (listed(page, "pages"), listed(page, "timeline")) == (USUAL.pages, USUAL.events)
    assert f"Pages ({pages})" in page
    assert f"Timeline ({lines})" in page
    assert f"Show the {pages - USUAL.pages} older ones too" in page
    assert f"Show the {lines - USUAL.events} older ones too" in page


async def test_all_are_shown_where_they_are_asked_for(place: Place) -> None:
    """They are not sent again with each live change."""
    pages, lines = await left_alone(place)
    eve = await place.signed_in(EVE)
    whole = (await eve.get(f"{ON}?pages=all")).text
    assert (listed(whole, "pages"), listed(whole, "timeline")) == (pages, USUAL.events)
    kept_current = re.search(r'hx-get="([^"]*)".*hx-select-oob="([^"]*)"', whole)
    assert kept_current is not None
    assert kept_current[1] == ON
    assert "#timeline" in kept_current[2]
    assert "#pages" not in kept_current[2]
    whole = (await eve.get(f"{ON}?events=all")).text
    assert (listed(whole, "pages"), listed(whole, "timeline")) == (USUAL.pages, lines)


async def test_what_just_happened_comes_first(place: Place) -> None:
    await left_alone(place)
    newest = (await place.store.read(lambda tx: tx.pages.of(1)))[-1]
    page = (await (await place.signed_in(EVE)).get(ON)).text
    assert f'<time datetime="{newest.created_at.isoformat(timespec="seconds")}"' in page
    times = re.findall(r'datetime="([^"]*)"', page[page.index('id="pages"') :])
    assert times[0] == newest.created_at.isoformat(timespec="seconds")


async def test_a_long_conversation_begins_with_its_newest_lines(place: Place) -> None:
    """For whoever reads it, and all of it where it is asked for, also when it is kept current."""
    ticket = await place.files()
    author = Person("web", SAM, "Sam")
    for number in range(LINES):
        said = f"line {number} of many"
        item = Wrote(f"w{number}", Address("web", SAM), author, "acme", 1, said, place.clock.now())
        await place.desk.receive(item)
    eve, sam, guest = await place.signed_in(EVE), await place.signed_in(SAM), place.browser()
    for browser, path in ((eve, ON), (sam, "/tickets/T-1"), (guest, place.link(ticket))):
        newest = (await browser.get(path)).text
        assert newest.count(" of many</p>") == LINES
        assert 'class="words">Video is black' not in newest
        assert EARLIER in newest
        whole = (await browser.get(f"{path}?lines=all")).text
        assert 'class="words">Video is black' in whole
        assert EARLIER not in whole
        assert f'hx-get="{path}?lines=all"' in whole


async def test_what_others_read_pushes_nothing_off_a_page(place: Place) -> None:
    """Days without anybody: the customer was told so a hundred times. Or a hundred notes."""
    await place.files()
    await place.rest(timedelta(days=3))
    eve, sam = await place.signed_in(EVE), await place.signed_in(SAM)
    told = [each for each in await place.log() if each.kind == "customer_updated"]
    assert len(told) > LINES
    for number in range(LINES + 1):
        form = Form("note", (1,), words=f"note {number}")
        engineer = place.policy.engineer("eve")
        assert engineer is not None
        await place.desk.receive(ordered(engineer, form, f"n{number}", place.clock.now()))
    theirs = (await sam.get("/tickets/T-1")).text
    assert 'class="words">Video is black' in theirs
    assert EARLIER not in theirs
    ours = (await eve.get(ON)).text
    assert (ours.count('class="words">note '), EARLIER in ours) == (LINES, True)
