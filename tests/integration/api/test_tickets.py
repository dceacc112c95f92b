"""Tickets by programs: filed, listed, looked at, talked about, worked on."""

from dataclasses import replace
from typing import Any

import pytest
from bot.access.session import Scope
from bot.tickets.board import LOOK_BACK
from bot.tickets.ticket import State
from bot.work import Work

from tests.integration.api.place import Place, Program


async def test_a_ticket_is_filed_and_open_at_once(place: Place) -> None:
    acme = await place.program(customer="acme")
    said = {
        "title": "Video is black",
        "text": "Since the release.",
        "reporter": {"name": "Sam", "email": "sam@acme.example"},
        "facts": {"room": "room-42", "sdk": "4.2.1"},
    }
    answer = await acme.post("/tickets", said)
    assert answer.status_code == 201
    ticket = answer.json()
    assert (
        ticket["text"] == "Video is black\nSince the release.\nRoom or call id: room-42\nSDK version: 4.2.1"
    )
    assert (ticket["id"], ticket["customer"], ticket["state"]) == ("T-1", "acme", "open")
    assert ticket["reporter"] == {"id": "sam@acme.example", "name": "Sam"}
    assert ticket["clocks"][0] | {"due_at": "", "within": 0} == {
        "kind": "response",
        "fate": "open",
        "started_at": "2026-11-02T09:00:00Z",
        "within": 0,
        "paused_for": 0.0,
        "paused_at": None,
        "due_at": "",
        "met_at": None,
        "breached_at": None,
    }
    assert answer.headers["location"] == ticket["links"]["api"]
    assert (await acme.get(answer.headers["location"])).json() == ticket
    timers = await place.desk.look(lambda work: work.tx.outbox.find("nothing"))
    assert timers is None


async def test_for_whom_a_program_of_the_whole_desk_files(place: Place) -> None:
    everything = await place.program()
    unsaid = await everything.post("/tickets", {"title": "Video is black"})
    assert (unsaid.status_code, unsaid.json()["type"]) == (409, "urn:dawnline:problem:customer_needed")
    assert (await everything.post("/tickets", {"title": "Hm", "customer": "acme"})).status_code == 201
    unknown = await everything.post("/tickets", {"title": "Hm", "customer": "nobody"})
    assert (unknown.status_code, unknown.json()["type"]) == (409, "urn:dawnline:problem:unknown_customer")


async def test_the_link_that_opens_a_page_is_only_for_tokens_that_may_write(place: Place) -> None:
    """Whoever has it may write on the ticket."""
    acme = await place.program(customer="acme")
    reads = await place.program(Scope.READ, customer="acme")
    ticket = await acme.files()
    shared = (await acme.get(f"/tickets/{ticket}")).json()["links"]["shared"]
    assert (await place.client.get(shared)).status_code == 200
    links = (await reads.get(f"/tickets/{ticket}")).json()["links"]
    assert (links["shared"], links["page"]) == (None, "http://127.0.0.1:8080/tickets/T-1")


async def pages(program: Program, path: str) -> list[list[str]]:
    """The ids of every page, by the links in the body, which are those in the headers."""
    found = []
    following: str | None = path
    while following is not None:
        answer = await program.get(following)
        assert answer.status_code == 200, answer.text
        listed = answer.json()
        found.append([each["id"] for each in listed["items"]])
        following = listed["next"]
        linked = answer.links.get("next", {}).get("url")
        assert linked == following
    return found


async def test_a_list_page_by_page(place: Place) -> None:
    acme, globex, everything = [
        await place.program(customer="acme"),
        await place.program(customer="globex"),
        await place.program(),
    ]
    for number in range(5):
        await (globex if number == 2 else acme).files(f"Trouble number {number}")
    assert await pages(everything, "/tickets?limit=2") == [["T-5", "T-4"], ["T-3", "T-2"], ["T-1"]]
    assert await pages(everything, "/tickets?limit=5") == [["T-5", "T-4", "T-3", "T-2", "T-1"]]
    assert await pages(everything, "/tickets?limit=3&customer=acme") == [["T-5", "T-4", "T-2"], ["T-1"]]
    assert await pages(acme, "/tickets?limit=100") == [["T-5", "T-4", "T-2", "T-1"]]


async def test_a_page_stays_where_it_is_while_tickets_are_opened(place: Place) -> None:
    acme = await place.program(customer="acme")
    for _ in range(4):
        await acme.files()
    first = (await acme.get("/tickets?limit=2")).json()
    await acme.files("A new one")
    second = (await acme.get(first["next"])).json()
    ids = [each["id"] for page in (first, second) for each in page["items"]]
    assert ids == ["T-4", "T-3", "T-2", "T-1"]
    assert second["next"] is None


