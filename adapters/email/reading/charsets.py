"""Bytes to text, whatever charset they claim to be in, and none.

A declared charset is believed when the bytes agree. UTF-8 is next, since hardly anything else looks like it;
then what the rest of the mail is written in, then a guess.
"""

import codecs
import re
from dataclasses import dataclass

from adapters.email.reading.budget import Budget
from adapters.email.reading.codec_names import codec_named
from adapters.email.reading.guessing import guessed
from adapters.email.reading.japanese import decode_japanese

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\$\([@BD]|\([BJI])")
"""ISO-2022-JP's, in what claims to be ASCII."""
_SURROGATES = re.compile("[\ud800-\udfff]")
_MOST_GUESSES = 20
_TELLING = 200
"""Bytes from which on a guess about one part is worth something for others."""
_SHORT_OF = 50
"""One broken character in so many bytes still looks like the declared charset."""


@dataclass(slots=True)
class Charsets:
    """Of one mail. `hint`: the codec that another part of it is written in, if one is known."""

    budget: Budget
    hint: str | None = None
    guesses: int = 0

    def text(self, data: bytes, declared: str | None = None) -> str:
        """Never fails: what cannot be read at all becomes replacement characters."""
        for bom, codec in _BOMS:
            if data.startswith(bom):
                return self._sound(data[len(bom) :].decode(codec, "replace"))
        codec_declared = self._codec(declared)
        if codec_declared == "ascii" and data.isascii():
            codec_declared = None
        return self._sound(self._decoded(data, codec_declared))

    def learn(self, declared: str | None) -> None:
        """What a part says it is written in tells about headers that say nothing."""
        codec = codec_named(declared or "")
        if self.hint is None and codec not in (None, "ascii", "utf-8", "utf-7"):
            self.hint = codec

    def _codec(self, declared: str | None) -> str | None:
        codec = codec_named(declared or "")
        if declared and codec is None:
            self.budget.note(f"unknown charset {declared[:40]!r}")
        return codec

    def _decoded(self, data: bytes, codec: str | None) -> str:
        if codec is None or codec == "ascii":
            return self._undeclared(data)
        text = strictly(data, codec)
        if text is None:
            return self._otherwise(data, codec)
        if codec.startswith(("cp125", "iso8859")) and not data.isascii():
            return self._single_byte(data, text)
        return text

    def _single_byte(self, data: bytes, text: str) -> str:
        """Any bytes are valid there; those that are valid UTF-8 as well are UTF-8."""
        as_utf8 = strictly(data, "utf-8")
        if as_utf8 is None:
            return text
        self.budget.note("text is in UTF-8, and not in the charset it declares")
        return as_utf8

    def _otherwise(self, data: bytes, codec: str) -> str:
        """A few broken characters, or another charset altogether."""
        self.budget.note(f"text is not entirely in its charset {codec}")
        text = data.decode(codec, "replace")
        is_shifted = codec.startswith("iso2022") and b"\x1b" in data  # nothing else has these escapes
        if is_shifted or text.count("\N{REPLACEMENT CHARACTER}") * _SHORT_OF <= max(len(data), _SHORT_OF):
            return text
        return self._undeclared(data)

    def _undeclared(self, data: bytes) -> str:
        if data.isascii():
            japanese = b"\x1b" in data and _ESCAPES.search(data)
            return decode_japanese(data) or data.decode("ascii") if japanese else data.decode("ascii")
        text = strictly(data, "utf-8")
        if text is not None:
            return text
        if self.hint and (text := strictly(data, self.hint)) is not None:
            return text
        return self._guess(data)

    def _guess(self, data: bytes) -> str:
        self.guesses += 1
        codec = guessed(data) if self.guesses <= _MOST_GUESSES else "cp1252"
        if self.hint is None and len(data) >= _TELLING:
            self.hint = codec
        self.budget.note(f"charset not declared or wrong: read as {codec}")
        return data.decode(codec, "replace")

    def _sound(self, text: str) -> str:
        """Without NUL, and without halves of characters, which no encoding can write down again."""
        if "\0" in text:
            self.budget.note("NUL characters removed")
            text = text.replace("\0", "")
        return _SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text) if not text.isascii() else text


def strictly(data: bytes, codec: str) -> str | None:
    """None if a single byte does not fit. What Windows leaves undefined in cp1252 is let through."""
    if codec == "iso2022_jp":
        return decode_japanese(data)
    try:
        return data.decode(codec)
    except UnicodeError:
        return data.decode("latin-1") if codec == "cp1252" else None
