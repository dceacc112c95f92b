"""In which language a text is, from its script and its commonest words. Pure rules.

Only the languages of `phrases` are told apart; others, and texts with too little to say, are None. Code and
logs do not count: a line with many signs and digits is not read.
"""

import re
from collections import defaultdict

from adapters.email.reading.phrases import LANGUAGES

_READ = 4_000
"""Characters, from the beginning."""
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30fa\u30fc-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_NOT_RUSSIAN = re.compile("[іїєґўјљњћђџѓќѕ]")
"""Letters of Ukrainian, Belarusian, Serbian, Macedonian."""
_ELSEWHERE = re.compile(r"\S{1,200}://\S{1,400}|[^\s@]{1,64}@[^\s@]{1,255}|<[^<>\n]{1,200}>|`[^`\n]{1,200}`")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOG = re.compile(r"\s*(?:at |\$ |# |> |\{|\}|//|\[?\d{4}-\d\d-\d\d|[A-Z]{4,}\b|\w+(?:\.\w+){2,}|File \")")
_PROSE = frozenset(" .,!?'’\"-:;()。，！？、：；（）「」")
_LEAST = 3
"""Signs of a language that it takes: common words, four characters of a script of its own."""

_LETTERS_COUNT_UP_TO = 2
_LETTERS = {code: phrases.letters for code, phrases in LANGUAGES.items() if phrases.letters}
_LANGUAGES_OF = {
    word: frozenset(code for code, phrases in LANGUAGES.items() if word in phrases.common.split())
    for phrases in LANGUAGES.values()
    for word in phrases.common.split()
}


def language_of(text: str) -> str | None:
    """Its ISO 639-1 code."""
    prose = _prose(text[:_READ])
    scores = _by_words(prose) | _by_script(prose)
    (most, first), (second, _) = sorted(((score, code) for code, score in scores.items()), reverse=True)[:2]
    return first if most >= _LEAST and most > second * 1.2 else None


def _prose(text: str) -> str:
    lines = (_ELSEWHERE.sub(" ", line) for line in text.splitlines())
    return "\n".join(line for line in lines if _is_prose(line))


def _is_prose(line: str) -> bool:
    bare = line.strip()
    worded = sum(char.isalpha() or char in _PROSE for char in bare)
    return worded >= len(bare) * 0.85 and not _LOG.match(line)


def _by_script(prose: str) -> dict[str, float]:
    """Japanese is written with Han characters as well, but never with them alone for long."""
    han, kana, hangul = (len(script.findall(prose)) for script in (_HAN, _KANA, _HANGUL))
    japanese = kana >= max(2, han / 10)
    return {"ja": (han + kana) * 0.75 * japanese, "zh": han * 0.75 * (not japanese), "ko": hangul * 0.75}


def _by_words(prose: str) -> dict[str, float]:
    """A word that several languages have counts for each, but less; so do letters of a language's own."""
    scores: defaultdict[str, float] = defaultdict(float)
    lower = prose.lower()
    for word in _WORD.findall(lower):
        languages = _LANGUAGES_OF.get(word.replace("’", "'"), ())
        for language in languages:
            scores[language] += 2 / (1 + len(languages))
    for language, letters in _LETTERS.items():
        scores[language] += min(sum(map(lower.count, letters)), _LETTERS_COUNT_UP_TO)
    if _NOT_RUSSIAN.search(lower):
        scores.pop("ru", None)
    return scores
