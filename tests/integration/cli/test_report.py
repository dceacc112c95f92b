"""`dawnline report sla` on a store in which a story happened."""

import asyncio
from datetime import UTC, datetime

import pytest
from bot.durable import Outage
from bot.ports import Transaction
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal

MARCH = ("--from", "2026-03-01", "--to", "2026-04-01")


def test_the_whole_month(desk: Terminal) -> None:
    found = desk.ask("report", "sla", *MARCH, "--json").json
    assert (found["from"], found["to"]) == ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"), "Berlin's March"
    assert found["total"]["tickets"] == 3
    assert found["total"]["promises"]["response"] == {"kept": 1, "broken": 2, "open": 0}
    first = found["total"]["seconds_to"]
    assert (first["acknowledgement"]["count"], first["acknowledgement"]["max"]) == (1, 240.0)
    assert (first["first_answer"]["p50"], first["first_answer"]["waiting"]) == (420.0, 2)


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("customer", ["acme", "unknown", "zeta"]),
        ("priority", ["P0", "P2"]),
        ("engineer", ["ada", None]),
        ("channel", ["slack", "telegram"]),
    ],
)
def test_by(desk: Terminal, by: str, names: list[str | None]) -> None:
    found = desk.ask("report", "sla", *MARCH, "--by", by, "--json").json
    assert [group["name"] for group in found["groups"]] == names
    assert sum(group["tickets"] for group in found["groups"]) == 3


def test_for_people(desk: Terminal) -> None:
    said = desk.ask("report", "sla", *MARCH, "--by", "engineer", "--zone", "Asia/Tokyo")
    assert (said.code, said.err) == (0, "")
    assert "2026-03-01 00:00+09:00 to 2026-04-01 00:00+09:00" in said.out
    assert "0:07:00" in said.out
    assert "nobody" in said.out
    assert "首次人工回复" in desk.ask("report", "sla", *MARCH, "--lang", "zh").out


def test_an_empty_period_says_so(desk: Terminal) -> None:
    said = desk.ask("report", "sla", "--from", "2025-01-01", "--to", "2025-02-01")
    assert said.code == 0
    assert "No tickets were opened from 2025-01-01" in said.out


def test_the_last_thirty_days_unless_told(desk: Terminal) -> None:
    assert desk.ask("report", "sla", "--to", "2026-03-31", "--json").json["total"]["tickets"] == 3
    assert desk.ask("report", "sla", "--to", "2026-04-02", "--json").json["total"]["tickets"] == 0


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--from", "March"), "2026-03-02T13:00Z"),
        (("--from", "2026-04-01", "--to", "2026-03-01"), "before --to"),
        (("--by", "team"), "'customer', 'priority', 'engineer', 'channel'"),
    ],
)
def test_wrong_words(desk: Terminal, words: tuple[str, ...], hint: str) -> None:
    said = desk.ask("report", "sla", *words)
    assert said.code == 2
    assert hint in " ".join(said.err.split())


def test_when_calls_could_not_leave(fresh: Terminal) -> None:
    began, ended = datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 2, 11, tzinfo=UTC)

    async def fill() -> None:
        store = await open_store(fresh.directory / "dawnline.db")

        async def unit(tx: Transaction) -> None:
            tx.outages.save(Outage("call", began, "503", ended))
            tx.outages.save(Outage("sms", ended, "no answer"))

        await store.write(unit)
        await store.close()

    asyncio.run(fill())
    assert fresh.ask("report", "outages", *MARCH, "--json").json == [
        {"channel": "call", "from": "2026-03-02T10:00:00Z", "to": "2026-03-02T11:00:00Z", "reason": "503"},
        {"channel": "sms", "from": "2026-03-02T11:00:00Z", "to": None, "reason": "no answer"},
    ]
    said = fresh.ask("report", "outages", *MARCH)
    assert (said.code, "still" in said.out) == (0, True)
    assert "Everything could leave" in fresh.ask("report", "outages", "--to", "2026-03-01").out
    assert fresh.ask("report", "outages", "--from", "2026-04-01", "--to", "2026-03-01").code == 2
