"""Addresses as a mail server takes them: RFC 5321 section 4.1.2, RFC 6531 and, for domains, RFC 5890."""

import re

import idna

from bot.errors import Unreachable

LONGEST, LONGEST_NAME = 254, 64
"""Octets of an address, and of what stands before its @ (RFC 5321 section 4.5.3.1)."""
# Dots may stand anywhere: some carriers gave out such addresses, and only their server knows.
_NAME = re.compile(r'[^\x00-\x20\x7f"(),:;<>@\[\\\]]+')
_QUOTED = re.compile(r'"(?:[ !#-\[\]-~]|\\[ -~])+"')
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE | re.ASCII)


def deliverable(text: str) -> str:
    """The address with its domain in ASCII. What stands before the @ is ASCII too, or needs SMTPUTF8.

    Raises Unreachable for what can be no address.
    """
    name, _, domain = text.strip().rpartition("@")
    if not _is_name(name):
        raise Unreachable(f"not an e-mail address: {text[:LONGEST]!r}")
    address = f"{name}@{_ascii(domain)}"
    if len(name.encode()) > LONGEST_NAME or len(address.encode()) > LONGEST:
        raise Unreachable(f"too long for an e-mail address: {text[:LONGEST]!r}")
    return address


def _is_name(name: str) -> bool:
    """Letters of every script, but nothing that cannot be seen (it could turn round the text beside it), and
    nothing that programs would decode (RFC 2047)."""
    if "=?" in name:
        return False
    return bool(_QUOTED.fullmatch(name) or (_NAME.fullmatch(name) and name.isprintable()))


def _ascii(domain: str) -> str:
    try:
        found = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except UnicodeError:
        found = ""
    if not _DOMAIN.fullmatch(found):
        raise Unreachable(f"not the domain of an e-mail address: {domain[:LONGEST]!r}")
    return found
