"""The parts of a form as they come in, whichever of the two ways it is written. Parsers: no I/O.

A parser is fed the body and says what has come: a `Part` begins, bytes of it, `PART_END`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from bot.errors import Refused
from bot.sizes import in_units

MULTIPART = b"multipart/form-data"
URLENCODED = b"application/x-www-form-urlencoded"
LONGEST_WRITTEN = 1024 * 1024
"""Bytes of a form that is written in one line; it has no files, so that it may be held."""
LONGEST_SILENCE = 64 * 1024
"""Bytes of a multipart form in which nothing comes: more than all headers of a part may have (8 of 4 KiB)."""
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
"""RFC 2046 section 5.1.1."""
_PLAIN_ENCODINGS = (b"", b"7bit", b"8bit", b"binary")


class FormRefused(Refused):
    """The form is not taken. `status` is HTTP's; the catalogue's sentence says why. `wait`: seconds until it
    may be sent again, 0 where waiting does not help."""

    def __init__(self, status: int, why: Refused, wait: int = 0) -> None:
        super().__init__(why.key, **why.words)
        self.status = status
        self.wait = wait


class Ended(Enum):
    PART = "part"


PART_END = Ended.PART


@dataclass(frozen=True, slots=True)
class Part:
    """`filename`: None for what is no file; "" where none was chosen. `charset`: "" where none is said."""

    name: str
    filename: str | None = None
    charset: str = ""


Event = Part | bytes | Ended


class FormParser(Protocol):
    def feed(self, chunk: bytes) -> list[Event]:
        """What has come with it. Raises FormRefused."""

    def finish(self) -> Iterator[Event]:
        """What has come with the end of the body. Raises FormRefused if something is missing."""


def parser_for(content_type: str) -> FormParser:
    """Raises FormRefused: 415 for what is no form, 400 for a multipart form without a sound boundary."""
    kind, options = parse_options_header(content_type)
    if kind == URLENCODED:
        return Urlencoded(options.get(b"charset", b"").decode("latin-1"))
    if kind != MULTIPART:
        raise FormRefused(415, Refused("form_unknown_type"))
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary):
        raise _malformed()
    return Multipart(boundary)


def cut_off() -> FormRefused:
    return FormRefused(400, Refused("form_cut_off"))


class Multipart:
    """RFC 7578. Keeps no more than the head of one part."""

    def __init__(self, boundary: bytes) -> None:
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._headers_begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)  # type: ignore[arg-type]
        self._events: list[Event] = []
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._silence = 0
        self._whole = False

    def feed(self, chunk: bytes) -> list[Event]:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise _malformed() from None
        events, self._events = self._events, []
        # The library goes through blanks behind a boundary one by one, however many there are.
        self._silence = 0 if events else self._silence + len(chunk)
        if self._silence > LONGEST_SILENCE:
            raise _malformed()
        return events

    def finish(self) -> Iterator[Event]:
        if not self._whole:
            raise cut_off()
        return iter(())

    def _headers_begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = bytes(self._name).lower()
        if name in self._headers:
            raise _malformed()
        self._headers[name] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        self._events.append(_part(self._headers))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _part_end(self) -> None:
        self._events.append(PART_END)

    def _end(self) -> None:
        self._whole = True


class Urlencoded:
    """https://url.spec.whatwg.org/#application/x-www-form-urlencoded"""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self._written = bytearray()

    def feed(self, chunk: bytes) -> list[Event]:
        self._written += chunk
        if len(self._written) > LONGEST_WRITTEN:
            raise FormRefused(413, Refused("form_too_large", most=in_units(LONGEST_WRITTEN)))
        return []

    def finish(self) -> Iterator[Event]:
        for field in re.finditer(rb"[^&]+", self._written):
            name, _, value = field[0].partition(b"=")
            yield Part(_text(_unescaped(name)), charset=self._charset)
            yield _unescaped(value)
            yield PART_END


def _part(headers: Mapping[bytes, bytes]) -> Part:
    kind, options = parse_options_header(headers.get(b"content-disposition", b""))
    encoding = headers.get(b"content-transfer-encoding", b"").strip().lower()
    if kind != b"form-data" or encoding not in _PLAIN_ENCODINGS:
        raise _malformed()
    filename = options.get(b"filename")
    _, about = parse_options_header(headers.get(b"content-type", b""))
    return Part(
        _text(options.get(b"name", b"")),
        None if filename is None else _file_name(filename),
        about.get(b"charset", b"").decode("latin-1"),
    )


def _file_name(written: bytes) -> str:
    """Browsers write a quotation mark as %22 (https://html.spec.whatwg.org/#multipart-form-data). A name in
    another charset than the form's is no reason to refuse."""
    return written.replace(b"%22", b'"').decode(errors="replace")


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        raise _malformed() from None


def _unescaped(written: bytes) -> bytes:
    return unquote_to_bytes(written.replace(b"+", b" "))


def _malformed() -> FormRefused:
    return FormRefused(400, Refused("form_malformed"))
