"""From, To, Cc, Reply-To: who stands there (RFC 5322 section 3.4), also where the grammar is not kept.

Encoded words are decoded after the list is divided: a comma in a decoded name divides nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.email.mail import Correspondent
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.words import decoded

_TOKEN = re.compile(
    r"(?P<word>=\?[\w.:()'+*-]{1,60}\?[A-Za-z]\?[^?]{0,1000}+(?:\?(?!=)[^?]{0,100}+){0,5}+\?=)"
    r'|"(?P<quoted>(?:[^"\\]|\\.){0,500}+)"'
    r"|<(?P<angle>[^<>]*+)>?"
    r"|(?P<mark>[,;:()])"
    r"|(?P<text>[^\s,;:()<>\"]++)"
    r"|(?P<space>\s++)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ADDRESS = re.compile(r"(?:\"[^\"@<>]{1,255}+\"|[^\s@<>,;()\[\]\"]{1,255}+)@[^\s@<>,;()\"']{1,255}")
_NO_COMMENTS = str.maketrans("()", "  ")
_CONTROL = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
MOST = 2_000
_LONGEST_NAME = 2_000
_LONGEST = 128 * 1024


@dataclass(slots=True)
class _Mailbox:
    """What is read of one: `name` before the brackets, `angle` within, `comment` in parentheses."""

    name: list[str] = field(default_factory=list)
    angle: str | None = None
    comment: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.angle is None and not "".join([*self.name, *self.comment]).strip()


def correspondents(value: str, charsets: Charsets) -> tuple[Correspondent, ...]:
    """Everybody in one field's value, which is unfolded and not yet decoded. Linear in its length."""
    value = value[:_LONGEST]
    found = _divided(value, charsets)
    if any(each.address for each in found):
        return found
    for other in _otherwise(value, charsets):
        mended = _divided(other, charsets)
        if any(each.address for each in mended):
            return mended
    return found


def _divided(value: str, charsets: Charsets) -> tuple[Correspondent, ...]:
    return tuple(each for box in _mended(_boxes(value)) if (each := _correspondent(box, charsets)))


def _otherwise(value: str, charsets: Charsets) -> Iterator[str]:
    """Other ways to read what seems to hold no address: it may be encoded along with the name, or a
    parenthesis that nobody closes may hide it."""
    if "=?" in value:
        yield decoded(value, charsets)
    if "(" in value:
        yield value.translate(_NO_COMMENTS)


def _boxes(value: str) -> Iterator[_Mailbox]:
    """Between commas and semicolons; a group's name ends at its colon and is nobody."""
    box, depth, count = _Mailbox(), 0, 0
    for token in _TOKEN.finditer(value):
        mark = token["mark"]
        if mark == "(" or (mark == ")" and depth):
            depth += 1 if mark == "(" else -1
        elif depth:
            box.comment.append(_words(token))
        elif mark in (",", ";"):
            yield box
            box, count = _Mailbox(), count + 1
        elif mark == ":" and not _is_address_like(box):
            box = _Mailbox()
        elif token["angle"] is not None and box.angle is None:
            box.angle = token["angle"]
        else:
            box.name.append(token[0] if value[token.end() : token.end() + 1] == "@" else _words(token))
        if count >= MOST:
            return
    yield box


def _words(token: re.Match[str]) -> str:
    quoted = token["quoted"]
    return token[0] if quoted is None else _ESCAPE.sub(r"\1", quoted)


def _is_address_like(box: _Mailbox) -> bool:
    """mailto:, or a colon within an address: not the end of a group's name."""
    name = "".join(box.name).strip().lower()
    return "@" in name or name.endswith("mailto")


def _mended(boxes: Iterator[_Mailbox]) -> Iterator[_Mailbox]:
    """`Doe, Jane <jane@x>` without quotes is one person: what has no address belongs to what follows."""
    waiting: _Mailbox | None = None
    for box in boxes:
        if waiting is not None and box.angle is not None and "@" in box.angle:
            box.name = [*waiting.name, ", ", *_stripped(box.name)]
            waiting = None
        if waiting is not None:
            yield waiting
            waiting = None
        if box.angle is None and "".join(box.name).strip() and "@" not in "".join(box.name):
            waiting = box
        elif not box.is_empty:
            yield box
    if waiting is not None and not waiting.is_empty:
        yield waiting


def _stripped(name: list[str]) -> list[str]:
    return ["".join(name).strip()]


def _correspondent(box: _Mailbox, charsets: Charsets) -> Correspondent | None:
    written = "".join(box.name)
    address = _address(box.angle) if box.angle is not None else None
    if address is None:
        bare = _ADDRESS.search(_CONTROL.sub("", written)[:_LONGEST_NAME])
        address = _address(bare[0]) if bare else None
        written = written.replace(bare[0], "") if bare and address else written
    name = _decoded_name(written, charsets) or _decoded_name("".join(box.comment), charsets)
    if name.lower() == (address or "").lower():
        name = ""
    return Correspondent(name or None, address) if name or address else None


def _decoded_name(name: str, charsets: Charsets) -> str:
    words = _CONTROL.sub("", decoded(name, charsets)).strip(" \t,;")
    bare = " ".join(words.split())
    while len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    return "" if bare in ("<>", "[]", "()", '"', "'") else bare


def _address(written: str) -> str | None:
    """In lower case in its domain. None if it is none."""
    bare = _CONTROL.sub("", written[:_LONGEST_NAME]).strip().lstrip("<[( ").rstrip(">) ")
    if "@[" not in bare:  # an IP address in place of a domain
        bare = bare.rstrip("] ")
    while len(bare) > 2 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].strip()
    if bare.lower().startswith("mailto:"):
        bare = bare[7:]
    if bare.startswith("@") and ":" in bare:  # a route (RFC 5322 section 4.4)
        bare = bare.rpartition(":")[2]
    local, _, domain = bare.rpartition("@")
    local, domain = local.strip(), domain.strip().rstrip(".").lower()
    if not local or not domain or len(bare) > 512 or any(char.isspace() for char in domain):
        return None
    if any(char.isspace() for char in local) and not local.startswith('"'):
        return None
    return f"{local}@{domain}"
