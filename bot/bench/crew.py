"""The workers of a measured desk: child processes that are told what to do, and never outlive the bench."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.bench.place import Place

LIMIT = 600
"""Seconds after which a worker ends by itself, whatever it is doing."""
PATIENCE = 120.0
_LONGEST = 1 << 26
"""Bytes in a line: every single wait of a worker's messages is one number in it."""


class Member:
    """One child. What it is told and what it says is a line of JSON each."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def tell(self, **words: Any) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it was started with a pipe
        self._process.stdin.write(f"{json.dumps(words)}\n".encode())

    async def says(self) -> dict[str, Any]:
        """Raises RuntimeError when it has ended instead: it says why on stderr."""
        assert self._process.stdout is not None  # noqa: S101
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        if not line:
            raise RuntimeError("a worker of the measurement ended by itself")
        said: dict[str, Any] = json.loads(line)
        return said

    async def killed(self) -> None:
        """Without a chance to say goodbye."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()


class Crew:
    """Whoever works on one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._count = 0
        self.members: list[Member] = []

    async def hire(self, work: str, **job: Any) -> Member:
        """One more worker, who says when it is ready (see `bot.bench.worker`)."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.bench.worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST,
        )  # fmt: skip
        member = Member(process)
        self.members.append(member)
        self._count += 1
        at = {"url": self._place.url, "directory": os.fspath(self._place.directory)}
        member.tell(work=work, worker=f"bench-{self._count}", limit=LIMIT, **at, **job)
        return member

    async def hire_all(self, count: int, work: str, **job: Any) -> Sequence[Member]:
        """So many of one kind, all ready."""
        members = [await self.hire(work, **job) for _ in range(count)]
        for member in members:
            await member.says()
        return members

    async def lose(self, member: Member) -> None:
        """Killed, and a member no more."""
        self.members.remove(member)
        await member.killed()

    async def end(self) -> None:
        await asyncio.gather(*(member.killed() for member in self.members))
        self.members.clear()


@asynccontextmanager
async def crew(place: Place) -> AsyncIterator[Crew]:
    """Workers are hired in it; none is left when it ends."""
    hired = Crew(place)
    try:
        yield hired
    finally:
        await hired.end()
