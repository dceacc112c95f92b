"""The text of a field out of its bytes. Pure rules."""

from collections.abc import Mapping

_UTF_8 = "utf-8"
# Labels and what browsers read by them: https://encoding.spec.whatwg.org/#names-and-labels. A table of our
# own, because Python keeps every name that it is asked for and does not know.
_CODECS: Mapping[str, str] = {
    **dict.fromkeys(("", "utf-8", "utf8", "unicode-1-1-utf-8"), _UTF_8),
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
    **dict.fromkeys(("gbk", "gb2312", "gb18030", "x-gbk"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "windows-31j"), "cp932"),
    "euc-jp": "euc_jp",
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    "iso-8859-2": "iso8859-2",
    "iso-8859-15": "iso8859-15",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1254": "cp1254",
    "koi8-r": "koi8-r",
}


def text_of(content: bytes, charset: str) -> str | None:
    """`charset` "" means UTF-8. None when it is no charset we read, or the bytes are not of it.

    Lines end with a newline alone, as everywhere in the desk (forms send CR LF), and no character is NUL,
    which PostgreSQL cannot keep.
    """
    codec = _CODECS.get(charset.strip().lower())
    if codec is None:
        return None
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
