"""Whether a mail's DKIM signature proves its From (RFC 6376): for mails that no server we trust looked at.

dkimpy does the proof. Some of what it does takes quadratic time in lengths that the sender chooses, so mails
that no mail program sends are not given to it; they prove nothing.
"""

import re
from collections.abc import Callable

import dkim  # type: ignore[import-untyped]
from dns.exception import DNSException
from dns.resolver import Resolver

from adapters.email.reading.domains import are_aligned, domain_of

Lookup = Callable[[str], bytes | None]
"""The TXT record at a name; None if there is none, or nobody answered."""

_SECONDS = 5.0
_LARGEST = 20 * 1024 * 1024
"""dkimpy needs four times a mail's size; a larger one is proven by the server that took it, or not at all."""
_MOST_FIELDS = 1_000
_SIGNATURES = 5
"""Of one mail are looked at: each costs a look-up that the sender chooses."""
_LONGEST_SIGNATURE = 8 * 1024
_MOST_SIGNED = 200
"""Fields that a signature may name."""
_LONGEST_KEY = 2 * 1024
"""Bytes of a key's record; 4,096 bits take 750."""
_LONGEST_BLANK = re.compile(rb"[ \t]{1000}")
_MOST_BLANKS = 500_000
"""Runs of them are replaced one by one, each a piece in memory; large files are sent without any."""
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")


def txt_record(name: str) -> bytes | None:
    """From the DNS, within five seconds. Blocks."""
    try:
        answer = Resolver().resolve(name, "TXT", lifetime=_SECONDS)
        return next((b"".join(record.strings) for record in answer), None)
    except (DNSException, OSError, ValueError):
        return None


def check_dkim(raw: bytes, sender: str, lookup: Lookup = txt_record) -> bool:
    """Whether one of its signatures holds and is aligned with the domain of `sender`, the address in From.

    A signature over a part of the body only (l=), without From, or with SHA-1 proves nothing (RFC 8301).
    """
    domain = domain_of(sender)
    if not domain or not _is_bearable(raw):
        return False
    # dkimpy raises whatever comes to it over mails that are made to break it: then nothing is proven.
    try:
        mail = _opened(raw)
        return _is_sensible(mail) and any(
            _proves(mail, number, domain, lookup) for number in range(len(_signatures(mail)))
        )
    except Exception:
        return False


def _is_bearable(raw: bytes) -> bool:
    blanks = raw.count(b" ") + raw.count(b"\t")
    return len(raw) <= _LARGEST and blanks <= _MOST_BLANKS and not _LONGEST_BLANK.search(raw)


def _opened(raw: bytes) -> dkim.DKIM:
    """dkimpy would cut all of a mail into lines to find where its head ends, at four times its size."""
    head = _HEAD_ENDS.search(raw)
    if head is None:
        return dkim.DKIM(raw)
    mail = dkim.DKIM(raw[: head.end()])
    mail.body = raw[head.end() :]
    if mail.body.count(b"\n") != mail.body.count(b"\r\n"):
        mail.body = re.sub(rb"\r?\n", b"\r\n", mail.body)
    return mail


def _signatures(mail: dkim.DKIM) -> list[bytes]:
    return [value for name, value in mail.headers if name.lower() == b"dkim-signature"][:_SIGNATURES]


def _is_sensible(mail: dkim.DKIM) -> bool:
    """Not made to take long. Several From are for nobody to choose from (RFC 7489 section 6.6.1)."""
    names = [name.lower() for name, _ in mail.headers]
    signatures = _signatures(mail)
    return (
        names.count(b"from") == 1
        and len(names) <= _MOST_FIELDS
        and all(len(each) <= _LONGEST_SIGNATURE and each.count(b":") <= _MOST_SIGNED for each in signatures)
    )


def _proves(mail: dkim.DKIM, number: int, domain: str, lookup: Lookup) -> bool:
    def answer(name: bytes, timeout: float = _SECONDS) -> bytes | None:
        found = lookup(name.decode("ascii").rstrip("."))
        return found if found and len(found) <= _LONGEST_KEY else None

    try:
        holds = mail.verify(idx=number, dnsfunc=answer)
    except Exception:  # the next one may hold
        return False
    fields = mail.signature_fields
    signer = (mail.domain or b"").decode("ascii", "replace")
    is_whole = b"l" not in fields and b"from" in mail.include_headers and fields.get(b"a") != b"rsa-sha1"
    return bool(holds) and is_whole and are_aligned(signer, domain)
