"""The desk as a process of its own, as an operator runs it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

WAIT = 20.0
REPOSITORY = Path(__file__).parents[3]


@dataclass(slots=True)
class Process:
    """A running `dawnline`; what it logs is read as it comes."""

    child: asyncio.subprocess.Process
    said: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        return self.child.returncode is not None

    async def until_it_says(self, words: str) -> str:
        """The next line on stderr that has the words."""
        assert self.child.stderr is not None
        while line := (await asyncio.wait_for(self.child.stderr.readline(), WAIT)).decode():
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without saying {words!r}: {''.join(self.said)}")

    async def end(self, number: signal.Signals) -> int:
        """Send the signal; the exit code."""
        if not self.ended:
            self.child.send_signal(number)
        _, rest = await asyncio.wait_for(self.child.communicate(), WAIT)
        self.said.append(rest.decode())
        assert self.child.returncode is not None
        return self.child.returncode


@asynccontextmanager
async def dawnline(directory: Path, environment: Mapping[str, str], *words: str) -> AsyncIterator[Process]:
    """`dawnline WORDS` in `directory`, with only these settings; killed at the end if it still runs."""
    clean = {key: os.environ[key] for key in ("PATH", "HOME", "COVERAGE_PROCESS_START") if key in os.environ}
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.cli",
        *words,
        cwd=directory,
        env={**clean, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "500", **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Process(child)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
