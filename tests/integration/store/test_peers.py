"""How others are measured, without the others: they need a package registry."""

import asyncio
import json
import sys
from itertools import islice
from pathlib import Path

import pytest
from bot.bench.peer import PEERS, Peer, done, running
from bot.bench.peer_side import answers
from bot.bench.report import CannotMeasure

PLAIN = Peer("nobody", ("nobody==1.0",), "nothing")
QUESTION = json.dumps({"seconds": 0.05, "texts": ["video is black", "no sound"]})


def test_a_side_creates_until_its_time_is_up_and_counts() -> None:
    created: list[tuple[int, str]] = []
    told = list(answers(lambda number, text: created.append((number, text)), 3, [QUESTION, QUESTION]))
    assert sum(int(each["created"]) for each in told) == len(created)
    assert all(each["seconds"] >= 0.05 for each in told)
    assert len({number for number, _ in created}) == len(created)
    assert dict(islice(sorted(created), 2)) == {1: "no sound", 2: "video is black"}


def test_what_fails_is_not_counted() -> None:
    def refuse(number: int, text: str) -> None:
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError, match="refused"):
        list(answers(refuse, 2, [QUESTION]))


def test_versions_are_pinned() -> None:
    assert all("==" in package for peer in PEERS for package in peer.packages)
    assert [peer.version for peer in PEERS] == [peer.packages[0].split("==")[1] for peer in PEERS]


async def test_what_cannot_be_installed_is_said() -> None:
    words = [sys.executable, "-c", "print('note'); print('ERROR: no such registry'); raise SystemExit(1)"]
    with pytest.raises(CannotMeasure, match="cannot install it; ERROR: no such registry"):
        await done(words, "cannot install it;")


async def test_a_side_that_cannot_be_set_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotMeasure, match=r"nobody has ended: .*KeyError: 'nobody'"):
        async with running(PLAIN, Path(sys.executable), tmp_path, "postgresql://127.0.0.1:9/nothing", 2):
            await asyncio.Event().wait()
