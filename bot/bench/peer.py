"""Others that one could use instead of the desk: installed apart, and run as processes of their own.

They are programs beside this one. Nothing of them is imported here or comes with Dawnline.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bench.ground import WORDS
from bot.bench.report import CannotMeasure

INSTALLING, STARTING, STILL = 300.0, 120.0, 60.0
"""Seconds: to install one, to set it up, and what it may need beyond the time it was asked for."""
_SIDE = Path(__file__).with_name("peer_side.py")


@dataclass(frozen=True, slots=True)
class Peer:
    """`packages` are what a user would install, the versions pinned; the first is the program itself.
    `table` holds what it creates."""

    name: str
    packages: tuple[str, ...]
    table: str

    @property
    def version(self) -> str:
        return self.packages[0].partition("==")[2]


PEERS = (
    Peer("alerta", ("alerta-server==9.1.0", "psycopg2-binary==2.9.13"), "alerts"),
    Peer(
        "django_helpdesk",
        ("django-helpdesk==2.6.1", "django==5.2.19", "psycopg2-binary==2.9.13"),
        "helpdesk_ticket",
    ),
)


@dataclass(frozen=True, slots=True)
class Running:
    """Keeps `bot.bench.peers.Creator`."""

    peer: Peer
    process: Process
    errors: Path

    async def create_for(self, seconds: float) -> tuple[int, float]:
        assert self.process.stdin is not None  # noqa: S101 - it was asked for
        question = {"seconds": seconds, "texts": WORDS}
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        answer = await self.answer(seconds + STILL)
        return answer["created"], answer["seconds"]

    async def answer(self, patience: float) -> dict[str, Any]:
        """The next one. Raises CannotMeasure when none comes."""
        assert self.process.stdout is not None  # noqa: S101
        try:
            line = await asyncio.wait_for(self.process.stdout.readline(), patience)
        except TimeoutError:
            raise CannotMeasure(f"{self.peer.name} did not answer within {patience:g} s") from None
        if not line:
            said = self.errors.read_text("utf-8", "replace").splitlines()[-3:]
            raise CannotMeasure(f"{self.peer.name} has ended: {' '.join(said)}")
        found: dict[str, Any] = json.loads(line)
        return found


async def installed(peer: Peer, directory: Path) -> Path:
    """The Python of a new environment that has it. Raises CannotMeasure when it cannot be had."""
    home = directory / peer.name
    python = home / "bin" / "python"
    await done([sys.executable, "-m", "venv", str(home)], f"no environment for {peer.name}")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--retries", "1", "--timeout", "15", "--only-binary", ":all:", *peer.packages]
    await done(pip, f"cannot install {' '.join(peer.packages)}; is a package registry in reach?")
    return python


@asynccontextmanager
async def running(
    peer: Peer, python: Path, directory: Path, url: str, callers: int
) -> AsyncIterator[Running]:
    """Set up on the database and ready to create. No setting of the user's own reaches it, least of all the
    address of a database."""
    errors = directory / f"{peer.name}.stderr"
    words = [str(python), "-I", str(_SIDE), peer.name, url, str(callers)]
    with errors.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *words, cwd=directory, env={}, stdin=PIPE, stdout=PIPE, stderr=stderr
        )
    try:
        found = Running(peer, process, errors)
        await found.answer(STARTING)
        yield found
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def done(words: Sequence[str], complaint: str) -> None:
    """Run it to its end, in the user's own environment: that is where registries are configured."""
    process = await asyncio.create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    try:
        said, _ = await asyncio.wait_for(process.communicate(), INSTALLING)
    except TimeoutError:
        raise CannotMeasure(f"{complaint} (nothing after {INSTALLING:g} s)") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        lines = said.decode("utf-8", "replace").strip().splitlines() or [""]
        errors = [line for line in lines if line.startswith("ERROR:")]
        raise CannotMeasure(f"{complaint} {(errors or lines)[-1]}")
