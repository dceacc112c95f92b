"""The commands as people type them, near misses and all. Pure rules."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.errors import Refused
from bot.oncall.schedule import instant_of
from bot.policy import parse_duration

# Phones turn hyphens into dashes; Chinese keyboards type full-width letters and digits.
_TICKET = re.compile(r"(?:t[-‐‑–—]?|#)(\d+)", re.IGNORECASE)
LONGEST = 16
"""Digits of a number that are looked at; a longer one names no ticket, and must not be taken for words."""
_ENDS = ",:;.!?，：；。！？、"
_OPEN, _CLOSE = '"“”„«「『', '"“”«»」』'
_VALUE = rf"[{_OPEN}][^{_OPEN}{_CLOSE}]*[{_CLOSE}]|'[^']*'|‘[^’]*’|[^\s]+"
_OPTION = re.compile(rf"(?<!\S)([A-Za-z]+)\s?[=＝]\s?({_VALUE})")


@dataclass(frozen=True, slots=True)
class Verb:
    """`usage` is shown when somebody mistypes; `options` are the key=value words it understands; `names` is
    how many tickets it takes."""

    name: str
    usage: str
    options: tuple[str, ...] = ()
    for_customers: bool = False
    names: int = 1


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("ack", "/ack [T-12]"),
        Verb("escalate", "/escalate [T-12]"),
        Verb("ticket", "/ticket [what happened]", for_customers=True),
        Verb("tickets", "/tickets [customer]"),
        Verb(
            "update",
            '/update T-12 eta=2h complexity=low|medium|high need="SDK log" plan="..." text',
            ("eta", "complexity", "need", "plan"),
        ),
        Verb("priority", "/priority T-12 P0"),
        Verb("assign", "/assign T-12 me|NAME"),
        Verb("wait", "/wait T-12 what we need"),
        Verb("note", "/note T-12 text"),
        Verb("resolve", "/resolve T-12 [what solved it]"),
        Verb("reopen", "/reopen T-12"),
        Verb("discard", "/discard T-12 [why, as the customer reads it]"),
        Verb("merge", "/merge T-12 into T-7", names=2),
        Verb("oncall", "/oncall [schedule]"),
        Verb(
            "override",
            "/override NAME [for NAME] until=18:00|2h [from=TIME] [role=ROLE] [schedule=NAME] | cancel=ID",
            ("until", "from", "role", "schedule", "cancel"),
        ),
        Verb("link", "/link [T-12] CUSTOMER [new=yes]", ("new",)),
        Verb("help", "/dawnline help", for_customers=True),
    )
}
ALIASES = {
    "acknowledge": "ack", "take": "ack", "close": "resolve", "solve": "resolve", "done": "resolve",
    "prio": "priority", "open": "ticket", "list": "tickets", "give": "assign", "start": "help",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A command taken apart. `tickets` are the numbers named first, `words` what is left."""

    verb: Verb
    tickets: tuple[int, ...]
    options: dict[str, str] = field(default_factory=dict)
    words: str = ""


def names_a_verb(text: str) -> bool:
    """Whether the first word is exactly a command's name."""
    first = _split(text)[0]
    return first in VERBS or first in ALIASES


def nearly_names_a_verb(text: str) -> bool:
    """Whether a short text begins with what is probably a mistyped command."""
    return len(text.split()) <= 4 and bool(_near(_split(text)[0]))


def is_only_a_command(text: str) -> bool:
    """Whether nothing but a command's name and tickets is said: "ack T-12", not "update on this, please"."""
    if not names_a_verb(text):
        return False
    said = parse(text)
    return not said.words and not said.options


_WORDLESS = frozenset({"ack", "reopen"})
"""Nothing is said with them, so what stands below is for the reader, or a signature."""


def in_a_letter(text: str, number: int | None) -> str:
    """The command that begins a letter: its first line, when that says all; with the ticket (`number`) that
    the letter answers, when the command names none."""
    first = text.strip().partition("\n")[0]
    said = ALIASES.get(_split(first)[0], _split(first)[0])
    command = first if said in _WORDLESS and is_only_a_command(first) else text
    name, rest = _split(command)
    verb = VERBS.get(ALIASES.get(name, name))
    if number is None or verb is None or "T-12" not in verb.usage or _tickets(rest.strip(), 1)[0]:
        return command
    return f"{name} T-{number} {rest}".strip()


def _split(text: str) -> tuple[str, str]:
    """The first word as a command's name may be written, and the rest as it stands."""
    first, _, rest = _first(text.strip())
    return unicodedata.normalize("NFKC", first).lstrip("/").rstrip(_ENDS).casefold(), rest


