"""The commands as people type them, near misses and all. Pure rules."""

import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.errors import Refused
from bot.policy import parse_duration

_TICKET = re.compile(r"(?:t-?|#)(\d{1,15})", re.IGNORECASE)
_QUOTED = r'"[^"]*"|“[^”]*”|\'[^\']*\'|「[^」]*」|\S+'


@dataclass(frozen=True, slots=True)
class Verb:
    """`usage` is shown when somebody mistypes; `options` are the key=value words it understands."""

    name: str
    usage: str
    options: tuple[str, ...] = ()
    for_customers: bool = False


VERBS: dict[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb("ack", "/ack [T-12]"),
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
        Verb("discard", "/discard T-12 [why]"),
        Verb("merge", "/merge T-12 T-7"),
        Verb("oncall", "/oncall [schedule]"),
        Verb(
            "override",
            "/override NAME [for NAME] until=18:00|2h [from=TIME] [role=ROLE] [schedule=NAME]",
            ("until", "from", "role", "schedule"),
        ),
        Verb("link", "/link CUSTOMER"),
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
    first = _first_word(text)
    return first in VERBS or first in ALIASES


def nearly_names_a_verb(text: str) -> bool:
    """Whether a short text begins with what is probably a mistyped command."""
    return len(text.split()) <= 4 and bool(_near(_first_word(text)))


def _first_word(text: str) -> str:
    return (text.split(maxsplit=1) or [""])[0].lstrip("/").casefold()


def _near(word: str) -> str:
    matches = get_close_matches(word, [*VERBS, *ALIASES], n=1, cutoff=0.6)
    return ALIASES.get(matches[0], matches[0]) if matches else ""


def parse(text: str) -> Said:
    """Raises Refused("unknown_verb", "unknown_verb_no_idea" or "bad_option")."""
    first, _, rest = text.strip().partition(" ") if " " in text.strip() else (text.strip(), "", "")
    first, _, tail = first.partition("\n")
    name = first.lstrip("/").casefold()
    verb = VERBS.get(ALIASES.get(name, name))
    if verb is None:
        near = _near(name)
        raise (
            Refused("unknown_verb", verb=first, near=near)
            if near
            else Refused("unknown_verb_no_idea", verb=first)
        )
    options, words = _options(verb, f"{tail} {rest}" if tail else rest)
    tickets, words = _tickets(words)
    return Said(verb, tickets, options, words)


def _options(verb: Verb, text: str) -> tuple[dict[str, str], str]:
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        key, value = match[1].casefold(), match[2]
        if key not in verb.options:
            _refuse_misspelt(verb, key, match[0].strip())
            return match[0]
        found[key] = value.strip("\"'“”「」") if len(value) > 1 else value
        return " "

    words = re.sub(rf"(?<!\S)([A-Za-z]+)=({_QUOTED})", take, text)
    return found, words.strip()


def _refuse_misspelt(verb: Verb, key: str, option: str) -> None:
    if get_close_matches(key, verb.options, n=1, cutoff=0.6):
        raise Refused("bad_option", option=option, usage=verb.usage)


def _tickets(words: str) -> tuple[tuple[int, ...], str]:
    numbers: list[int] = []
    rest = words
    while rest:
        first, _, after = rest.partition(" ")
        first, newline, tail = first.partition("\n")
        match = _TICKET.fullmatch(first.strip(",:"))
        if match is None and first.casefold() == "into" and numbers:
            rest = after
            continue
        if match is None:
            break
        numbers.append(int(match[1]))
        rest = f"{tail} {after}".strip() if newline else after.strip()
    if not numbers and words.isdigit() and len(words) <= 15:
        return (int(words),), ""
    return tuple(numbers), rest


def instant(given: str, now: datetime, zone: str) -> datetime:
    """ "45m" from now, "14:30" next in the speaker's zone, or "2026-03-01 14:30" there. Raises ValueError."""
    try:
        return now + parse_duration(given)
    except (ValueError, OverflowError):
        return _wall_time(given, now, zone)


def _wall_time(given: str, now: datetime, zone: str) -> datetime:
    place = ZoneInfo(zone)
    if match := re.fullmatch(r"(\d{1,2}):(\d\d)", given):
        local = now.astimezone(place)
        today = datetime.combine(local.date(), time(int(match[1]), int(match[2])), place)
        chosen = today if today > local else today + timedelta(days=1)
    else:
        chosen = datetime.fromisoformat(given.replace(" ", "T"))
        chosen = chosen if chosen.tzinfo else chosen.replace(tzinfo=place)
    return chosen.astimezone(now.tzinfo)
