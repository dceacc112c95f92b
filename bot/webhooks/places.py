"""Where a webhook may lead: not into our own network, and by https, unless the policy allows it. Pure rules.

What a name stands for may change from one look to the next, so addresses are judged both when a webhook is
made and whenever something is sent, and what was judged is what is connected to.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from bot.errors import Refused
from bot.policy import WebhooksPolicy

LONGEST = 2000
_WRITTEN = re.compile(r"[!#-;=?-\[\]_a-z~]+", re.ASCII)
"""No spaces, quotes, backslashes or angles: every reader of such an address reads the same one."""
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?", re.IGNORECASE)
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv4 as hosts with nothing but IPv6 see it (RFC 6052)."""
_SPECIAL = tuple(
    map(ip_network, ("192.0.0.0/24", "2001::/23", "2002::/16", "3fff::/20", "5f00::/16", "64:ff9b:1::/48"))
)
"""https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, as far as
versions of Python differ about it; and 6to4, which is IPv4 in disguise. 192.0.0.192 is the metadata service
of a cloud."""


def host_of(url: str, policy: WebhooksPolicy) -> str:
    """The name or literal address it leads to. Raises Refused for what a webhook's address cannot be."""
    parts = _parts(url)
    host = parts.hostname if parts else None
    if parts is None or host is None or not (_NAME.fullmatch(host) or _literal(host)):
        raise Refused("webhook_url", given=url)
    if parts.scheme != "https" and not (policy.allow_private and parts.scheme == "http"):
        raise Refused("webhook_scheme", given=url)
    return host


def checked(host: str, addresses: Sequence[str], policy: WebhooksPolicy) -> tuple[str, ...]:
    """The addresses of that name. Raises Refused when there are none, or one of them is not a public one."""
    if not addresses:
        raise Refused("webhook_unknown_host", host=host)
    if not policy.allow_private and not all(map(is_public, addresses)):
        raise Refused("webhook_private", host=host)
    return tuple(addresses)


def is_public(address: str) -> bool:
    """Whether anybody in the world means the same by it. False for what is no address."""
    found = _literal(address)
    if found is None:
        return False
    if isinstance(found, IPv6Address) and found in _TRANSLATED:
        return _is_public(IPv4Address(int(found) & 0xFFFFFFFF))
    return _is_public(found)


def _is_public(found: IPv4Address | IPv6Address) -> bool:
    if isinstance(found, IPv6Address) and found.is_site_local:
        return False
    special = found.is_multicast or found.is_reserved or any(found in each for each in _SPECIAL)
    return found.is_global and not special


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """None for a name, and for an address that is only good on one link (fe80::1%eth0)."""
    try:
        return None if "%" in host else ip_address(host)
    except ValueError:
        return None


def _parts(url: str) -> SplitResult | None:
    """None where it is not http(s)://host[:port]/path[?query], or tells a password."""
    if len(url) > LONGEST or not _WRITTEN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    ours = parts.scheme in ("http", "https") and not parts.fragment and parts.username is None
    return parts if ours and port != 0 else None
