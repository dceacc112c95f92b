"""Which charset text is in that does not say so, by what is common in each language. Pure rules.

Mails and their headers are short. Statistics (charset-normalizer) take 20 Chinese characters for Thai. So
what can be told by which bytes go together is told first; they decide among the rest.
"""

import re

from charset_normalizer import from_bytes

_SAMPLE = 2_000
_CERTAIN = 0.85
_FEW, _ENOUGH = 5, 60
"""Letters from which on there is something to see, and from which on statistics are right about alphabets."""
_COMMON_CHINESE = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
"""GB 2312's level 1: the 3,755 characters that make up nearly all of what is written, and punctuation."""
_COMMON_KOREAN = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]|[\xa1-\xa3][\xa1-\xfe]")
"""KS X 1001's syllables; in Chinese every third character lies above them."""
_COMMON_BIG5 = re.compile(rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]|[\xa1-\xa3][\x40-\x7e\xa1-\xfe]")
_BIG5_ONLY = re.compile(rb"[\xa1-\xc6][\x40-\x7e]")
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]|\x81[\x40-\x5b]")
_KANA_EUC = re.compile(rb"[\xa4\xa5][\xa1-\xf6]|\xa1[\xa2\xa3\xbc]")
_CYRILLIC_SMALL = re.compile(rb"[\xe0-\xff]{2}")
_KOI8_SMALL = re.compile(rb"[\xc0-\xdf]{2}")
_OTHERS = [
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "koi8_r", "iso8859_2", "cp932", "gb18030", "cp949", "big5",
]  # fmt: skip


def guessed(data: bytes) -> str:
    """The codec's name. cp1252, in which everything reads somehow, when nothing tells."""
    sample = data[:_SAMPLE]
    high = sum(byte > 0x7F for byte in sample)
    return _cyrillic(sample, high) or _double_byte(sample, high) or _likeliest(sample)


def _double_byte(sample: bytes, high: int) -> str | None:
    """An Asian charset, if nearly all of the sample is in its common characters."""
    if 2 * len(_KANA.findall(sample)) > 0.5 * high:
        return "cp932"
    if 2 * len(_KANA_EUC.findall(sample)) > 0.4 * high:
        return "euc_jp"
    korean, chinese = 2 * len(_COMMON_KOREAN.findall(sample)), 2 * len(_COMMON_CHINESE.findall(sample))
    if korean >= _CERTAIN * high and high >= 16:
        return "cp949"
    if chinese >= _CERTAIN * high:
        return "gb18030"
    narrow = len(_BIG5_ONLY.findall(sample))
    if narrow and 2 * len(_COMMON_BIG5.findall(sample)) - narrow >= _CERTAIN * high:
        return "cp950"
    return None


def _cyrillic(sample: bytes, high: int) -> str | None:
    """Small letters go together; Windows and KOI8 have them where the other has capitals. Greek and Hebrew
    look alike: where there is enough for statistics they decide."""
    windows, koi8 = 2 * len(_CYRILLIC_SMALL.findall(sample)), 2 * len(_KOI8_SMALL.findall(sample))
    if not _FEW <= high <= _ENOUGH or max(windows, koi8) < 0.6 * high:
        return None
    letters = [byte for byte in sample if byte >= 0xC0]
    capitals = (
        sum(byte < 0xE0 for byte in letters) if windows >= koi8 else sum(byte >= 0xE0 for byte in letters)
    )
    if high - len(letters) + capitals > 0.25 * high:
        return None
    return "cp1251" if windows >= koi8 else "koi8_r"


def _likeliest(sample: bytes) -> str:
    found = from_bytes(sample, cp_isolation=_OTHERS, enable_fallback=False).best()
    return found.encoding if found else "cp1252"
