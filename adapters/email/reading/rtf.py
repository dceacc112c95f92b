"""Outlook's rich text: unpacked ([MS-OXRTFCP]), and its words (RTF 1.9, [MS-OXRTFEX]). Pure rules."""

import re
from dataclasses import dataclass, field

from adapters.email.reading.charsets import Charsets

_PACKED = 0x75465A4C
_AS_IT_IS = 0x414C454D
_HEADER = 16
_RING = 4096
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What both sides start with ([MS-OXRTFCP] 2.1.2.1)."""

_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_WORDLESS = frozenset((
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"generator",
    b"listtable", b"listoverridetable", b"rsidtbl", b"themedata", b"datastore", b"xmlnstbl",
))  # fmt: skip
_SIGNS = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t", b"lquote": "\u2018",
    b"rquote": "\u2019", b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"bullet": "\u2022",
    b"endash": "\u2013", b"emdash": "\u2014", b"sect": "\n", b"page": "\n",
}  # fmt: skip
_ESCAPED = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}


def unpacked(data: bytes, most: int) -> bytes:
    """At most `most` bytes; b"" for what is no packed RTF. A piece may stand for up to 17 bytes in 2."""
    if len(data) < _HEADER:
        return b""
    size = int.from_bytes(data[4:8], "little")
    kind = int.from_bytes(data[8:12], "little")
    if kind == _AS_IT_IS:
        return data[_HEADER : _HEADER + min(size, most)]
    return _unpacked(data, min(size, most)) if kind == _PACKED else b""


def _unpacked(data: bytes, most: int) -> bytes:
    out = bytearray(_DICTIONARY)
    end, at = len(_DICTIONARY) + most, _HEADER
    while at < len(data) and len(out) < end:
        control = data[at]
        at += 1
        for bit in range(8):
            width = 2 if control >> bit & 1 else 1
            if at + width > len(data) or len(out) >= end:
                break
            if width == 1:
                out.append(data[at])
            elif not _copy(out, data[at] << 8 | data[at + 1]):
                return bytes(out[len(_DICTIONARY) :])
            at += width
    return bytes(out[len(_DICTIONARY) : end])


def _copy(out: bytearray, reference: int) -> bool:
    """Repeat what stands at a place of the ring of 4,096 bytes. False: this is the end."""
    offset, length = reference >> 4, (reference & 0xF) + 2
    back = (len(out) - offset) % _RING
    if back == 0:
        return False
    for _ in range(length):
        out.append(out[-back] if back <= len(out) else 0x20)
    return True


@dataclass(slots=True)
class _Group:
    """`is_silent`: nothing in it is shown. `skips`: characters that stand for one before them (\\uc)."""

    is_silent: bool = False
    skips: int = 1


@dataclass(slots=True)
class _Words:
    """`bytes` wait until a character of several bytes is complete; `skip`: stand-ins still to pass over."""

    charset: str
    charsets: Charsets
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    said: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    skip: int = 0
    is_markup: bool = False

    @property
    def is_silent(self) -> bool:
        return self.is_markup or self.groups[-1].is_silent

    def flush(self) -> None:
        if self.waiting:
            self.said.append(self.charsets.text(bytes(self.waiting), self.charset))
            self.waiting = bytearray()

    def say(self, text: str) -> None:
        self.flush()
        if not self.is_silent:
            self.said.append(text)

    def add(self, data: bytes) -> None:
        passed = min(self.skip, len(data))
        self.skip -= passed
        if not self.is_silent:
            self.waiting += data[passed:]


def rtf_to_text(source: bytes, charset: str, charsets: Charsets) -> str:
    """The words; of HTML within RTF its words too, without its tags. Linear."""
    words = _Words(charset, charsets)
    for token in _TOKEN.finditer(source):
        word, number, code, escaped, brace, plain = token.groups()
        if word:
            _control(words, word, number)
        elif code:
            words.add(bytes((int(code, 16),)))
        elif plain:
            words.add(plain)
        elif brace:
            _brace(words, brace)
        elif escaped:
            _escape(words, escaped)
    words.flush()
    return "".join(words.said)


def _brace(words: _Words, brace: bytes) -> None:
    words.flush()
    group = words.groups[-1]
    if brace == b"{":
        words.groups.append(_Group(group.is_silent, group.skips))
    elif len(words.groups) > 1:
        words.groups.pop()


def _escape(words: _Words, escaped: bytes) -> None:
    if escaped == b"*":  # a destination that readers may not know
        words.groups[-1].is_silent = True
    elif escaped in _ESCAPED:
        words.say(_ESCAPED[escaped])


def _control(words: _Words, word: bytes, number: bytes | None) -> None:
    if word == b"u" and number is not None:
        words.say(chr(int(number) % 0x10000))
        words.skip = words.groups[-1].skips
    elif word == b"uc" and number is not None:
        words.groups[-1].skips = min(abs(int(number)), 16)
    elif word == b"htmlrtf":  # what stands for a tag in HTML, for readers that know RTF only
        words.flush()
        words.is_markup = number != b"0"
    elif word in _WORDLESS:
        words.groups[-1].is_silent = True
    elif word in _SIGNS:
        words.say(_SIGNS[word])
    elif word == b"ansicpg" and number:
        words.charset = f"cp{int(number)}"
