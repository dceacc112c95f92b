"""Is a message wholly greeting, thanks or emoji? Only then is it chatter. Pure rules."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

CONFIRMATIONS = (
    "it works", "works", "works now", "it works now", "working", "it is working", "its working",
    "works again", "works fine", "fixed", "its fixed", "it is fixed", "solved", "resolved", "it is resolved",
    "confirmed", "i confirm", "all good", "looks good", "good now", "all good now", "fine now", "now",
    "that did it", "that helped", "problem solved", "we are good", "back to normal",
    "可以了", "好了", "解决了", "已解决", "问题解决了", "正常了", "恢复了", "已恢复", "恢复正常", "没问题了",
    "没问题", "已经好了", "已经正常", "已经恢复", "现在", "能用了", "可以用了", "搞定", "搞定了",
)  # fmt: skip
"""What people say to a resolution. Together with greetings and thanks, it does not open the ticket again."""

_LONGEST = 200
"""Nobody greets at greater length."""
_MENTION = re.compile(r"<[@#!][^>]*>|@\w+|:[a-z0-9_+\-]+:", re.IGNORECASE)
_EMOJI_OF_LETTERS = re.compile(
    r"[0-9#*]\N{VARIATION SELECTOR-16}?\N{COMBINING ENCLOSING KEYCAP}"
    r"|[\N{CIRCLED IDEOGRAPH CONGRATULATION}\N{CIRCLED IDEOGRAPH SECRET}\N{TRADE MARK SIGN}]"
    r"|(?<!\w)(?:[:;=]['’]?-?[()DPpOo3*|/\\]|<3|[xX]D)(?!\w)"
)
_LAUGHTER = re.compile(r"(?<![a-z0-9])(?:(?:ha|he|ho){2,}h?|a(?:ha)+)(?![a-z0-9])|[哈呵嘿嘻]{2,}")
_NOT_WORDS = re.compile(r"[\W_]+")
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def is_chatter(text: str, phrases: Iterable[str]) -> bool:
    """True when nothing is left of `text` once mentions, emoji, punctuation and the phrases are taken away.

    An empty text (a bare attachment) is not chatter: somebody is showing us something. Nor are bare question
    marks: somebody is waiting.
    """
    if not text.strip():
        return False
    bare = _EMOJI_OF_LETTERS.sub(" ", _MENTION.sub(" ", text))
    words = _plain(bare)
    if not words:
        return "?" not in bare and "？" not in bare
    return len(words) <= _LONGEST and any(
        _is_wholly(each, _known(tuple(phrases))) for each in _drawn_in(words)
    )


def _plain(text: str) -> str:
    """Letters and digits in one case, everything else a space. Apostrophes go without a trace."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return _NOT_WORDS.sub(" ", _LAUGHTER.sub(" ", folded)).strip()


def _drawn_in(words: str) -> set[str]:
    """ "hiiii" may be "hi" or "hii", "coooool" "col" or "cool"."""
    if not _DRAWN_OUT.search(words):
        return {words}
    return {words, _DRAWN_OUT.sub(r"\1", words), _DRAWN_OUT.sub(r"\1\1", words)}


@lru_cache(maxsize=8)
def _known(phrases: tuple[str, ...]) -> dict[str, set[str]]:
    """By their first character."""
    known: dict[str, set[str]] = {}
    for plain in {_plain(phrase) for phrase in phrases} - {""}:
        known.setdefault(plain[0], set()).add(plain)
    return known


def _is_wholly(words: str, phrases: dict[str, set[str]]) -> bool:
    """Whether the words can be cut into phrases. Every place is looked at once; a pattern would try all the
    ways to cut, and there can be millions."""
    reached, untried = {0}, [0]
    while untried:
        fresh = _cuts(words, untried.pop(), phrases) - reached
        reached |= fresh
        untried += fresh
    return len(words) in reached


def _cuts(words: str, start: int, phrases: dict[str, set[str]]) -> set[int]:
    """Where the next phrase may begin, of each that stands at `start`."""
    here = phrases.get(words[start : start + 1], ())
    ends = (start + len(phrase) for phrase in here if _stands_at(words, start, phrase))
    return {end + (words[end : end + 1] == " ") for end in ends}


def _stands_at(words: str, start: int, phrase: str) -> bool:
    """A phrase of our alphabet stands there as whole words; Chinese has no spaces."""
    if not words.startswith(phrase, start):
        return False
    around = words[max(start - 1, 0) : start] + words[start + len(phrase) : start + len(phrase) + 1]
    return not phrase.isascii() or not any(char.isascii() and char.isalnum() for char in around)
