"""Is a message wholly greeting, thanks or emoji? Only then is it chatter. Pure rules."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_MENTION = re.compile(r"<[@#!][^>]*>|@\w+|:[a-z0-9_+\-]+:", re.IGNORECASE)
_NOT_WORDS = re.compile(r"[\W_]+")


def is_chatter(text: str, phrases: Iterable[str]) -> bool:
    """True when nothing is left of `text` once mentions, emoji, punctuation and the phrases are taken away.

    An empty text (a bare attachment) is not chatter: somebody is showing us something.
    """
    if not text.strip():
        return False
    words = _plain(_MENTION.sub(" ", text))
    return not words or _greeting(tuple(phrases)).fullmatch(words) is not None


def _plain(text: str) -> str:
    """Letters and digits in one case, everything else a space. Apostrophes go without a trace."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return _NOT_WORDS.sub(" ", folded).strip()


@lru_cache(maxsize=8)
def _greeting(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern of whole words; Chinese phrases may stand without spaces between them."""
    plain = sorted({_plain(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    spoken = "|".join(re.escape(each) for each in plain if each.isascii()) or "(?!)"
    written = "|".join(re.escape(each) for each in plain if not each.isascii()) or "(?!)"
    return re.compile(rf"(?:(?:(?<![a-z0-9])(?:{spoken})(?![a-z0-9])|{written}) ?)+")