def _first(text: str) -> tuple[str, str, str]:
    """The first word, the space after it, the rest."""
    match = re.match(r"(\S*)(\s*)(.*)", text, re.DOTALL)
    assert match is not None, "every part of it may be empty"  # noqa: S101
    return match[1], match[2], match[3]


def _near(word: str) -> str:
    if len(word) < 3:
        return ""  # "on it" is no mistyped "open"
    matches = get_close_matches(word, [*VERBS, *ALIASES], n=1, cutoff=0.6)
    return ALIASES.get(matches[0], matches[0]) if matches else ""


def parse(text: str) -> Said:
    """Raises Refused("unknown_verb") with the likely one as `near`, or Refused("bad_option")."""
    name, rest = _split(text)
    verb = VERBS.get(ALIASES.get(name, name))
    if verb is None:
        raise Refused("unknown_verb", verb=_first(text.strip())[0], near=_near(name))
    options, words = _options(verb, rest)
    tickets, words = _tickets(words.strip(), verb.names)
    return Said(verb, tickets, options, words)


def _options(verb: Verb, text: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        key, value = match[1].casefold(), match[2]
        if key in verb.options and _is_closed(value):
            found[key] = _unquoted(value)
            return " "
        if key in verb.options or _is_misspelt(key, verb):
            raise Refused("bad_option", option=match[0].strip(), usage=verb.usage)
        return match[0]

    return found, _OPTION.sub(take, text) if verb.options else text


def _is_closed(value: str) -> bool:
    """A quotation that was opened ends as well; else half of it would be taken for the whole."""
    return value[0] not in _OPEN or (len(value) > 1 and value[-1] in _CLOSE)


def _unquoted(value: str) -> str:
    quoted = (value[0] in _OPEN and value[-1] in _CLOSE) or value[0] + value[-1] in ("''", "‘’")
    return value[1:-1].strip() if quoted and len(value) > 1 else value.rstrip(",;，；")


def _is_misspelt(key: str, verb: Verb) -> bool:
    """ "etta" is, "beta" is not: hardly anybody mistypes the first letter."""
    alike = [option for option in verb.options if option[0] == key[0]]
    return bool(get_close_matches(key, alike, n=1, cutoff=0.6))


def _tickets(words: str, most: int) -> tuple[tuple[int, ...], str]:
    """The numbers named first (`most` of them), "into" before the last, and the rest."""
    numbers: list[int] = []
    rest = words
    while len(numbers) < most:
        first, _, after = _first(rest)
        if first.casefold() == "into" and _number(_first(after)[0]) is not None:
            first, _, after = _first(after)
        number = _number(first)
        if number is None:
            break
        numbers.append(number)
        rest = after
    if not numbers and words.isdecimal() and len(words) <= 15:
        return (int(words),), ""
    return tuple(numbers), rest


def _number(word: str) -> int | None:
    match = _TICKET.fullmatch(unicodedata.normalize("NFKC", word).rstrip(_ENDS))
    return int(match[1][:LONGEST]) if match else None


_SPELT_OUT = (
    (r"days?", "d"),
    (r"hours?|hrs?|hr", "h"),
    (r"minutes?|mins?|min", "m"),
    (r"seconds?|secs?", "s"),
)


def instant(given: str, now: datetime, zone: str) -> datetime:
    """ "45m", "2 hours" from now, "14:30" next in `zone`, or "2026-03-01 14:30" there. Raises ValueError.

    Where clocks change, the rules of `bot.oncall.schedule` hold.
    """
    plain = unicodedata.normalize("NFKC", given).strip().casefold()
    short = plain
    for words, unit in _SPELT_OUT:
        short = re.sub(rf"(?<=\d)\s*(?:{words})(?![a-z])", unit, short)
    try:
        return now + parse_duration(short)
    except (ValueError, OverflowError):
        return _wall_time(plain, now, ZoneInfo(zone))


def _wall_time(given: str, now: datetime, zone: ZoneInfo) -> datetime:
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)", given):
        return _next(time(int(match[1]), int(match[2])), now, zone)
    chosen = datetime.fromisoformat(given.upper())
    if chosen.tzinfo is None:
        return instant_of(chosen.date(), chosen.time(), zone).astimezone(now.tzinfo)
    return chosen.astimezone(now.tzinfo)


def _next(wall: time, now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    days = (today, today + timedelta(days=1), today + timedelta(days=2))
    return next(at for day in days if (at := _on(day, wall, zone)) > now).astimezone(now.tzinfo)


def _on(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return instant_of(day, wall, zone)
