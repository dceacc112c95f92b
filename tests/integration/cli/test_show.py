"""`dawnline show` and `dawnline tickets`."""

import asyncio
from datetime import UTC, datetime

import pytest
from bot.escalation.page import Page
from bot.messages.catalogue import Catalogue
from bot.ports import Transaction, Unit
from bot.tickets.ticket import Move
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal


def test_a_tickets_whole_story(desk: Terminal) -> None:
    said = desk.ask("show", "T-1")
    assert (said.code, said.err) == (0, "")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == "T-1 · P0 · resolved · Acme [red]Video[/red]"
    assert "Ada Brandt" in lines
    assert (
        "response 2026-03-02 11:01:00 +01:00 0:15:00 2026-03-02 11:16:00 +01:00 "
        "kept, met 2026-03-02 11:08:00 +01:00"
    ) in lines
    delivered = "slack 2026-03-02 11:01:00 +01:00 delivered 2026-03-02 11:01:00 +01:00"
    assert f"1 Leo Marchetti {delivered}" in lines
    timeline = [line for line in lines if line.startswith("2026-")]
    assert timeline[0].startswith("2026-03-02 11:01:00 +01:00 opened by Dana")
    assert [line for line in timeline if "acknowledged by Ada Brandt" in line]
    assert "resolved by Ada Brandt" in timeline[-1]


def test_customers_words_cannot_steer_the_terminal(desk: Terminal) -> None:
    for words in (("show", "T-1"), ("ledger", "--since", "2026-03-01"), ("tickets",)):
        out = desk.ask(*words).out
        assert "\x1b" not in out
        assert "\u202e" not in out


@pytest.mark.parametrize("name", ["T-2", "t-2", "2"])
def test_a_number_may_be_written_short(desk: Terminal, name: str) -> None:
    assert desk.ask("show", name).out.startswith("T-2 · P2 · open · Zeta")


def test_times_in_any_zone_and_words_in_any_language(desk: Terminal) -> None:
    said = desk.ask("show", "T-1", "--zone", "Asia/Shanghai", "--lang", "zh")
    words = Catalogue.load()
    assert f"T-1 · P0 · {words.template('zh', 'standing.resolved')}" in said.out
    assert "2026-03-02 18:01:00 +08:00" in said.out


def test_json(desk: Terminal) -> None:
    found = desk.ask("show", "T-1", "--json").json
    assert (found["id"], found["priority"], found["state"]) == ("T-1", "P0", "resolved")
    assert found["opened_at"] == "2026-03-02T10:01:00Z"
    assert [(clock["kind"], clock["fate"]) for clock in found["clocks"]] == [
        ("response", "kept"),
        ("update", "kept"),
        ("update", "kept"),
    ]
    assert found["clocks"][0]["within"] == 900.0
    assert found["pages"][0] == {
        "engineer": "ada",
        "via": "slack",
        "round": 1,
        "created_at": "2026-03-02T10:01:00Z",
        "delivered_at": "2026-03-02T10:01:00Z",
        "failed_at": None,
        "reason": None,
    }
    kinds = [event["kind"] for event in found["timeline"]]
    assert kinds[0] == "opened"
    assert {"paged", "acknowledged", "update", "answered", "resolved"} <= set(kinds)
    assert found["text"].endswith("\u001b[2J\u202e"), "JSON has the words as they are, escaped"


def changed(desk: Terminal, work: Unit[None]) -> None:
    async def write() -> None:
        store = await open_store(desk.directory / "dawnline.db")
        await store.write(work)
        await store.close()

    asyncio.run(write())


def test_a_paused_clock_a_failed_page_and_one_on_its_way(desk: Terminal) -> None:
    at = datetime(2026, 3, 2, 11, tzinfo=UTC)

    async def work(tx: Transaction) -> None:
        ticket = await tx.tickets.get(2)
        tx.tickets.save(ticket.moved(Move.WAIT, at))
        tx.pages.add(Page("p1", 2, 1, "ada", "slack", at))
        tx.pages.failed("p1", "not in the workspace\x1b[2J", at)
        tx.pages.add(Page("p2", 2, 2, "gone", "telegram", at))

    changed(desk, work)
    said = desk.ask("show", "T-2")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines[0] == "T-2 · P2 · waiting for the customer · Zeta"
    sent = "2026-03-02 12:00:00 +01:00"
    assert f"response 2026-03-02 11:30:00 +01:00 4:00:00 - paused since {sent}" in lines
    assert (
        f"2 Ada Brandt slack {sent} failed {sent}: not in the workspace\N{REPLACEMENT CHARACTER}[2J" in lines
    )
    assert f"3 gone telegram {sent} not delivered yet" in lines
    clock = desk.ask("show", "T-2", "--json").json["clocks"][0]
    assert (clock["fate"], clock["paused_at"]) == ("open", "2026-03-02T11:00:00Z")
    assert "no clock runs" in desk.ask("tickets").out


def test_a_wrong_number_gets_the_likely_one(desk: Terminal) -> None:
    said = desk.ask("show", "T-9")
    assert (said.code, said.out, said.err) == (1, "", "There is no T-9. Did you mean T-3?\n")


@pytest.mark.parametrize("name", ["", "T-", "ticket", "T-1.5", "T-٣"])
def test_what_is_no_ticket_is_wrong_use(desk: Terminal, name: str) -> None:
    said = desk.ask("show", name)
    assert said.code == 2
    assert "write T-1042" in said.err


def test_open_tickets_most_urgent_first(desk: Terminal) -> None:
    said = desk.ask("tickets")
    assert said.code == 0
    rows = [line.split() for line in said.out.splitlines() if line.strip().startswith("T-")]
    assert [row[:4] for row in rows] == [["T-2", "P2", "open", "zeta"], ["T-3", "P2", "open", "unknown"]]
    assert "response was due by 2026-03-02 15:30:00 +01:00" in said.out


def test_tickets_of_one_customer_and_a_limit(desk: Terminal) -> None:
    assert [each["id"] for each in desk.ask("tickets", "--json").json] == ["T-2", "T-3"]
    assert [each["id"] for each in desk.ask("tickets", "--customer", "zeta", "--json").json] == ["T-2"]
    assert [each["id"] for each in desk.ask("tickets", "--limit", "1", "--json").json] == ["T-2"]
    said = desk.ask("tickets", "--customer", "acme")
    assert (said.code, said.out) == (0, "No open tickets.\n")


def test_without_a_store(fresh: Terminal) -> None:
    for words in (("tickets",), ("show", "T-1"), ("ledger",), ("report", "sla"), ("customers", "list")):
        said = fresh.ask(*words)
        assert (said.code, said.out) == (2, ""), words
        assert "there is no store yet" in said.err
    assert not (fresh.directory / "dawnline.db").exists()
