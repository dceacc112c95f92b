"""What customers do on the desk's own pages, and what comes of it everywhere else."""

import re
from datetime import timedelta

import pytest
from bot.play.stage import Fault
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import State, Ticket

from tests.integration.portal.place import EVE, SAM, START, Browser, Place

OUTAGE = "Production is down for everyone"


async def acts(place: Place, verb: str, words: str = "", number: int = 1, **fields: str) -> None:
    """Eve does it by a button."""
    browser = await place.signed_in(EVE)
    page = f"/desk/tickets/T-{number}"
    answer = await browser.post(f"{page}/{verb}", {"words": words, **fields}, on=page)
    assert answer.status_code == 303
    await place.rest(timedelta(seconds=30))


async def kinds(place: Place, number: int = 1) -> list[str]:
    return [event.kind for event in await place.log(number)]


def slack(place: Place, to: str) -> list[str]:
    """What was newly said there since the last look."""
    shown = place.channels["slack"].shown
    told = [each.text for each in shown if each.place.conversation == to and each.what == "post"]
    place.channels["slack"].shown = [each for each in shown if each.place.conversation != to]
    return told


async def writes(browser: Browser, base: str, text: str, **fields: str) -> None:
    answer = await browser.post(f"{base}/reply", {"text": text, **fields}, on=base)
    assert answer.status_code == 303, answer.text
    await browser.place.rest(timedelta(seconds=30))


async def judges(browser: Browser, base: str, opinion: str, text: str = "") -> None:
    answer = await browser.post(f"{base}/opinion", {"opinion": opinion, "text": text}, on=base)
    assert answer.status_code == 303, answer.text
    await browser.place.rest(timedelta(seconds=30))


async def test_a_form_opens_a_ticket_whatever_it_says(place: Place) -> None:
    browser = await place.signed_in(SAM)
    answer = await browser.post(
        "/tickets/new",
        {"title": "thanks", "text": "hi", "since": "14:05", "room": "room-42"},
        on="/tickets/new",
    )
    assert answer.headers["location"] == "/tickets/T-1"
    await place.engine.settle()
    ticket = await place.ticket()
    assert (ticket.state, ticket.opened_at, ticket.customer) == (State.OPEN, START, "acme")
    assert ticket.text.split("\n") == ["thanks", "hi", "Since when: 14:05", "Room or call id: room-42"]
    assert [clock.started_at for clock in ticket.clocks][:1] == [START]
    assert [each.at.conversation for each in ticket.followers] == [SAM]
    assert any("T-1" in text for text in place.sent())
    page = (await browser.get("/tickets/T-1")).text
    assert "thanks" in page


async def test_the_same_form_twice_is_one_ticket(place: Place) -> None:
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    told = [await browser.post("/tickets/new", {"title": "Video is black"}) for _ in range(3)]
    assert {each.headers["location"] for each in told} == {"/tickets/T-1"}
    assert len(await place.tickets()) == 1


async def test_the_same_page_with_other_words_is_another_ticket(place: Place) -> None:
    """Somebody goes back and writes of something else: nothing they say is lost."""
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    for title in ("Video is black", "Sound is gone"):
        await browser.post("/tickets/new", {"title": title})
    assert [each.title for each in await place.tickets()] == ["Video is black", "Sound is gone"]


async def test_words_on_the_page_of_a_slack_ticket_are_read_in_slack(place: Place) -> None:
    ticket = await place.writes_in_slack()
    await acts(place, "ack")
    slack(place, "C-ACME"), slack(place, "U-EVE")
    guest = place.browser()
    base = place.link(ticket)
    await writes(guest, base, "It is <!channel> in all rooms now", name="Ann")
    [said] = [text for text in slack(place, "C-ACME") if "all rooms" in text]
    assert said == "T-1: Ann wrote on the ticket's page:\nIt is <!channel> in all rooms now"
    assert [text for text in slack(place, "U-EVE") if "all rooms" in text]
    page = (await guest.get(base)).text
    assert "all rooms now" in page
    assert (await kinds(place)).count("message") == 1
    assert place.sent() == [] or all("all rooms" not in text for text in place.sent())


