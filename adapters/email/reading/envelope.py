"""Where the mail begins in what was kept of it, and whose it is: before and around its header. Pure rules."""

import codecs
import re

from adapters.email.reading.budget import Budget
from adapters.email.reading.headers import Headers

_BEFORE = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(>?From [^\r\n]{0,1000}(?:\r\n|\n|\r))?[\r\n]*")
_DELIVERED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-RCPT-To")
_SPAM_LEVEL = 5
"""Exchange's SCL from which on mails go to the junk folder."""


def even_line_ends(raw: bytes, budget: Budget) -> bytes:
    """The same bytes nearly always; else with lines ends and characters that can be read."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        budget.note("the whole mail is in UTF-16")
        return raw.decode("utf-16", "replace").encode("utf-8", "replace")
    if b"\r\r\n" in raw[:4096]:
        budget.note("line ends of three characters: mended")
        return raw.replace(b"\r\r\n", b"\r\n")
    if b"\n" not in raw and b"\r" in raw:
        budget.note("line ends are bare carriage returns")
    return raw


def beginning(raw: bytes, budget: Budget) -> int:
    """Behind a byte order mark, blank lines, and the line by which mbox files divide mails."""
    found = _BEFORE.match(raw)
    start = found.end() if found else 0
    if start:
        budget.note("something before the header: ignored")
    return start


def delivered_to(headers: Headers) -> tuple[str, ...]:
    """The addresses the mail was for, on its envelope; each once, its domain in lower case."""
    found = [value.strip().strip("<>") for name in _DELIVERED for value in headers.all(name)]
    return tuple(dict.fromkeys(_lower_domain(each) for each in found if "@" in each and " " not in each))


def is_spam(headers: Headers) -> bool:
    """What SpamAssassin, rspamd and Exchange write. Whoever forges it hurts nobody but himself."""
    if any(
        (headers.get(name) or "").lower().startswith("yes")
        for name in ("X-Spam-Flag", "X-Spam-Status", "X-Spam")
    ):
        return True
    level = (headers.get("X-MS-Exchange-Organization-SCL") or "").strip()
    return level.isascii() and level.isdigit() and len(level) < 3 and int(level) >= _SPAM_LEVEL


def _lower_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"