async def test_a_page_may_hold_nothing_and_go_on(place: Place) -> None:
    """What is rare is looked for piece by piece, and what is open at once."""
    acme = await place.program(customer="acme")
    await acme.files()
    await acme.files()

    async def many(work: Work) -> None:
        first = await work.tx.tickets.get(1)
        work.tx.tickets.save(replace(first, state=State.DISCARDED))
        for number in range(3, LOOK_BACK + 3):
            work.tx.tickets.save(replace(first, number=number, state=State.CLOSED))

    await place.desk.act(many)
    assert await pages(acme, "/tickets?state=discarded") == [[], ["T-1"]]
    assert await pages(acme, "/tickets?untaken=true") == [["T-2"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", ["T-4"]),
        ("state=acknowledged", ["T-3"]),
        ("state=resolved", ["T-2"]),
        ("state=merged", []),
        ("untaken=true", ["T-4"]),
        ("untaken=false", ["T-4", "T-3", "T-2", "T-1"]),
        ("assignee=eve", ["T-3", "T-2"]),
        ("assignee=eve&state=resolved", ["T-2"]),
        ("assignee=nobody", []),
        ("priority=P0", ["T-1"]),
        ("customer=globex", ["T-4"]),
        ("customer=%25", []),
    ],
)
async def test_filters(place: Place, query: str, found: list[str]) -> None:
    acme, globex = await place.program(customer="acme"), await place.program(customer="globex")
    eve = await place.program(engineer="eve")
    for _ in range(3):
        await acme.files("A question about prices")
    await globex.files("A question about prices")
    await eve.post("/tickets/T-1/priority", {"priority": "P0"})
    await eve.post("/tickets/T-1/discard", {})
    await eve.post("/tickets/T-2/acknowledge")
    await eve.post("/tickets/T-2/resolve", {})
    await eve.post("/tickets/T-3/acknowledge")
    assert await pages(eve, f"/tickets?limit=100&{query}") == [found]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=ten", "limit=1_0", "state=asleep", "priority=P9", "untaken=yes"),
        *("stat=open", "cursor=made-up", "cursor=%00", "limit=", "cursor=" + "A" * 1001),
    ],
)
async def test_questions_that_are_none(place: Place, query: str) -> None:
    answer = await (await place.program()).get(f"/tickets?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].startswith("query:")


async def test_a_cursor_belongs_to_its_question(place: Place) -> None:
    acme = await place.program(customer="acme")
    for _ in range(3):
        await acme.files()
    further = (await acme.get("/tickets?limit=1")).json()["next"]
    assert (await acme.get(further.replace("limit=1", "limit=2"))).status_code == 200
    assert (await acme.get(f"{further}&state=open")).status_code == 422


async def test_a_conversation(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    everything, ticket = await place.program(), await acme.files()
    said = {"text": "We look at it.", "author": {"name": "ignored"}}
    assert (await eve.post(f"/tickets/{ticket}/messages", said)).status_code == 201
    await acme.post(f"/tickets/{ticket}/messages", {"text": "Thanks!", "author": {"name": "Sam"}})
    own = {"text": "They called.", "author": {"name": "Dana", "email": "dana@x.example"}}
    await everything.post(f"/tickets/{ticket}/messages", own)
    lines = (await acme.get(f"/tickets/{ticket}/messages")).json()["items"]
    assert [(each["by"], each["name"], each["text"] or each["kind"]) for each in lines] == [
        ("customer", "a program (acme)", "Video is black"),
        ("desk", "Eve Brandt", "acknowledged"),
        ("engineer", "Eve Brandt", "We look at it."),
        ("customer", "Sam", "Thanks!"),
        ("customer", "Dana", "They called."),
    ]
    assert (await acme.get(f"/tickets/{ticket}")).json()["owner"]["name"] == "Eve Brandt"


async def test_an_update_without_words_has_its_facts(place: Place) -> None:
    """For whoever reads it, in instants that mean the same everywhere."""
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    facts = {"eta": "2026-11-02T12:30:00+01:00", "complexity": "high"}
    assert (await eve.post(f"/tickets/{ticket}/update", facts)).status_code == 200
    await eve.post(f"/tickets/{ticket}/wait", {})
    for reader in (acme, eve):
        lines = (await reader.get(f"/tickets/{ticket}/messages")).json()["items"]
        update, wait = [each for each in lines if each["by"] == "engineer"]
        assert update["details"] == {"eta": "2026-11-02T11:30:00Z", "complexity": "high"}
        assert (wait["kind"], wait["text"]) == ("waiting", "")


async def test_a_conversation_page_by_page(place: Place) -> None:
    acme = await place.program(customer="acme")
    ticket = await acme.files()
    for number in range(4):
        await acme.post(f"/tickets/{ticket}/messages", {"text": f"more {number}"})
    first = (await acme.get(f"/tickets/{ticket}/messages?limit=3")).json()
    await acme.post(f"/tickets/{ticket}/messages", {"text": "and more"})
    second = (await acme.get(first["next"])).json()
    assert [each["text"] for each in second["items"]] == ["more 2", "more 3", "and more"]
    assert second["next"] is None
    other = await acme.files()
    moved = first["next"].replace(ticket, other)
    assert (await acme.get(moved)).status_code == 422


async def test_what_a_customer_says_of_the_solution(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    await eve.post(f"/tickets/{ticket}/resolve", {"text": "Restarted."})
    back = await acme.post(f"/tickets/{ticket}/opinion", {"opinion": "not-solved", "text": "Still black."})
    assert (back.status_code, back.json()["state"]) == (200, "reopened")
    solved = await acme.post(f"/tickets/{ticket}/opinion", {"opinion": "solved"})
    assert solved.json()["state"] == "resolved"
    ours = await eve.post(f"/tickets/{ticket}/opinion", {"opinion": "solved"})
    assert (ours.status_code, ours.json()["type"]) == (403, "urn:dawnline:problem:customers_only")


STEPS: list[tuple[str, Any, str]] = [
    ("acknowledge", None, "acknowledged"),
    ("note", {"text": "It is the edge in Frankfurt."}, "acknowledged"),
    (
        "update",
        {"text": "We found it.", "eta": "2026-11-02T12:00:00+01:00", "complexity": "low"},
        "acknowledged",
    ),
    ("wait", {"text": "the SDK log"}, "waiting"),
    ("update", {"need": "", "plan": "Roll back."}, "waiting"),
    ("assign", {"to": "leo"}, "waiting"),
    ("priority", {"priority": "P2"}, "waiting"),
    ("resolve", {"text": "Rolled back."}, "resolved"),
    ("reopen", None, "reopened"),
    ("escalate", None, "reopened"),
    ("discard", {"text": "It was the cable."}, "discarded"),
]


async def test_an_engineers_program_works_a_ticket_from_end_to_end(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    for verb, said, state in STEPS:
        answer = await eve.post(f"/tickets/{ticket}/{verb}", said)
        assert answer.status_code == 200, (verb, answer.text)
        assert answer.json()["state"] == state
    shown = (await eve.get(f"/tickets/{ticket}")).json()
    assert (shown["priority"], shown["acknowledged_by"]) == ("P2", "eve")
    events = await place.desk.look(lambda work: work.tx.events.of(1))
    assert {"eve"} <= {each.actor for each in events}
    update = next(each for each in events if each.kind == "update")
    assert update.data["eta"] == "2026-11-02T11:00:00+00:00"


async def test_merging(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    one, other = await acme.files(), await acme.files()
    merged = (await eve.post(f"/tickets/{other}/merge", {"into": one})).json()
    assert (merged["state"], merged["merged_into"]) == ("merged", one)
    await acme.post(f"/tickets/{other}/messages", {"text": "More of it."})
    assert "More of it." in (await acme.get(f"/tickets/{one}/messages")).text


REFUSALS: list[tuple[str, Any, str]] = [
    ("reopen", None, "wrong_transition"),
    ("update", {}, "nothing_said"),
    ("update", {"text": "", "plan": " "}, "nothing_said"),
    ("update", {"text": "soon", "eta": "2026-11-01T00:00:00Z"}, "time_passed"),
    ("update", {"text": "late", "eta": "9999-12-31T23:59:59Z"}, "bad_time"),
    ("assign", {"to": "nobody"}, "unknown_engineer"),
    ("merge", {"into": "T-99"}, "unknown_ticket"),
    ("merge", {"into": "T-1"}, "merge_self"),
]


@pytest.mark.parametrize(("verb", "said", "key"), REFUSALS)
async def test_the_desk_says_no_and_nothing_is_done(place: Place, verb: str, said: Any, key: str) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    ticket = await acme.files()
    before = (await eve.get(f"/tickets/{ticket}")).json()
    answer = await eve.post(f"/tickets/{ticket}/{verb}", said)
    assert (answer.status_code, answer.json()["type"]) == (409, f"urn:dawnline:problem:{key}")
    assert "{" not in answer.json()["detail"]
    assert (await eve.get(f"/tickets/{ticket}")).json() == before


async def test_commands_are_for_tokens_of_engineers(place: Place) -> None:
    acme, everything = await place.program(customer="acme"), await place.program()
    ticket = await acme.files()
    for program in (acme, everything):
        for verb, said, _ in STEPS:
            answer = await program.post(f"/tickets/{ticket}/{verb}", said)
            assert (answer.status_code, answer.json()["type"]) == (
                403,
                "urn:dawnline:problem:not_an_engineer",
            )
    assert (await acme.get(f"/tickets/{ticket}")).json()["state"] == "open"


async def test_words_in_which_commands_hide_are_only_words(place: Place) -> None:
    acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
    one, other = await acme.files(), await acme.files()
    text = f'{other} eta=2h need="everything" is only said'
    await eve.post(f"/tickets/{one}/note", {"text": text})
    lines = (await eve.get(f"/tickets/{one}/messages")).json()["items"]
    assert lines[-1]["text"] == text
    assert "only said" not in (await eve.get(f"/tickets/{other}/messages")).text
