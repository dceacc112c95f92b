"""A ticket that goes on in another one: how engineers choose it, and what both sides read there."""

import re
from dataclasses import replace

import pytest
from bot.inbound import Address, MessagePosted, Person
from bot.tickets.ticket import Ticket
from bot.work import Work

from tests.integration.portal.place import EVE, SAM, Place
from tests.integration.portal.talk import talk
from tests.integration.portal.test_portal import acts

SLOW = "Joining a room takes 20 seconds in Frankfurt"


async def merged(place: Place) -> None:
    """T-2 goes on in T-1."""
    await place.files()
    await place.files(title="Pixel phones see nothing", text="Since the release of this morning.")
    await acts(place, "merge", "T-1", number=2)


async def test_nothing_is_chosen_and_what_looks_like_it_comes_first(place: Place) -> None:
    for title in (SLOW, "Question about invoices", "Joining takes long in Frankfurt, 20 seconds"):
        await place.files(title=title)
    page = (await (await place.signed_in(EVE)).get("/desk/tickets/T-3")).text
    select = re.search(r"T-3/merge.*?<select(.*?)</select>", page, re.DOTALL)
    assert select is not None
    assert " required" in select[1]
    assert re.findall(r'value="([^"]*)"( selected)?', select[1]) == [("", ""), ("T-1", ""), ("T-2", "")]
    assert select[1].index("Look like this one") < select[1].index("T-1")
    assert select[1].index("T-1") < select[1].index("other open tickets") < select[1].index("T-2")


@pytest.mark.parametrize(
    ("who", "base", "said"),
    [
        (SAM, "/tickets", "T-2 was merged into this."),
        (EVE, "/desk/tickets", "Eve Brandt merged T-2 into this one"),
    ],
)
async def test_what_was_merged_is_read_where_it_goes_on(place: Place, who: str, base: str, said: str) -> None:
    await merged(place)
    browser = await place.signed_in(who)
    lines = await talk(browser, f"{base}/T-1")
    at = lines.index(said)
    words = f"{SAM} T-2 Pixel phones see nothing Since the release of this morning."
    assert lines[at + 1] == words
    assert f'<a href="{base}/T-2">T-2</a>' in (await browser.get(f"{base}/T-1")).text


async def test_whoever_has_only_the_link_reads_nothing_of_the_other_ticket(place: Place) -> None:
    await merged(place)
    guest, base = place.browser(), place.link(await place.ticket(1))
    assert "T-2 was merged into this." in await talk(guest, base)
    assert "Pixel" not in (await guest.get(base)).text


async def heard(place: Place, number: int = 1) -> list[str]:
    return [event.data["text"] for event in await place.log(number) if event.kind == "message"]


async def test_words_for_a_merged_ticket_lead_where_they_went(place: Place) -> None:
    await merged(place)
    sam = await place.signed_in(SAM)
    answer = await sam.post("/tickets/T-2/reply", {"text": "More of it"}, on="/tickets/T-2")
    assert answer.headers["location"] == "/tickets/T-1"
    page = (await sam.get("/tickets/T-1")).text
    assert "T-2 goes on in T-1: what you sent is there." in page
    assert "More of it" in page
    assert await heard(place) == ["More of it"]


async def test_guests_of_a_merged_ticket_are_led_to_where_it_goes_on(place: Place) -> None:
    await merged(place)
    guest, base = place.browser(), place.link(await place.ticket(2))
    onward = place.links.ticket(1, "acme")
    page = (await guest.get(base)).text
    assert "What you write here reaches T-1." in page
    assert f'<a href="{onward}">T-1</a>' in page
    answer = await guest.post(f"{base}/reply", {"text": "More of it"})
    assert answer.headers["location"] == onward
    assert "T-2 goes on in T-1: what you sent is there." in (await guest.get(onward)).text
    assert await heard(place) == ["More of it"]


async def test_strangers_are_led_to_nobody_else_s_ticket(place: Place) -> None:
    """Nobody has linked either conversation to a customer, so nothing says that they are of one."""
    for who in ("ANN", "BOB"):
        at, person = Address("slack", f"C-{who}"), Person("slack", who, who)
        words = "Video is black"
        await place.desk.receive(MessagePosted(who, at, who, person, words, place.clock.now()))
    await acts(place, "merge", "T-1", number=2)
    guest, base = place.browser(), place.link(await place.ticket(2))
    assert "/t/1-" not in (await guest.get(base)).text
    answer = await guest.post(f"{base}/reply", {"text": "More of it"})
    assert answer.headers["location"] == base
    assert "T-2 goes on in T-1: what you sent is there." in (await guest.get(base)).text
    assert await heard(place) == ["More of it"]


async def test_nobody_is_led_to_what_turned_out_to_be_another_customer_s(place: Place) -> None:
    await merged(place)
    target = replace(await place.ticket(1), customer="globex")
    await place.desk.act(lambda work: saved(work, target))
    guests = (place.browser(), place.link(await place.ticket(2)))
    for who, base in (guests, (await place.signed_in(SAM), "/tickets/T-2")):
        page = (await who.get(base)).text
        assert "This goes on in T-1." in page
        assert ">T-1</a>" not in page


async def saved(work: Work, ticket: Ticket) -> None:
    work.tx.tickets.save(ticket)


async def test_what_is_refused_on_a_merged_ticket_stays_in_the_form(place: Place) -> None:
    await merged(place)
    sam = await place.signed_in(SAM)
    answer = await sam.post("/tickets/T-2/reply", {"text": " "}, on="/tickets/T-2")
    assert answer.status_code == 422
    assert 'action="/tickets/T-2/reply"' in answer.text
