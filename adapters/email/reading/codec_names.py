"""Which of Python's codecs is meant by a charset's name. Pure rules.

Like browsers (https://encoding.spec.whatwg.org), each name stands for the widest charset that contains it:
mail programs send what does not belong to the one they name. Only charsets are allowed: Python knows codecs
by which bytes become something else altogether ("idna", "unicode_escape"), some of them slow.
"""

import codecs
import re

_MEANT = {
    "ansi": "cp1252", "ansix3.1101983": "cp1252", "ansix3.41968": "ascii", "iso646us": "ascii",
    "latin": "cp1252", "iso8859": "cp1252", "iso88591windows1252": "cp1252", "windowsansi": "cp1252",
    "utf8mb4": "utf-8", "utf": "utf-8", "cp65001": "utf-8", "unicode": "utf-8", "unicode11utf7": "utf-7",
    "unicode11utf8": "utf-8", "cesu8": "utf-8", "utf8n": "utf-8", "xunicode20utf7": "utf-7",
    "ksc56011987": "cp949", "ksc5601": "cp949", "ksc56011989": "cp949", "xwindows949": "cp949",
    "isoir149": "cp949", "ksx1001": "cp949", "big5eten": "cp950", "xxbig5": "cp950", "cnbig5": "cp950",
    "xgbk": "gb18030", "cngb": "gb18030", "chinese": "gb18030", "isoir58": "gb18030", "windows936": "gb18030",
    "iso88598i": "iso8859-8", "iso88598e": "iso8859-8", "iso88596i": "iso8859-6", "iso88596e": "iso8859-6",
    "xsjis": "cp932", "xmssjis": "cp932", "windows31j": "cp932", "cswindows31j": "cp932", "sjiswin": "cp932",
    "xeucjp": "euc_jp", "eucjpms": "euc_jp", "eucjpwin": "euc_jp", "xeuc": "euc_jp",
    "cp50220": "iso2022_jp", "cp50221": "iso2022_jp", "cp50222": "iso2022_jp", "xiso2022jp": "iso2022_jp",
    "iso2022jpms": "iso2022_jp", "dos874": "cp874", "windows874": "cp874", "iso885911": "cp874",
    "xcp1250": "cp1250", "xcp1251": "cp1251", "win1250": "cp1250", "win1251": "cp1251", "win": "cp1251",
    "xmaccyrillic": "mac_cyrillic", "xmacroman": "mac_roman", "xmaccentraleurope": "mac_latin2",
    "xmacce": "mac_latin2", "koi": "koi8_r", "koi8": "koi8_r", "koi8ru": "koi8_u",
}  # fmt: skip
"""By the name in lower case without anything but letters, digits and dots."""

_WIDEST = {
    "iso8859-1": "cp1252", "latin_1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis_620": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030",
    "shift_jis": "cp932", "shift_jis_2004": "cp932", "shift_jisx0213": "cp932", "euc_kr": "cp949",
    "big5": "cp950", "iso2022_jp_1": "iso2022_jp", "iso2022_jp_2": "iso2022_jp",
    "iso2022_jp_3": "iso2022_jp", "iso2022_jp_2004": "iso2022_jp", "iso2022_jp_ext": "iso2022_jp",
}  # fmt: skip
_CHARSETS = re.compile(
    r"ascii|utf-?_?(?:7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|gb18030|hz|cp\d{3,4}|big5hkscs|cp949|johab"
    r"|euc_jp|euc_jis_2004|euc_jisx0213|iso2022_jp|iso2022_kr|iso8859-\d{1,2}|koi8[-_][rtu]|kz1048|ptcp154"
    r"|mac[-_][a-z0-9]+|hp-roman8"
)
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[^a-z0-9.]+")


def codec_named(name: str) -> str | None:
    """None for what is no charset's name."""
    bare = name[:60].strip().strip("\"'").partition(";")[0].partition("*")[0].strip().lower()
    key = _NEITHER_LETTER_NOR_DIGIT.sub("", bare)
    if not key:
        return None
    if key in _MEANT:
        return _MEANT[key]
    if key.startswith(("gb2312", "gbk", "gb18030", "gb_", "euccn", "xgb")):
        return "gb18030"
    return _looked_up(bare) or _looked_up(key.replace("windows", "cp"))


def _looked_up(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    widest = _WIDEST.get(found, found)
    return widest if _CHARSETS.fullmatch(widest) else None
