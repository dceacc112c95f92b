"""A form with files out of a request, without ever holding more of it than a piece."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from adapters.web.charsets import text_of
from adapters.web.forms import PART_END, Event, FormRefused, Part, cut_off, parser_for
from bot.errors import Refused
from bot.inbound import Attachment
from bot.ports import Uploads
from bot.sizes import in_units

FILES = 5
"""At once, in a form of our pages."""
_CHARSET = "_charset_"
"""A field of this name says the charset of the others (RFC 7578 section 4.6)."""
_DIGITS = 18
"""Of a length that Python reads without complaint, and nobody means."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`fields`: texts at most, `name` and `text`: bytes of one's name and value; `files` at most, of `most`
    bytes each; `body`: bytes of the whole request.

    `idle`: seconds without a byte; `slowest`: bytes a second, on the average once `idle` is used up.
    """

    fields: int = 40
    name: int = 200
    text: int = 65_536
    files: int = FILES
    most: int = 25 * 1024 * 1024
    body: int = 130 * 1024 * 1024
    idle: float = 20.0
    slowest: float = 8_192.0


@dataclass(frozen=True, slots=True)
class Form:
    """`fields`: texts by name, each name once. `files`: those that came, by the name of their field; several
    may have come by one."""

    fields: Mapping[str, str]
    files: Mapping[str, tuple[Attachment, ...]]

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(each for came in self.files.values() for each in came)


Check = Callable[[Mapping[str, str]], object]
"""Is told the texts that have come when the first file begins; raises when whoever sends them may hand in
none. Browsers send fields in the order of the page."""


def nobody_else(fields: Mapping[str, str]) -> None:
    """The Check of those who were let in by the request's head."""


async def read_form(request: Request, uploads: Uploads, limits: Limits, check: Check = nobody_else) -> Form:
    """multipart/form-data or application/x-www-form-urlencoded; files go to `uploads` as they come, the first
    after `check`.

    Raises FormRefused as soon as anything is wrong, or what `check` raises, without reading the rest: answer
    it by a `LastWord`. Raises StoreError when a file cannot be kept. A file that had come whole by then
    stays, named by nobody.
    """
    check_head(request, limits)
    reading = _Reading(uploads, limits, check)
    async with aclosing(_events(request, limits)) as events:
        async for event in events:
            if isinstance(event, Part):
                await reading.take(event, events)
    return reading.form()


class _Reading:
    def __init__(self, uploads: Uploads, limits: Limits, check: Check) -> None:
        self._uploads = uploads
        self._limits = limits
        self._check = check
        self._texts: dict[str, tuple[bytes, str]] = {}
        self._files: dict[str, tuple[Attachment, ...]] = {}
        self._parts = self._taken = 0

    async def take(self, part: Part, events: AsyncGenerator[Event, None]) -> None:
        """One part, to its end."""
        self._count(part)
        if part.filename is None:
            self._texts[part.name] = await self._text(part, events), part.charset
        elif attachment := await self._file(part, events):
            self._files[part.name] = (*self._files.get(part.name, ()), attachment)

    def form(self) -> Form:
        return Form(self._fields(), self._files)

    def _fields(self) -> dict[str, str]:
        """The texts so far."""
        charset = self._texts.get(_CHARSET, (b"", ""))[0].decode("latin-1")
        texts = {name: text for name, text in self._texts.items() if name != _CHARSET}
        return {name: _decoded(name, raw, said or charset) for name, (raw, said) in texts.items()}

    def _count(self, part: Part) -> None:
        self._parts += 1
        if not part.name:
            raise FormRefused(400, Refused("form_part_unnamed"))
        if len(part.name.encode()) > self._limits.name:
            raise FormRefused(413, Refused("form_name_too_long"))
        if part.name in self._texts or (part.filename is None and part.name in self._files):
            raise FormRefused(400, Refused("form_field_twice", name=part.name))
        texts = len(self._texts) + (part.filename is None)
        if texts > self._limits.fields or self._parts > self._limits.fields + self._limits.files:
            raise FormRefused(413, Refused("form_too_many_fields", most=self._limits.fields))

    async def _text(self, part: Part, events: AsyncGenerator[Event, None]) -> bytes:
        text = bytearray()
        async for piece in _of_part(await anext(events), events):
            text += piece
            if len(text) > self._limits.text:
                most = in_units(self._limits.text)
                raise FormRefused(413, Refused("form_text_too_long", name=part.name, most=most))
        return bytes(text)

    async def _file(self, part: Part, events: AsyncGenerator[Event, None]) -> Attachment | None:
        """None for a field in which no file was chosen: no name and no bytes."""
        first = await anext(events)
        if first is PART_END and not part.filename:
            return None
        self._taken += 1
        if self._taken > self._limits.files:
            raise FormRefused(413, Refused("form_too_many_files", most=self._limits.files))
        if self._taken == 1:
            self._check(self._fields())
        try:
            content = _of_part(first, events)
            return await self._uploads.take(content, part.filename or "", self._limits.most)
        except FormRefused:
            raise
        except Refused as refused:
            raise FormRefused(_STATUS.get(refused.key, 422), refused) from None


_STATUS = {"file_too_large": 413}


async def _of_part(event: Event, events: AsyncGenerator[Event, None]) -> AsyncGenerator[bytes, None]:
    """The bytes until the part's end."""
    while isinstance(event, bytes):
        yield event
        event = await anext(events)


def _decoded(name: str, raw: bytes, charset: str) -> str:
    text = text_of(raw, charset)
    if text is None:
        raise FormRefused(400, Refused("form_text_unreadable", name=name))
    return text


def check_head(request: Request, limits: Limits) -> None:
    """What can be told before a byte of the body has come. Raises FormRefused."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and (len(length) > _DIGITS or int(length) > limits.body):
        raise _too_large(limits)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FormRefused(415, Refused("form_unknown_type"))


async def _events(request: Request, limits: Limits) -> AsyncGenerator[Event, None]:
    parser = parser_for(request.headers.get("Content-Type", ""))
    async with aclosing(chunks(request, limits)) as pieces:
        async for chunk in pieces:
            for event in parser.feed(chunk):
                yield event
    for event in parser.finish():
        yield event


async def chunks(request: Request, limits: Limits) -> AsyncGenerator[bytes, None]:
    """The body as it comes. Raises FormRefused when it is too much or too slow."""
    size, waiting = 0, _Waiting(limits)
    async with aclosing(request.stream()) as stream:
        while chunk := await waiting.next_chunk(stream, size):
            size += len(chunk)
            if size > limits.body:
                raise _too_large(limits)
            yield chunk


@dataclass(slots=True)
class _Waiting:
    """How long a request has kept us waiting; our own work is not its fault."""

    limits: Limits
    waited: float = 0.0

    async def next_chunk(self, stream: AsyncGenerator[bytes, None], size: int) -> bytes:
        """b"" at the end. Raises FormRefused."""
        loop, limits = asyncio.get_running_loop(), self.limits
        began, left = loop.time(), limits.idle + size / limits.slowest - self.waited
        try:
            async with asyncio.timeout(min(limits.idle, left)):
                return await anext(stream, b"")
        except TimeoutError:
            raise FormRefused(408, Refused("form_too_slow")) from None
        except ClientDisconnect:
            raise cut_off() from None
        finally:
            self.waited += loop.time() - began


def _too_large(limits: Limits) -> FormRefused:
    return FormRefused(413, Refused("form_too_large", most=in_units(limits.body)))