async def test_the_same_words_twice_are_said_once(place: Place) -> None:
    ticket = await place.writes_in_slack()
    guest = place.browser()
    await guest.get(place.link(ticket))
    for _ in range(3):
        await guest.post(f"{place.link(ticket)}/reply", {"text": "Still black"})
    assert (await kinds(place)).count("message") == 1


async def test_an_answer_makes_a_waiting_ticket_go_on(place: Place) -> None:
    await place.files()
    await acts(place, "ack")
    await acts(place, "wait", "which SDK is it?")
    assert (await place.ticket()).state is State.WAITING
    await writes(await place.signed_in(SAM), "/tickets/T-1", "SDK 4.2")
    ticket = await place.ticket()
    assert (ticket.state, ticket.waiting_for) == (State.ACKNOWLEDGED, None)


@pytest.mark.parametrize("over", ["resolve", "discard", "closed"])
async def test_words_open_again_what_was_over(place: Place, over: str) -> None:
    await place.files()
    await acts(place, "ack")
    await acts(place, "resolve" if over == "closed" else over, "The camera was off.")
    if over == "closed":
        await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
        assert (await place.ticket()).state is State.CLOSED
    await writes(await place.signed_in(SAM), "/tickets/T-1", "It is black again")
    ticket = await place.ticket()
    assert (ticket.state, ticket.assignee) == (State.REOPENED, None)
    assert ticket.escalating_since is not None


@pytest.mark.parametrize("state", ["resolved", "closed"])
async def test_thanks_open_nothing_again(place: Place, state: str) -> None:
    await place.files()
    await acts(place, "ack")
    await acts(place, "resolve", "The camera was off.")
    if state == "closed":
        await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
    await writes(await place.signed_in(SAM), "/tickets/T-1", "Thank you!")
    assert (await place.ticket()).state.value == state


async def test_words_on_a_merged_ticket_go_where_it_goes_on(place: Place) -> None:
    await place.files()
    await place.files(title="The same, again")
    await acts(place, "merge", "T-1", number=2)
    sam = await place.signed_in(SAM)
    await sam.get("/tickets/T-1")
    answer = await sam.post("/tickets/T-2/reply", {"text": "More of it"})
    assert answer.status_code == 303
    assert [event.data["text"] for event in await place.log(1) if event.kind == "message"] == ["More of it"]


async def solved(place: Place) -> Ticket:
    await judges(await place.signed_in(SAM), "/tickets/T-1", "solved")
    return await place.ticket()


async def test_solved_while_nobody_has_it(place: Place) -> None:
    """Paging stops, and whoever was woken reads so."""
    await place.files(title=OUTAGE)
    slack(place, "U-EVE")
    ticket = await solved(place)
    assert (ticket.state, ticket.escalating_since, ticket.assignee) == (State.RESOLVED, None, None)
    response = ticket.clock(ClockKind.RESPONSE)
    assert response is not None
    assert (response.met_at, response.cancelled_at) == (None, ticket.resolved_at)  # no human answered
    assert [text for text in slack(place, "U-EVE") if "T-1" in text and SAM in text]
    before = paged(place)
    await place.rest(timedelta(hours=3))
    assert paged(place) == before
    assert "solved_by_customer" in await kinds(place)
    assert place.sent()[-1].startswith("T-1")


async def test_pages_that_have_not_left_stay(place: Place) -> None:
    slack_is_down = Fault("down", START + timedelta(hours=1))
    place.channels["slack"].faults.append(slack_is_down)
    await place.files(title=OUTAGE)
    await solved(place)
    place.channels["slack"].faults.clear()
    await place.rest(timedelta(hours=3))
    assert paged(place) == []


def paged(place: Place) -> list[str]:
    return [each.key for each in place.channels["slack"].shown if each.key.startswith("page:")]


