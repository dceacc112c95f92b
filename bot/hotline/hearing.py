"""What somebody on the telephone meant, by a key or a word. Pure rules."""

import unicodedata
from collections.abc import Iterable, Mapping

from bot.messages.catalogue import Catalogue
from bot.telephone import Heard

Options = Mapping[str, str]
"""What each key means."""
LANGUAGES: Options = {"1": "en", "2": "zh"}
MENU: Options = {"1": "outage", "2": "problem", "3": "question", "0": "engineer"}
KNOWN: Options = {"1": "same", "2": "other", "0": "engineer"}
OFFER: Options = {"0": "engineer"}
TAKE: Options = {"1": "take"}
PAGE: Options = {"4": "ack", "5": "escalate", "6": "repeat", "1": "take"}


def understood(heard: Heard, options: Options, words: Catalogue) -> str | None:
    """Which option was meant; None when none was. A key counts before a word, and of the words the option
    that is listed first: who says "outage" and "question" has an outage."""
    if heard.digits:
        return options.get(heard.digits[0])
    said = _plain(heard.speech)
    return next((option for option in options.values() if _occurs(said, spoken_for(option, words))), None)


def spoken_for(option: str, words: Catalogue) -> tuple[str, ...]:
    """The words for an option, in every language: a caller may answer in another one than they were asked."""
    keys = words.template("en", f"heard.{option}"), words.template("zh", f"heard.{option}")
    return tuple(word.strip() for key in keys for word in key.split(",") if word.strip())


def hints(options: Options, words: Catalogue) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for option in options.values() for word in spoken_for(option, words)))


def _occurs(said: str, words: Iterable[str]) -> bool:
    """Whole words where there are spaces between words; Chinese has none."""
    padded = f" {said} "
    return any((f" {_plain(each)} " in padded) if each.isascii() else each in said for each in words)


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def language_by_prefix(number: str, languages: Mapping[str, str]) -> str | None:
    """By the longest prefix that fits."""
    fitting = [prefix for prefix in languages if number.startswith(prefix)]
    return languages[max(fitting, key=len)] if fitting else None
