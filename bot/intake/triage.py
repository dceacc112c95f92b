"""First triage: which priority a message has, by the desk's own transparent rules, and why. Pure rules."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.intake.chatter import is_chatter
from bot.policy import Priority, Triage

_WORD = re.compile(r"\w+")
_HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` is a catalogue key with its `words`, so that everybody reads it in their language."""

    priority: Priority
    reason: str
    words: dict[str, str]


def triage(text: str, tier: str, rules: Triage) -> Verdict:
    """The worst priority whose phrase occurs; else the default; never below the customer tier's floor."""
    return lifted(_by_phrase(text, tier, rules), tier, rules)


def lifted(verdict: Verdict, tier: str, rules: Triage) -> Verdict:
    """At least what the customer's tier was promised."""
    floor = rules.floor.get(tier)
    if floor is not None and floor.is_above(verdict.priority):
        return Verdict(floor, "triage.floor", {"tier": tier, "priority": floor.value})
    return verdict


def _by_phrase(text: str, tier: str, rules: Triage) -> Verdict:
    hits = (
        (rule.priority.value, number, place)
        for number, place in _occurring(_folded(text), tuple(rule.phrases for rule in rules.rules))
        if not (rule := rules.rules[number]).tiers or tier in rule.tiers
    )
    worst = min(hits, default=None)
    if worst is None:
        return Verdict(rules.default, "triage.default", {})
    priority, number, place = worst
    words = {"phrase": rules.rules[number].phrases[place], "priority": priority}
    return Verdict(Priority(priority), "triage.phrase", words)


def _folded(text: str) -> str:
    """One case, one kind of space, and the apostrophe that keyboards have ("can’t" is "can't")."""
    return " ".join(text.casefold().replace("’", "'").split())


def _occurring(folded: str, phrases: tuple[tuple[str, ...], ...]) -> Iterator[tuple[int, int]]:
    """Rule and place of every phrase that occurs. Hundreds are looked for in every message and hardly any is
    there, so only those are tried whose beginning is among the text's words and characters."""
    index = _index(phrases)
    for beginning in index.keys() & {*_WORD.findall(folded), *folded}:
        for number, place, plain in index[beginning]:
            if plain in folded and (not plain.isascii() or _whole_words(plain).search(folded)):
                yield number, place


@lru_cache(maxsize=16)
def _index(phrases: tuple[tuple[str, ...], ...]) -> dict[str, list[tuple[int, int, str]]]:
    """Every rule's phrases by their first word; those in scripts without spaces, or with a sign in front, by
    their first character."""
    index: dict[str, list[tuple[int, int, str]]] = {}
    for number, rule in enumerate(phrases):
        for place, plain in enumerate(map(_folded, rule)):
            word = _WORD.match(plain) if plain.isascii() else None
            index.setdefault(word[0] if word else plain[:1], []).append((number, place, plain))
    return index


@lru_cache(maxsize=4096)
def _whole_words(plain: str) -> re.Pattern[str]:
    """For alphabets with spaces; Chinese has none."""
    return re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)")


def title_of(text: str, fallback: str, phrases: tuple[str, ...]) -> str:
    """The first line that says more than a greeting (`phrases`), at most 80 characters."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    several = lines if len(lines) > 1 else ()
    telling = (line for line in several if not is_chatter(line, phrases))
    line = next(telling, next(iter(lines), fallback))
    return line if len(line) <= 80 else f"{line[:79].rstrip()}…"


def language_of(text: str, preferred: str) -> str:
    """The customer's language if known; else Chinese when the message is written in Han characters."""
    if preferred:
        return preferred
    return "zh" if _HAN.search(text) else ""