@pytest.mark.parametrize("verb", ["ack", "wait"])
async def test_solved_while_somebody_has_it(place: Place, verb: str) -> None:
    await place.files()
    await acts(place, verb, "which SDK?" if verb == "wait" else "")
    slack(place, "U-EVE"), slack(place, "U-LEO")
    ticket = await solved(place)
    assert (ticket.state, ticket.assignee) == (State.RESOLVED, "eve")
    assert [text for text in slack(place, "U-EVE") if "sam@acme.example" in text]
    assert slack(place, "U-LEO") == []
    assert all(not clock.is_running for clock in ticket.clocks)
    await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
    assert (await place.ticket()).state is State.CLOSED


async def test_solved_confirms_what_was_resolved(place: Place) -> None:
    await place.files()
    await acts(place, "resolve", "The camera was off.")
    assert (await solved(place)).state is State.CLOSED
    assert (await kinds(place))[-1] == "confirmed"
    again = await solved(place)  # a button on an old page
    assert again.state is State.CLOSED
    assert (await kinds(place)).count("confirmed") == 1


QUESTION = "Did this solve it?"


async def test_who_has_said_that_it_is_solved_is_not_asked_again(place: Place) -> None:
    """Until it was open again, and an engineer says so."""
    await place.files()
    sam = await place.signed_in(SAM)
    await judges(sam, "/tickets/T-1", "solved")
    page = (await sam.get("/tickets/T-1")).text
    assert "Thank you, noted: it is solved." in page
    assert (QUESTION in page, "It is back: open it again" in page) == (False, True)
    await judges(sam, "/tickets/T-1", "not-solved")
    assert "Thank you: we look at it again." in (await sam.get("/tickets/T-1")).text
    await acts(place, "resolve", "The camera was off.")
    assert QUESTION in (await sam.get("/tickets/T-1")).text


@pytest.mark.parametrize("state", ["open", "acknowledged", "waiting", "resolved", "closed", "discarded"])
@pytest.mark.parametrize("words", ["", "no", "It is still black"])
async def test_not_solved(place: Place, state: str, words: str) -> None:
    await place.files()
    if state != "open":
        await acts(place, "ack")
    if state in ("waiting", "resolved", "closed", "discarded"):
        verb = {"waiting": "wait", "discarded": "discard"}.get(state, "resolve")
        await acts(place, verb, "because")
    if state == "closed":
        await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
    assert (await place.ticket()).state.value == state
    await judges(await place.signed_in(SAM), "/tickets/T-1", "not-solved", words)
    ticket = await place.ticket()
    heard = [event.data["text"] for event in await place.log() if event.kind == "message"]
    assert heard == ([words] if words else [])
    if state in ("resolved", "closed", "discarded"):
        assert (ticket.state, (await kinds(place)).count("reopened")) == (State.REOPENED, 1)
    else:
        assert ticket.is_active


async def heard(place: Place) -> list[str]:
    """What customers wrote on the ticket after they opened it."""
    return [event.data["text"] for event in await place.log() if event.kind == "message"]


@pytest.mark.parametrize("state", ["open", "acknowledged", "waiting", "resolved", "closed"])
async def test_words_beside_solved_are_kept_and_open_nothing_again(place: Place, state: str) -> None:
    await place.files()
    if state != "open":
        await acts(place, {"acknowledged": "ack", "waiting": "wait"}.get(state, "resolve"))
    if state == "closed":
        await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
    slack(place, "U-EVE")
    await judges(await place.signed_in(SAM), "/tickets/T-1", "solved", "Our firewall dropped the media")
    assert await heard(place) == ["Our firewall dropped the media"]
    after = "closed" if state in ("resolved", "closed") else "resolved"
    assert (await place.ticket()).state.value == after
    assert [text for text in slack(place, "U-EVE") if "Our firewall dropped the media" in text]


async def test_words_beside_an_opinion_are_read_in_slack_too(place: Place) -> None:
    ticket = await place.writes_in_slack()
    await acts(place, "resolve", "Restarted.")
    slack(place, "C-ACME")
    await judges(place.browser(), place.link(ticket), "not-solved", "NO it still fails on Pixel")
    assert [text for text in slack(place, "C-ACME") if "still fails on Pixel" in text]


