"""Whether a request really comes from the provider.

HMAC-SHA1 with the account's auth token over the address and the form, base64: X-Twilio-Signature.
https://www.twilio.com/docs/usage/security#validating-requests
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

Params = Mapping[str, Sequence[str]]
"""A form's fields; a field may be there several times."""
_PORTS = {"https": 443, "http": 80}


def signature(token: str, url: str, params: Params) -> str:
    """What the provider writes over this address and form. Of a field that is there several times each value
    counts once, in order."""
    fields = (f"{name}{value}" for name in sorted(params) for value in sorted(set(params[name])))
    signed = "".join([url, *fields]).encode()
    return base64.b64encode(hmac.new(token.encode(), signed, hashlib.sha1).digest()).decode()


class Signatures:
    """Checks requests of several accounts: a second provider signs with its own token."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        """`tokens` by account SID."""
        self._tokens = tokens

    def accepts(self, url: str, params: Params, body: bytes, given: str) -> bool:
        """Whether one of the accounts has signed it. `body` counts where it is no form: its SHA-256 then
        stands in the address."""
        digest = parse_qs(urlsplit(url).query).get("bodySHA256")
        if digest is not None:
            said = hashlib.sha256(body).hexdigest()
            if not hmac.compare_digest(said.encode(), digest[0].encode()):
                return False
            params = {}
        return any(
            hmac.compare_digest(signature(token, each, params).encode(), given.encode())
            for token in self._of(params)
            for each in _spellings(url)
        )

    def _of(self, params: Params) -> Iterable[str]:
        named = next(iter(params.get("AccountSid", ())), "")
        return [self._tokens[named]] if named in self._tokens else self._tokens.values()


def _spellings(url: str) -> Iterator[str]:
    """Providers sign the address with or without its port, as the `twilio` package knows."""
    parts = urlsplit(url)
    yield url
    try:
        port = parts.port
    except ValueError:
        return
    if port is None and parts.scheme in _PORTS:
        yield _at_port(parts, f":{_PORTS[parts.scheme]}")
    elif port is not None:
        yield _at_port(parts, "")


def _at_port(parts: SplitResult, port: str) -> str:
    user, at, host = parts.netloc.rpartition("@")
    bare = host[: host.rindex(":")] if parts.port is not None else host
    return urlunsplit(parts._replace(netloc=f"{user}{at}{bare}{port}"))
