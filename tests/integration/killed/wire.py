"""A platform that outlives the desk: every message it took is a line of a file, and stays one. Several
workers may write to it, on several channels."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bot.clock import SystemClock
from bot.inbound import Address
from bot.outgoing import Capabilities, Document, Edit, Invite, Limit, OpenRoom, Outgoing, Pin, Post, Receipt
from storage.encoding import to_micros

WIRE = "wire"


@dataclass(frozen=True, slots=True)
class Line:
    """What the platform has. `what` is the message's type: "Post", "Edit"; `at` in microseconds, UTC;
    `worker` is who brought it."""

    what: str
    key: str
    conversation: str
    text: str
    message_id: str
    channel: str
    at: int
    worker: str


def append(path: Path, line: str) -> None:
    """In one write to the end of the file: it is there whole or not at all, also after a SIGKILL."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, f"{line}\n".encode())
    finally:
        os.close(file)


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


def sent(path: Path) -> Iterator[Line]:
    for line in lines_of(path):
        values: dict[str, Any] = json.loads(line)
        yield Line(**values)


class WireChannel:
    """Keeps `bot.ports.Channel`. Whether it can be asked what it has is up to `can_find`."""

    def __init__(self, path: Path, *, can_find: bool, name: str = WIRE, worker: str = "w") -> None:
        self.name = name
        self._path = path
        self._worker = worker
        self._count = sum(1 for _ in sent(path))
        self.capabilities = Capabilities(
            can_edit=True,
            can_thread=True,
            can_find=can_find,
            can_ack_inline=True,
            can_open_room=False,
            max_length=4000,
        )

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        return ()

    async def send(self, message: Outgoing) -> Receipt:
        assert not isinstance(message, (OpenRoom, Document)), "it only takes messages"
        self._count += 1
        line = self._line(message, f"{self._worker}{self._count}")
        await asyncio.to_thread(append, self._path, json.dumps(asdict(line)))
        return Receipt(message.at, line.message_id)

    def _line(self, message: Post | Edit | Invite | Pin, new: str) -> Line:
        return Line(
            what=type(message).__name__,
            key=message.key,
            conversation=message.at.conversation,
            text=message.text if isinstance(message, (Post, Edit)) else "",
            message_id=message.message_id if isinstance(message, Edit) else new,
            channel=self.name,
            at=to_micros(SystemClock().now()),
            worker=self._worker,
        )

    async def find(self, key: str, at: Address) -> Receipt | None:
        assert self.capabilities.can_find, "nobody may ask it"
        posts = (each for each in sent(self._path) if each.what == "Post" and each.channel == self.name)
        found = next((each for each in posts if each.key == key), None)
        return Receipt(at, found.message_id) if found else None
