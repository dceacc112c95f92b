"""Whom an escalation step means, in words: "architect.2" is "the second architect on call"."""

from collections.abc import Iterable

from bot.messages.catalogue import Voice


def say_targets(voice: Voice, targets: Iterable[str]) -> str:
    return voice.listed([_say(voice, target) for target in targets])


def _say(voice: Voice, target: str) -> str:
    kind, _, name = target.partition(":")
    if name:
        return voice.say("target.tier", tier=_tier(voice, name)) if kind == "tier" else name
    if voice.catalogue.has(f"target.{target}"):
        return voice.say(f"target.{target}")
    role, _, place = target.partition(".")
    return voice.say("target.place", tier=_tier(voice, role), place=place) if place else _tier(voice, role)


def _tier(voice: Voice, name: str) -> str:
    return voice.say(f"tier.{name}") if voice.catalogue.has(f"tier.{name}") else name
