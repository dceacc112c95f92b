"""What tests ask of a mail server, and a wire to it that can be listened to and meddled with."""

import asyncio
import imaplib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from tests.servers.proxy import Proxy, Reader, Writer

WAIT = 5.0
USER, PASSWORD = "support@desk.example", 'pass "word\\'
T = TypeVar("T")


class ImapServer(ABC):
    """On loopback, with one user; what is asked of it goes over IMAP itself, or by stopping it."""

    port: int
    password: str = PASSWORD

    @abstractmethod
    async def start(self) -> None:
        """On the same port as before, with the same mails."""

    @abstractmethod
    async def stop(self) -> None: ...

    async def remove(self) -> None:
        await self.stop()

    @abstractmethod
    async def set_password(self, password: str) -> None:
        """What lets the user in from now on; `password` says so too."""

    @abstractmethod
    async def renumber(self) -> None:
        """The inbox has another UIDVALIDITY, and the same mails."""

    async def deliver(self, raw: bytes, at: datetime | None = None, folder: str = "INBOX") -> int:
        """The UID it was given. `at`: its INTERNALDATE."""

        def append(client: imaplib.IMAP4) -> int:
            status, answer = client.append(folder, "", at, raw)
            found = re.search(rb"APPENDUID \d+ (\d+)", answer[0])
            assert status == "OK"
            assert found
            return int(found[1])

        return await self._ask(append)

    async def flags(self, uid: int, folder: str = "INBOX") -> frozenset[str]:
        def fetch(client: imaplib.IMAP4) -> frozenset[str]:
            _, lines = client.uid("FETCH", str(uid), "(FLAGS)")
            # Others may be told of as well, when they have changed meanwhile.
            line = next(each for each in lines if re.search(rb"UID %d\b" % uid, each))
            return frozenset(flag.decode() for flag in imaplib.ParseFlags(line))

        return await self._ask(fetch, folder)

    async def seen(self, uid: int, folder: str = "INBOX") -> bool:
        return "\\Seen" in await self.flags(uid, folder)

    async def mark(self, uid: int, flag: str = "\\Seen") -> None:
        await self._ask(lambda client: client.uid("STORE", str(uid), "+FLAGS", f"({flag})"))

    async def unmark(self, uid: int) -> None:
        await self._ask(lambda client: client.uid("STORE", str(uid), "-FLAGS", "(\\Seen)"))

    async def mails(self, user: str) -> list[bytes]:
        """All that is in that user's inbox, the oldest first."""

        def fetch(client: imaplib.IMAP4) -> list[bytes]:
            _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
            return [each[1] for each in found if isinstance(each, tuple)]

        return await asyncio.to_thread(self._asked, fetch, "INBOX", user)

    async def create(self, folder: str) -> None:
        await self._ask(lambda client: client.create(folder))

    async def expunge(self, uid: int) -> None:
        await self.mark(uid, "\\Deleted")
        await self._ask(lambda client: client.expunge())

    async def _ask(self, what: Callable[[imaplib.IMAP4], T], folder: str = "INBOX") -> T:
        return await asyncio.to_thread(self._asked, what, folder)

    def _asked(self, what: Callable[[imaplib.IMAP4], T], folder: str, user: str = USER) -> T:
        client = imaplib.IMAP4("127.0.0.1", self.port, WAIT)
        try:
            if "STARTTLS" in client.capabilities:
                client.starttls()
            word = f"\0{user}\0{self.password}".encode()
            client.authenticate("PLAIN", lambda _: word)
            client.select(folder)
            return what(client)
        finally:
            client.logout()


@dataclass(eq=False, slots=True)
class Wire(Proxy):
    """The way from the reader to its server."""

    heard: bytearray = field(default_factory=bytearray)
    """What the reader said, on all its connections."""
    callers: int = 0
    _breaking: bytes = b""
    _other_words: dict[bytes, bytes] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def cut_within(self, words: bytes) -> None:
        """The next answer that holds these words ends in the middle of them, and the connection with it."""
        self._breaking = words

    def reword(self, old: bytes, new: bytes) -> None:
        """From now on, in what either side says in one piece."""
        self._other_words[old] = new

    def true_again(self) -> None:
        """Nothing is changed any more."""
        self._other_words.clear()

    async def until(self, words: bytes, times: int = 1) -> None:
        """The reader has said this so often."""
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(lambda: self.heard.count(words) >= times)

    async def serve(self, reader: Reader, writer: Writer) -> None:
        async with self._changed:
            self.callers += 1
            self._changed.notify_all()
        await Proxy.serve(self, reader, writer)

    async def until_called(self) -> None:
        async with asyncio.timeout(WAIT), self._changed:
            await self._changed.wait_for(lambda: self.callers)

    async def request(self, data: bytes) -> bytes:
        async with self._changed:
            self.heard += data
            self._changed.notify_all()
        return self._reworded(data)

    def answer(self, data: bytes) -> bytes:
        if not self._breaking or self._breaking not in data:
            return self._reworded(data)
        half = data.index(self._breaking) + len(self._breaking) // 2
        self._breaking, self.breaking_off = b"", True
        return data[:half]

    def _reworded(self, data: bytes) -> bytes:
        for old, new in self._other_words.items():
            data = data.replace(old, new)
        return data
