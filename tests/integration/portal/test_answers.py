"""What engineers answer on the console: words, files, and what a refusal leaves in the form."""

import re
from datetime import timedelta

import pytest
from bot.inbound import Address, Answer, Person, VerbInvoked
from bot.intake.ledger import Outcome
from bot.tickets.ticket import State

from tests.integration.portal.place import EVE, FAR, KIM, SAM, START, Browser, Place

PATCH = ("patch.txt", b"--- a\n+++ b\n", "text/plain")
ON = "/desk/tickets/T-1"


async def answers(place: Place, verb: str = "update", words: str = "Please try this.", **fields: str) -> None:
    """With the patch."""
    eve = await place.signed_in(EVE)
    answer = await eve.post(f"{ON}/{verb}", {"words": words, **fields}, on=ON, files=[PATCH])
    assert answer.status_code == 303, answer.text
    await place.rest(timedelta(seconds=30))


async def offered(browser: Browser, page: str) -> str:
    """Where the one file is that the page offers."""
    [path] = re.findall(r'href="([^"]+/files/[^"]+)"', (await browser.get(page)).text)
    return str(path)


async def fetched(browser: Browser, page: str) -> bytes:
    """That file."""
    answer = await browser.get(await offered(browser, page))
    assert answer.status_code == 200
    return answer.content


async def test_a_file_reaches_a_customer_who_writes_in_slack(place: Place) -> None:
    """By the ticket's link, which opens the page that it is on."""
    ticket = await place.writes_in_slack()
    await answers(place)
    [told] = [text for text in place.sent("slack") if "Please try this." in text]
    assert "patch.txt" in told
    assert place.links.ticket(1, "acme") in told
    assert await fetched(place.browser(), place.link(ticket)) == PATCH[1]


async def test_a_file_in_the_portal_is_the_companys_own(place: Place) -> None:
    await place.files()
    await place.files(KIM)
    await answers(place)
    sam, kim = await place.signed_in(SAM), await place.signed_in(KIM)
    assert await fetched(sam, "/tickets/T-1") == PATCH[1]
    path = await offered(sam, "/tickets/T-1")
    assert (await kim.get(path)).status_code == 404
    assert (await kim.get(path.replace("T-1", "T-2"))).status_code == 404
    assert await fetched(await place.signed_in(EVE), ON) == PATCH[1]


async def test_a_file_may_be_all_there_is_to_say(place: Place) -> None:
    await place.files()
    await answers(place, words="")
    assert (await place.ticket()).state is State.ACKNOWLEDGED
    assert await fetched(await place.signed_in(SAM), "/tickets/T-1") == PATCH[1]


async def test_a_notes_file_stays_among_ourselves(place: Place) -> None:
    await place.files()
    before = len(place.sent())
    await answers(place, "note", "the customer's own dump")
    eve, sam = await place.signed_in(EVE), await place.signed_in(SAM)
    assert await fetched(eve, ON) == PATCH[1]
    path = await offered(eve, ON)
    assert "patch.txt" not in (await sam.get("/tickets/T-1")).text
    assert (await sam.get(path.replace("/desk", ""))).status_code == 404
    assert len(place.sent()) == before


async def test_a_customer_may_answer_with_a_file_alone(place: Place) -> None:
    await place.files()
    sam = await place.signed_in(SAM)
    answer = await sam.post("/tickets/T-1/reply", {"text": ""}, on="/tickets/T-1", files=[PATCH])
    assert answer.status_code == 303
    assert "required" not in sam.page


REFUSED = [
    (
        "update",
        {"words": "Line one\nline two", "eta": "tomorrow-ish", "need": "the log", "complexity": "low"},
    ),
    ("update", {"words": "Line one", "eta": "2020-01-01T10:00", "plan": "Roll back"}),
    ("merge", {"words": "T-99"}),
]


