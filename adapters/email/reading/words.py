"""Encoded words in headers (RFC 2047), also as they should not have been written. Pure rules.

Programs split them within a character, put spaces, commas or "?" in, glue them to other words, quote them, or
name an encoding that there is not. RFC 2047 allows none of it; everybody expects to read it.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.email.reading.charsets import Charsets

_OPENING = re.compile(r"=\?([\w.:()'+*-]{1,60})\?([A-Za-z])\?")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_LOOKS_BASE64 = re.compile(r"[A-Za-z0-9+/\s]++={0,2}\s*+")


@dataclass(frozen=True, slots=True)
class EncodedWord:
    """From `start` to `end` of a header's value."""

    start: int
    end: int
    charset: str
    encoding: str
    text: str


def encoded_words(value: str) -> Iterator[EncodedWord]:
    """In order. Linear in the length of `value`: it ends where nothing closes any more."""
    at = 0
    while (start := value.find("=?", at)) >= 0:
        opening = _OPENING.match(value, start)
        if opening is None:
            at = start + 2
            continue
        end = value.find("?=", opening.end())
        if end < 0:
            return
        yield EncodedWord(start, end + 2, opening[1], opening[2].upper(), value[opening.end() : end])
        at = end + 2


def decoded(value: str, charsets: Charsets) -> str:
    """`value` with its encoded words decoded. White space between two of them is not there (section 6.2)."""
    if "=?" not in value:
        return value
    pieces: list[str] = []
    at = 0
    for run in _runs(value):
        pieces += [value[at : run[0].start], _together(run, charsets)]
        at = run[-1].end
    return "".join([*pieces, value[at:]])


def _runs(value: str) -> Iterator[list[EncodedWord]]:
    """Neighbours in one charset, which are decoded together: a character may begin in one word and end in
    the next."""
    run: list[EncodedWord] = []
    for word in encoded_words(value):
        if run and not value[run[-1].end : word.start].strip():
            run.append(word)
            continue
        if run:
            yield run
        run = [word]
    if run:
        yield run


def _together(run: list[EncodedWord], charsets: Charsets) -> str:
    pieces: list[str] = []
    data = b""
    for word, following in zip(run, [*run[1:], None], strict=True):
        data += _bytes(word)
        if following is None or following.charset.lower() != word.charset.lower():
            pieces.append(charsets.text(data, word.charset))
            data = b""
    return "".join(pieces)


def _bytes(word: EncodedWord) -> bytes:
    if word.encoding == "B" or (word.encoding != "Q" and _LOOKS_BASE64.fullmatch(word.text)):
        return _base64(word.text)
    quoted = word.text.replace("_", " ").encode("utf-8", "replace")
    return _HEX.sub(lambda found: bytes((int(found[1], 16),)), quoted)


def _base64(text: str) -> bytes:
    clean = _NOT_BASE64.sub(b"", text.encode("ascii", "ignore"))
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))