@pytest.mark.parametrize("opinion", ["solved", "not-solved"])
async def test_files_beside_an_opinion_are_kept(place: Place, opinion: str) -> None:
    await place.files()
    await acts(place, "resolve", "Restarted.")
    sam, film = await place.signed_in(SAM), ("black.txt", b"frame 1", "text/plain")
    said = {"opinion": opinion, "text": ""}
    answer = await sam.post("/tickets/T-1/opinion", said, on="/tickets/T-1", files=[film])
    assert answer.status_code == 303
    assert "black.txt" in (await sam.get("/tickets/T-1")).text


async def test_a_receipt_has_a_link_that_opens_the_ticket(place: Place) -> None:
    ticket = await place.writes_in_slack()
    told = slack(place, "C-ACME")
    [link] = {word for text in told for word in text.split() if word.startswith(place.base)}
    assert link == place.links.ticket(1, "acme")
    assert ticket.title in (await place.browser().get(link.removeprefix(place.base))).text


SILENCING = ("wait", "discard", "resolve")
HOSTILE = [
    "eta=2h T-99 look",
    'say "eta=2h"',
    "line one\nT-2 line two",
    "/resolve T-2",
    "T-2",
    '--x need="a b" plan=c',
]


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("verb", ["note", "update", "wait", "resolve", "discard"])
async def test_nothing_in_words_is_an_option_or_a_ticket(place: Place, verb: str, words: str) -> None:
    await place.files()
    await place.files(title="Another one")
    await acts(place, verb, words)
    [event] = [
        each
        for each in await place.log(1)
        if each.kind in ("note", "update", "waiting", "resolved", "discarded")
    ]
    said = event.data.get("text") or event.data.get("need") or event.data.get("reason")
    assert said == words
    assert "eta" not in event.data
    assert (await kinds(place, 2)) == ["opened"] or "paged" in (await kinds(place, 2))
    assert (await place.ticket(2)).state is State.OPEN


@pytest.mark.parametrize("over", ["resolve", "discard", "closed"])
async def test_a_note_can_be_written_on_what_is_over(place: Place, over: str) -> None:
    await place.files()
    await acts(place, "resolve" if over == "closed" else over, "The camera was off.")
    if over == "closed":
        await place.rest(place.policy.intake.close_after + timedelta(minutes=1))
    page = (await (await place.signed_in(EVE)).get("/desk/tickets/T-1")).text
    assert [f'action="/desk/tickets/T-1/{verb}"' in page for verb in ("note", "update")] == [True, False]
    await acts(place, "note", "It was unplugged by the cleaners")
    [note] = [event for event in await place.log() if event.kind == "note"]
    assert note.data["text"] == "It was unplugged by the cleaners"


async def test_what_is_merged_takes_no_note(place: Place) -> None:
    await place.files()
    await place.files(title="The same, again")
    await acts(place, "merge", "T-1", number=2)
    page = (await (await place.signed_in(EVE)).get("/desk/tickets/T-2")).text
    assert 'action="/desk/tickets/T-2/note"' not in page


async def test_an_empty_click_silences_nothing(place: Place) -> None:
    """A browser sends neither form before there are words in it; a solution needs none."""
    await place.files()
    page = (await (await place.signed_in(EVE)).get("/desk/tickets/T-1")).text
    inputs = {verb: re.findall(rf'T-1/{verb}".*?<input name="words"( required)?', page) for verb in SILENCING}
    assert inputs == {"wait": [" required"], "discard": [" required"], "resolve": [""]}


async def test_a_button_on_an_old_page_says_why_not(place: Place) -> None:
    await place.files()
    browser = await place.signed_in(EVE)
    await browser.get("/desk/tickets/T-1")
    await browser.post("/desk/tickets/T-1/resolve", {"words": "done"})
    answer = await browser.post("/desk/tickets/T-1/wait", {"words": "for you"})
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    from_the_board = {"back": "/desk"}
    assert (await browser.post("/desk/tickets/T-1/ack", from_the_board)).headers["location"] == "/desk"
    assert 'class="flash no"' in (await browser.get("/desk")).text
    assert 'class="flash' not in (await browser.get("/desk")).text
