"""What a file is, by its bytes and never by its name or anybody's word. Pure rules.

Nothing is opened or unpacked: only the first and the last bytes are looked at. puremagic is locked in two
versions (1.30 for Python 3.11, 2.2 for later ones). Their tables differ in rare types and in what these are
called, and the later one says [] where the earlier raises; so only what stands in `_KNOWN` is believed, under
our name for it.
"""

import codecs
import re

import puremagic

HEAD, FOOT = 40_000, 1_000
"""Bytes; more than the farthest signature reaches in either version (36,870 and 516)."""
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""ESC is none of them: it colours logs."""
_TEXTUAL = {
    "text/html": "text/html",
    "image/svg+xml": "image/svg+xml",
    "application/xml": "application/xml",
    "application/pdf": "application/pdf",
    "application/rtf": "application/rtf",
    "application/postscript": "application/postscript",
}
"""What may consist of text alone. Other signatures are too short to be told from words: BM, ID3, FLV, CWS."""
# Office files are archives (or OLE storages) too, and which is not to be told by their first bytes.
_KNOWN = {
    **_TEXTUAL,
    "image/png": "image/png",
    "image/jpeg": "image/jpeg",
    "image/gif": "image/gif",
    "image/webp": "image/webp",
    "image/x-ms-bmp": "image/bmp",
    "image/tiff": "image/tiff",
    "image/heif": "image/heic",
    "image/heic": "image/heic",
    "image/avif": "image/avif",
    "video/mp4": "video/mp4",
    "video/quicktime": "video/quicktime",
    "video/webm": "video/webm",
    "video/x-matroska": "video/x-matroska",
    "video/avi": "video/x-msvideo",
    "video/x-msvideo": "video/x-msvideo",
    "video/x-flv": "video/x-flv",
    "audio/mpeg": "audio/mpeg",
    "audio/wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "application/ogg": "application/ogg",
    "audio/flac": "audio/flac",
    "application/zip": "application/zip",
    "application/x-7z-compressed": "application/x-7z-compressed",
    "application/vnd.rar": "application/vnd.rar",
    "application/x-gzip": "application/gzip",
    "application/gzip": "application/gzip",
    "application/x-bzip2": "application/x-bzip2",
    "application/x-xz": "application/x-xz",
    "application/zstd": "application/zstd",
    "application/x-tar": "application/x-tar",
    "application/vnd.microsoft.portable-executable": "application/vnd.microsoft.portable-executable",
    "application/msword": "application/x-ole-storage",
    "application/x-sqlite3": "application/vnd.sqlite3",
    "application/x-shockwave-flash": "application/x-shockwave-flash",
}


def content_type(head: bytes, foot: bytes) -> str:
    """`head`: the first `HEAD` bytes, `foot`: the last `FOOT` (of a smaller file, all of it).

    `TEXT` is said only of UTF-8 without control characters, `UNKNOWN` of what is not known.
    """
    textual = _is_text(head)
    known = _TEXTUAL if textual else _KNOWN
    found = (known[mime] for mime in _signatures(head, foot) if mime in known)
    return next(found, TEXT if textual else UNKNOWN)


def _signatures(head: bytes, foot: bytes) -> list[str]:
    """The types of the signatures that are found, the longest first."""
    try:
        found = puremagic.magic_string(head if len(head) < HEAD else head + foot)
    except (puremagic.PureError, ValueError):
        return []
    return [str(each.mime_type) for each in found]


def _is_text(head: bytes) -> bool:
    """The last character may be cut through where there is more than the head."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return bool(text) and not _CONTROL.search(text)
