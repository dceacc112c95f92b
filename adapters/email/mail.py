"""What the desk reads in a mail, whoever wrote it and however broken it is. Pure data.

What a mail does not say is None or empty, never invented.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Who wrote it."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    """By a machine, whether it answers something or not (RFC 3834); `Mail.automatic` says by which sign."""
    BOUNCE = "bounce"
    """A report about a mail of ours: not delivered, late, or complained about (RFC 3464, RFC 5965)."""
    LIST = "list"
    """Through a mailing list or in bulk (RFC 2919, RFC 2369, Precedence)."""
    LOOP = "loop"
    """Our own words come back."""


class Automatic(StrEnum):
    """By which sign a mail is an AUTO_REPLY."""

    REPLIED = "auto-replied"
    """It answers by itself: RFC 3834's auto-replied, vendors' headers, an out-of-office subject."""
    GENERATED = "auto-generated"
    """It was made by a machine and answers nothing (an alert, a report)."""


@dataclass(frozen=True, slots=True)
class Correspondent:
    """`address` in lower case in its domain, as given before the @; None where there is none to read."""

    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """`size` in bytes after decoding, `sha256` in hex of the same bytes. `filename` is a bare, safe name.

    `inline`: shown within the text (it has a Content-ID that the HTML names, or says so itself).
    """

    filename: str | None
    content_type: str
    size: int
    sha256: str
    inline: bool


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """Of a bounce. `action` and `status` as in RFC 3464 ("failed", "5.1.1"); `permanent`: the address is
    of no use any more."""

    address: str | None
    action: str | None
    status: str | None
    diagnostic: str | None
    permanent: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """`original_message_id`: of the mail it is about. `complaint`: its reader called it spam (ARF)."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Authentication:
    """RFC 8601 results of a server we trust, in lower case ("pass", "fail", "none" ...); None: not said.

    `aligned`: whether the domain of From is proven (DMARC passed, or SPF or DKIM passed for a domain that is
    aligned with it, relaxed); None when nobody we trust looked.
    """

    spf: str | None = None
    dkim: str | None = None
    dmarc: str | None = None
    aligned: bool | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read. Message-IDs are with their angle brackets. Instants are aware, UTC.

    `text` is all that was said, as plain text; `new_text` without what was only quoted, signed or appended by
    a mail program (of a first mail: the whole text). `delivered_to`: addresses its envelope was for
    (Delivered-To, X-Original-To, Envelope-To ...). `senders`: everybody in From. `spam`: our own server's
    filter said so. `defects`: in English, one for each repair and each thing left out.
    """

    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    date: datetime | None = None
    sender: Correspondent | None = None
    senders: tuple[Correspondent, ...] = ()
    reply_to: tuple[Correspondent, ...] = ()
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    subject: str | None = None
    text: str = ""
    new_text: str = ""
    language: str | None = None
    attachments: tuple[AttachedFile, ...] = ()
    kind: Kind = Kind.PERSON
    automatic: Automatic | None = None
    bounce: Bounce | None = None
    authentication: Authentication = Authentication()
    delivered_to: tuple[str, ...] = ()
    spam: bool = False
    defects: tuple[str, ...] = ()


MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond a limit the rest is left out, with a defect that says so. Sizes in bytes, `seconds` per mail."""

    size: int = 50 * MB
    header: int = 256 * 1024
    parts: int = 500
    depth: int = 30
    attachments: int = 200
    text: int = 1 * MB
    """Characters of text that are kept."""
    unpacked: int = 100 * MB
    """What all decoded parts and a TNEF's files may come to; also at most `ratio` times the mail's size."""
    ratio: int = 20
    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Ours:
    """By what the desk knows what is its own and whom to believe. Addresses and names in lower case.

    `authserv_ids`: servers whose Authentication-Results are believed (RFC 8601 section 5: they take away
    forged ones with their name). `addresses`: the desk's own. `mark`: what the desk's own mails carry in
    X-Loop; "" when there is none.
    """

    authserv_ids: frozenset[str] = field(default_factory=frozenset)
    addresses: frozenset[str] = field(default_factory=frozenset)
    mark: str = ""
