"""Whatever is heard on the telephone in whatever order: a call is one ticket, and nobody hears silence."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bot.inbound import Fate
from bot.telephone import Script
from hypothesis import given, settings
from hypothesis import strategies as st
from storage.sqlite.store import open_store

from tests.integration.core.phone import ADA, DANA, LEO, STRANGER, Exchange, exchange, said

STEPS = ("", "language", "known", "menu", "offer", "message", "hold", "left", "greeting")
THEIRS = ("page", "pressed", "ring", "taken", "joined", "nonsense")
KEYS = st.sampled_from(["", "0", "1", "2", "3", "4", "5", "6", "#", "*"])
SPEECH = st.sampled_from(["", "", "outage", "故障", "engineer please", "no", "yes"])
ABOUT = st.sampled_from(
    [(), ("1",), ("1.2", "1"), ("CA1",), ("CA1", "1"), ("CA2", "3"), ("x", "y"), ("99", "2"), ("1", "x")]
)
calls = st.sampled_from(["CA1", "CA2"])
heard = st.tuples(
    st.just("hear"), calls, st.sampled_from(STEPS), KEYS, SPEECH, st.sampled_from([DANA, "", STRANGER])
)
engineers = st.tuples(
    st.just("engineer"), st.sampled_from(THEIRS), ABOUT, KEYS, st.sampled_from([ADA, LEO, STRANGER])
)
others = st.sampled_from(
    [
        ("ends", "CA1"),
        ("ends", "CA2"),
        ("records", "CA1"),
        ("transcribes", "CA2"),
        ("fails", ""),
        ("wait", "12"),
        ("wait", "100"),
    ]
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(heard, heard, engineers, others), max_size=14))
def test_each_is_accounted_for(played: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as directory:
        asyncio.run(_play(Path(directory) / "desk.db", played))


async def _play(path: Path, played: list[tuple[str, ...]]) -> None:
    async with exchange(lambda: open_store(path, alone=True)) as line:
        begun: set[str] = set()
        for each in played:
            script = await _one(line, each)
            if script is not None:
                assert script.refused or script.lines
            if each[0] == "hear" and each[5] not in (ADA, LEO):
                begun.add(each[1])
                assert script is not None
                assert script.refused or said(script) or each[2] in ("hold", "left")
        await _held(line, begun)


async def _one(line: Exchange, each: tuple[str, ...]) -> Script | None:
    match each:
        case ("hear", call, step, digits, speech, number):
            textable = bool(number)
            return await line.hear(
                call, step, number=number, digits=digits, speech=speech, result="leave", textable=textable
            )
        case ("engineer", step, about, digits, number):
            return await line.hear("CB1", step, number=number, about=about, digits=digits)
    await _by_the_way(line, each)
    return None


async def _by_the_way(line: Exchange, each: tuple[str, ...]) -> None:
    """What nobody waits for."""
    match each:
        case ("ends", call):
            await line.ends(call)
        case ("records", call):
            await line.records(call, key=f"rec-{call}")
        case ("transcribes", call):
            await line.transcribes(call, "All users cannot join", key=f"tx-{call}")
        case ("fails", _):
            for page in line.channels["call"].shown[-2:]:
                await line.reports(page.key, Fate.FAILED, page.place.conversation, over=True)
        case ("wait", seconds):
            await line.wait(seconds=float(seconds))


async def _held(line: Exchange, begun: set[str]) -> None:
    """Every call has exactly one ticket, which a clock runs for or somebody has; nothing was quarantined."""
    for call in begun:
        record = await line.call(call)
        assert record is not None
        ticket = await line.ticket(record.ticket)
        assert ticket.clocks
    found = await line.store.read(lambda tx: tx.ledger.since(line.clock.now().replace(year=2000), limit=1000))
    opened = [each for each in found if each.outcome == "opened"]
    assert len([each for each in opened if each.event_key.startswith("call-CA")]) >= len(begun)
    assert not [each.reason for each in found if "could not be handled" in each.reason]