@pytest.mark.parametrize(("verb", "fields"), REFUSED)
async def test_what_is_refused_stays_in_the_form(place: Place, verb: str, fields: dict[str, str]) -> None:
    await place.files()
    eve = await place.signed_in(EVE)
    answer = await eve.post(f"{ON}/{verb}", fields, on=ON)
    page = answer.text
    assert answer.status_code == 409
    assert 'role="alert"' in page
    if verb == "update":
        assert f">{fields['words']}</textarea>" in page
        for each in {"eta", "need", "plan"} & fields.keys():
            assert f'value="{fields[each]}"' in page
        assert ('value="low" selected' in page) == ("complexity" in fields)
    assert [event.kind for event in await place.log()].count("update") == 0


async def test_what_was_refused_is_asked_anew_and_done_once(place: Place) -> None:
    """Back, and the same form again, as the browser has it."""
    await place.files()
    eve, other = await place.signed_in(EVE), await place.signed_in(EVE)
    await eve.get(ON)
    for _ in range(2):
        refused = await eve.post(f"{ON}/reopen", {"words": ""})
        assert (refused.status_code, "cannot be reopened" in refused.text) == (409, True)
    await other.post(f"{ON}/resolve", {"words": "done"}, on=ON)
    done = await eve.post(f"{ON}/reopen", {"words": ""})
    assert done.status_code == 303
    assert (await place.ticket()).state is State.REOPENED
    await other.post(f"{ON}/resolve", {"words": "done for good"}, on=ON)
    assert (await eve.post(f"{ON}/reopen", {"words": ""})).status_code == 303
    assert (await place.ticket()).state is State.RESOLVED
    kinds = [event.kind for event in await place.log()]
    assert (kinds.count("resolved"), kinds.count("reopened")) == (2, 1)


async def test_a_platform_that_delivers_again_has_had_its_answer(place: Place) -> None:
    """Also where it would be allowed by then: nobody asks any more."""
    await place.files()
    at, author = Address("slack", "D-EVE"), Person("slack", "U-EVE", "Eve")
    command = VerbInvoked("e1", at, author, "reopen T-1", place.clock.now(), private=True)
    assert (await place.desk.receive(command)).refused
    eve = await place.signed_in(EVE)
    await eve.post(f"{ON}/resolve", {"words": "done"}, on=ON)
    assert await place.desk.receive(command) == Answer()
    assert (await place.ticket()).state is State.RESOLVED


async def test_every_refusal_is_on_the_ledger(place: Place) -> None:
    await place.files()
    eve = await place.signed_in(EVE)
    await eve.get(ON)
    for _ in range(2):
        await eve.post(f"{ON}/reopen", {"words": ""})
    entries = await place.store.read(lambda tx: tx.ledger.since(START - FAR))
    assert [each.reason for each in entries if each.outcome is Outcome.COMMAND] == [
        "refused: wrong_transition",
        "refused: wrong_transition",
    ]


async def test_words_for_a_ticket_that_is_over_by_now_are_shown(place: Place) -> None:
    await place.files()
    eve = await place.signed_in(EVE)
    await eve.get(ON)
    await eve.post(f"{ON}/resolve", {"words": "done"})
    answer = await eve.post(f"{ON}/update", {"words": "We <b>found</b> it."})
    assert answer.status_code == 409
    assert "We &lt;b&gt;found&lt;/b&gt; it." in answer.text


async def test_a_page_that_answers_a_form_can_be_looked_at_again(place: Place) -> None:
    """Kept current, or read in the other language: its own address takes forms alone."""
    ticket = await place.files()
    eve, sam = await place.signed_in(EVE), await place.signed_in(SAM)
    guest, link = place.browser(), place.link(ticket)
    answers = [
        (await eve.post(f"{ON}/update", {"words": "soon", "eta": "x"}, on=ON), ON),
        (await sam.post("/tickets/T-1/reply", {"text": ""}, on="/tickets/T-1"), "/tickets/T-1"),
        (await guest.post(f"{link}/reply", {"text": ""}, on=link), link),
        (await sam.post("/tickets/new", {"title": ""}, on="/tickets/new"), "/tickets/new"),
        (await sam.post("/sign-in", {"address": "x"}, on="/sign-in"), "/sign-in"),
    ]
    for answer, page in answers:
        assert answer.status_code in (409, 422), page
        assert f'name="back" value="{page}"' in answer.text
        assert {*re.findall(r'hx-get="([^"?]+)', answer.text)} <= {page, "/tickets/similar"}
