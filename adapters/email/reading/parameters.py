"""Content-Type and Content-Disposition: a value and its parameters, in all the ways they are written.

RFC 2045 section 5.1; RFC 2231 (continuations, charsets); RFC 2047 in parameters, which it forbids and nearly
everybody does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from adapters.email.reading.charsets import Charsets, strictly
from adapters.email.reading.words import decoded

_NAME = re.compile(r"[\s;]*+([^\s=;\"]++)\s*+=\s*+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_PLAIN = re.compile(r"[^;]*+")
_ESCAPED = re.compile(r"\\([\"\\])")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_PERCENTS = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
MOST_PARAMETERS = 200


@dataclass(frozen=True, slots=True)
class Parametrised:
    """`value` and the names of `parameters` in lower case."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Section:
    """One parameter as written: `number` of a continuation (-1: none), `is_coded` when it is %-encoded."""

    number: int
    is_coded: bool
    value: str


def read_parameters(raw: bytes | None, charsets: Charsets) -> Parametrised:
    """ "" and nothing for what is not there."""
    if not raw:
        return Parametrised("")
    text = raw.decode("ascii") if raw.isascii() else charsets.text(raw)
    value, _, rest = text.partition(";")
    sections: dict[str, list[_Section]] = {}
    for name, each in _sections(rest):
        sections.setdefault(name, []).append(each)
    return Parametrised(
        value.strip().strip('"').lower(),
        {name: _assembled(each, charsets) for name, each in sections.items()},
    )


def _sections(rest: str) -> Iterator[tuple[str, _Section]]:
    """Linear: whatever is no parameter is passed over up to the next semicolon."""
    at = 0
    for _ in range(MOST_PARAMETERS):
        found = _NAME.match(rest, at)
        if found is None:
            at = rest.find(";", at) + 1
            if at == 0:
                return
            continue
        value, at = _value(rest, found.end())
        section = _SECTION.fullmatch(found[1])
        if section:
            number = -1 if section[2] is None else int(section[2])
            yield section[1].lower(), _Section(number, section[3] is not None, value)


def _value(rest: str, at: int) -> tuple[str, int]:
    """The value that begins at `at`, and where the next parameter may begin."""
    quoted = _QUOTED.match(rest, at)
    if quoted:
        # Some programs write a path there: C:\\Temp\\a.txt. Only what must be escaped is unescaped.
        return _ESCAPED.sub(r"\1", quoted[1]), quoted.end()
    plain = _PLAIN.match(rest, at)
    return (plain[0].strip(), plain.end()) if plain else ("", len(rest))


def _assembled(sections: list[_Section], charsets: Charsets) -> str:
    """RFC 2231 before RFC 2047 before neither, when a name is there in several ways."""
    continued = sorted((each for each in sections if each.number >= 0), key=lambda each: each.number)
    coded = [each for each in sections if each.number < 0 and each.is_coded]
    if coded:
        return _rfc2231(coded[:1], charsets)
    if continued:
        return _rfc2231(continued, charsets)
    value = sections[0].value
    if "=?" in value:
        return decoded(value, charsets)
    return _percents(value) if "%" in value else value


def _rfc2231(sections: list[_Section], charsets: Charsets) -> str:
    """The charset is said once, at the beginning of the first section."""
    charset = ""
    first = sections[0]
    if first.is_coded and first.value.count("'") >= 2:
        charset, _, rest = first.value.split("'", 2)
        sections = [_Section(first.number, True, rest), *sections[1:]]
    if not any(each.is_coded for each in sections):
        return decoded("".join(each.value for each in sections), charsets)
    data = b"".join(
        unquote_to_bytes(each.value) if each.is_coded else each.value.encode("utf-8", "replace")
        for each in sections
    )
    text = charsets.text(data, charset or None)
    return decoded(text, charsets) if "=?" in text else text


def _percents(value: str) -> str:
    """A name some web mailers write as in an address. Only if it is UTF-8 then; else % means itself."""
    if not _PERCENTS.search(value):
        return value
    return strictly(unquote_to_bytes(value), "utf-8") or value
