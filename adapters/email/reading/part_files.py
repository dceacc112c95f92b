"""A part that is no text, as a file."""

from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.fields import read_block
from adapters.email.reading.filenames import safe_name
from adapters.email.reading.files import File
from adapters.email.reading.structure import Part
from adapters.email.reading.transfer import decoded_pieces
from adapters.email.reading.words import decoded

_MAILS = ("message/rfc822", "message/global")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")


def part_file(raw: bytes, part: Part, encoding: str, charsets: Charsets, budget: Budget) -> File:
    """Its name: as given (RFC 2183, or Content-Type's name), a forwarded mail's subject, or none."""
    given = part.disposition.parameters.get("filename") or part.parameters.get("name")
    if not given and part.type in _MAILS:
        given = _subject(raw, part, charsets, budget)
    if part.type in _SEALED and "certs-only" not in part.parameters.get("smime-type", ""):
        budget.note("signed or encrypted as a whole (S/MIME): the desk cannot read it")
    body = part.body
    return File(
        safe_name(given, budget),
        part.type,
        lambda: decoded_pieces(raw, body, encoding, budget),
        _content_id(part),
        part.disposition.value == "inline",
    )


def _subject(raw: bytes, part: Part, charsets: Charsets, budget: Budget) -> str:
    subject = read_block(raw, *part.body, budget).get("subject") or b""
    words = decoded(charsets.text(subject), charsets).replace("/", " ").replace("\\", " ").strip()
    return f"{words or 'message'}.eml"


def _content_id(part: Part) -> str | None:
    written = part.block.get("content-id")
    return written.decode("utf-8", "replace").strip().strip("<>") if written else None
