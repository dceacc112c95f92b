"""Every word a person reads, in their language and their time zone."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

LANGUAGES = ("en", "zh")
SAME_YEAR = 300
"""Days within which a date needs no year."""
FALLBACK = "en"


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    words: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        words |= _flat(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return words


def _read(language: str) -> dict[str, str]:
    """What is said in messages, and what stands on pages."""
    room = files("bot.messages")
    names = (f"{language}.toml", f"{language}_pages.toml")
    parts = [_flat(tomllib.loads((room / name).read_text("utf-8"))) for name in names]
    return {key: words for part in parts for key, words in part.items()}


class Catalogue:
    """Templates by language and key. A language nobody translated is answered in English."""

    def __init__(self, words: Mapping[str, Mapping[str, str]]) -> None:
        self._words = words

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> "Catalogue":
        """The desk's own words; read once."""
        return cls({language: _read(language) for language in LANGUAGES})

    def keys(self, language: str) -> frozenset[str]:
        return frozenset(self._words[language])

    def template(self, language: str, key: str) -> str:
        """The template of `key`; a key that exists nowhere raises KeyError: it is a bug, not a gap."""
        return self._words.get(language, self._words[FALLBACK])[key]

    def has(self, key: str) -> bool:
        return key in self._words[FALLBACK]


@dataclass(frozen=True, slots=True)
class Voice:
    """The catalogue speaking to one reader: their language, their zone, this moment."""

    catalogue: Catalogue
    language: str
    zone: str
    now: datetime

    def say(self, key: str, /, **words: object) -> str:
        """The sentence of `key` with instants and durations written as this reader reads them.

        Values are put in as they are and never read as templates, so customer words are safe here.
        """
        spoken = {name: self.spoken(value) for name, value in words.items()}
        return self.catalogue.template(self.language, key).format_map(spoken)

    def spoken(self, value: object) -> str:
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, timedelta):
            return self.duration(value)
        return str(value)

    def instant(self, instant: datetime) -> str:
        """ "14:15 UTC+1", with the date when it is not today for this reader, and with the year when it could
        be another."""
        zone = ZoneInfo(self.zone)
        local = instant.astimezone(zone)
        clock, offset = f"{local.hour:02}:{local.minute:02}", _offset(local)
        away = abs((local.date() - self.now.astimezone(zone).date()).days)
        if not away:
            return self._said("time.today", clock=clock, offset=offset)
        key = "time.other_day" if away <= SAME_YEAR else "time.other_year"
        date = {"day": local.day, "month": local.month, "month_name": f"{local:%b}", "year": local.year}
        return self._said(key, clock=clock, offset=offset, **date)

    def duration(self, span: timedelta) -> str:
        """The two largest units of it, "2 h 5 min"; under a minute, seconds."""
        seconds = max(int(span.total_seconds()), 0)
        if seconds < 60:
            return self._said("time.second", count=seconds)
        days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
        counts = [("time.day", days), ("time.hour", hours), ("time.minute", minutes)]
        shown = counts[:2] if days else counts[1:]
        return " ".join([self._said(key, count=count) for key, count in shown if count])

    def _said(self, key: str, **words: object) -> str:
        """Of words that are spoken already."""
        return self.catalogue.template(self.language, key).format_map(words)

    def listed(self, words: list[str]) -> str:
        return self.catalogue.template(self.language, "list.separator").join(words)


def _offset(local: datetime) -> str:
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")
