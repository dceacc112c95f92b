"""Finding phrases in texts, by one pattern each. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from operator import attrgetter

from adapters.email.reading.phrases import LANGUAGES

_NO_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
"""Scripts whose words stand without spaces, or take endings."""


@lru_cache(maxsize=64)
def of_all(kind: str) -> tuple[str, ...]:
    """That field of every language's Phrases, each phrase once."""
    return tuple(dict.fromkeys(chain.from_iterable(map(attrgetter(kind), LANGUAGES.values()))))


@lru_cache(maxsize=64)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds each as whole words. Only alternatives of fixed words, so it is linear."""
    return re.compile("|".join(map(_whole, _longest_first(phrases))))


def plain(line: str) -> str:
    """One case, one kind of space."""
    return " ".join(line.replace("&nbsp;", " ").casefold().split())


def _whole(phrase: str) -> str:
    start = "" if _NO_SPACES.match(phrase) else r"(?<!\w)"
    end = "" if _NO_SPACES.match(phrase[-1]) or not phrase[-1].isalnum() else r"(?!\w)"
    return f"{start}{re.escape(phrase)}{end}"


def _longest_first(phrases: Iterable[str]) -> list[str]:
    return sorted(phrases, key=len, reverse=True)
