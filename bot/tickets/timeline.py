"""A ticket's log in words, one line an event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.messages.catalogue import Voice
from bot.messages.targets import say_targets
from bot.tickets.ticket import Event

_FACTS = ("eta", "complexity", "need", "plan")
_EMPTY_VARIANTS = {"paged": "people", "resolved": "text", "discarded": "reason", "waiting": "need"}
"""Kinds that read differently (`event.KIND_plain`) when that is empty."""


def event_line(voice: Voice, event: Event, names: Mapping[str, str] | None = None) -> str:
    """What happened, by whom, and its facts, without the time. `names` are the engineers' names by id.

    A kind the catalogue does not know (a newer desk's) is shown by its own name.
    """
    known = names or {}
    key = _key(event)
    if not voice.catalogue.has(key):
        return f"{event.kind} ({known.get(event.actor, event.actor)})"
    line = voice.say(key, **_words(voice, event, known))
    return " ".join([line, *_asides(voice, event.data)])


def estimate(voice: Voice, data: Mapping[str, Any]) -> str:
    """The estimate on a line of the log, "" where there is none. What an older desk kept is as it was
    typed."""
    at = eta_of(data)
    return str(data.get("eta") or "") if at is None else voice.instant(at)


def eta_of(data: Mapping[str, Any]) -> datetime | None:
    """When it is said to be fixed by; None where nobody said so, or an older desk kept it as it was typed."""
    try:
        at = datetime.fromisoformat(str(data.get("eta")))
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _asides(voice: Voice, data: Mapping[str, Any]) -> list[str]:
    """Files that came along, what had to be repaired or left out, and that nothing proves who wrote it."""
    said = [voice.say("event.files", files=voice.listed(data["files"]))] if data.get("files") else []
    said += [voice.say("event.files", files=voice.listed(data["defects"]))] if data.get("defects") else []
    return [*said, voice.say("event.unverified")] if data.get("unverified") else said


def _key(event: Event) -> str:
    """Short of a fact, the sentence is another one."""
    fact = _EMPTY_VARIANTS.get(event.kind)
    return f"event.{event.kind}" if fact is None or event.data.get(fact) else f"event.{event.kind}_plain"


def _words(voice: Voice, event: Event, names: Mapping[str, str]) -> dict[str, object]:
    data = event.data
    actor = voice.say("event.desk") if event.actor == "desk" else names.get(event.actor, event.actor)
    plain = {key: " ".join(value.split()) for key, value in data.items() if isinstance(value, str)}
    numbers = {key: value for key, value in data.items() if isinstance(value, int)}
    return {**_DEFAULTS, **plain, **numbers, **_translated(voice, data, names), "actor": actor}


_DEFAULTS: dict[str, object] = {
    **dict.fromkeys(("text", "was", "reason", "people", "targets", "priority", "old", "new", "how"), ""),
    **dict.fromkeys(("clock", "level", "next", "what", "into", "merged", "customer", "to", "need"), ""),
    **dict.fromkeys(("outcome", "standing", "round", "via", "url", "seconds"), ""),
}


def _translated(voice: Voice, data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, object]:
    """The facts that are ids, keys or instants, as the reader reads them."""
    facts = {**data, "eta": estimate(voice, data)}
    words: dict[str, object] = {
        "facts": " · ".join(f"{key}={facts[key]}" for key in _FACTS if facts.get(key))
    }
    if "people" in data:
        words["people"] = voice.listed([names.get(each, each) for each in data["people"]])
    if "targets" in data:
        words["targets"] = say_targets(voice, data["targets"])
    if "next" in data:
        words["next"] = datetime.fromisoformat(data["next"])
    if "to" in data:
        words["to"] = names.get(data["to"], data["to"])
    if voice.catalogue.has(str(data.get("reason", ""))):
        words["reason"] = voice.say(data["reason"], **data.get("words", {}))
    for key in ("how", "clock", "what"):
        if voice.catalogue.has(f"{key}.{data.get(key)}"):
            words[key] = voice.say(f"{key}.{data[key]}")
    return words
