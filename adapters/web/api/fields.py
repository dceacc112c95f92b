"""What programs may write: texts, instants, tickets. Whatever is taken here, the desk can keep."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

TITLE, WORDS, FACT, NAME = 200, 20_000, 500, 80
"""Characters."""
TICKET = r"^T-[1-9][0-9]{0,14}$"
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# Controls and spaces by name: what \s is differs between the regular expressions of Rust, Python and
# ECMAScript (NEL, the byte order mark), and a description must mean the same to whoever reads it.
_BLANK = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SOMETHING = f"[^{_BLANK}]"
_MAIL = rf"^[^{_BLANK}@<>\"',;:()\[\]\\]{{1,64}}@[A-Za-z0-9]([A-Za-z0-9.-]{{0,200}}[A-Za-z0-9])?$"
MEANT = {_SOMETHING: "write something", _MAIL: "write an e-mail address, such as sam@example.com"}
"""What is asked for by patterns that nobody reads."""
# RFC 3339; ISO 8601 has more ways than anybody means.
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(\.\d{1,6})?\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Said(BaseModel):
    """What a request says: nothing beside what is known."""

    model_config = ConfigDict(extra="forbid")


def plain(text: str) -> str:
    """Lines end alike everywhere in the desk, and PostgreSQL cannot keep NUL."""
    return text.replace("\r\n", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _number(given: object) -> object:
    match = re.fullmatch(TICKET, given, re.ASCII) if isinstance(given, str) else None
    if match is None:
        raise ValueError("write a ticket as T-12")
    return int(match[0][2:])


def _instant(given: object) -> datetime:
    """A leap second is taken for the one before it. Raises ValueError."""
    match = _INSTANT.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise ValueError("write an instant as RFC 3339 does, 2026-03-02T13:56:00Z")
    day, minute, second, fraction, zone = match.groups("")
    second = "59" if second == "60" else second
    try:
        return datetime.fromisoformat(f"{day}T{minute}:{second}{fraction}{zone.upper()}").astimezone(UTC)
    except OverflowError:
        return EARLIEST if day < "5000" else LATEST


def _one_of_ours(at: datetime) -> datetime:
    return min(max(at, EARLIEST), LATEST)


def _whole(given: object) -> object:
    """A number as an address holds it, and nothing that only looks like one (" 1", "1_000", "1.0")."""
    if isinstance(given, str) and re.fullmatch(r"-?[0-9]{1,18}", given, re.ASCII):
        return int(given)
    if isinstance(given, int):
        return given
    raise ValueError("write a whole number")


def _truth(given: object) -> object:
    if given in ("true", "false"):
        return given == "true"
    if isinstance(given, bool):
        return given
    raise ValueError("write true or false")


_PLAIN = AfterValidator(plain)
# Constraints stand before a function: behind it the description would not have them.
Title = Annotated[str, Field(min_length=1, max_length=TITLE, pattern=_SOMETHING), _PLAIN]
Words = Annotated[str, Field(max_length=WORDS), _PLAIN]
Needed = Annotated[str, Field(min_length=1, max_length=WORDS, pattern=_SOMETHING), _PLAIN]
Fact = Annotated[str, Field(max_length=FACT), _PLAIN]
Name = Annotated[str, Field(max_length=NAME), _PLAIN]
MailAddress = Annotated[str, Field(pattern=_MAIL, max_length=254)]
TicketNumber = Annotated[
    int, BeforeValidator(_number), WithJsonSchema({"type": "string", "pattern": TICKET, "examples": ["T-12"]})
]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Bounded = Annotated[Instant, AfterValidator(_one_of_ours)]
"""Instants before 2000 and after 2200 are taken for those: the calendar has ends."""
Truth = Annotated[bool, BeforeValidator(_truth)]
Limit = Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole)]
Uploaded = Annotated[str, Field(max_length=2000, description="The id that an upload was answered with.")]
Handed = Annotated[list[Uploaded], Field(max_length=5, default_factory=list)]
Cursor = Annotated[str, Field(max_length=1000)]


class Facts(Said):
    """What is worth knowing beside the words."""

    since: Fact = ""
    users: Fact = ""
    app: Fact = ""
    room: Fact = ""
    user: Fact = ""
    sdk: Fact = ""
    platform: Fact = ""


def pairs(model: BaseModel) -> tuple[tuple[str, Any], ...]:
    """Its fields that say something."""
    return tuple((name, value) for name, value in model.model_dump().items() if value)
