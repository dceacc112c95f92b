"""What is sent for a code: what it was given for, and who we are (RFC 6749 sections 2.3.1 and 4.1.3)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from adapters.web.openid.metadata import Unsuitable
from adapters.web.openid.settings import OpenIdSettings


@dataclass(frozen=True, slots=True)
class Request:
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def request_for(code: str, verifier: str, settings: OpenIdSettings, ways: tuple[str, ...]) -> Request:
    """`ways`: how clients may show the provider their secret. Raises Unsuitable when we know none of them."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": settings.redirect_uri,
    }
    headers = {"Accept": "application/json"}
    if settings.client_secret is None:
        return Request({**form, "client_id": settings.client_id}, headers)
    if "client_secret_basic" in ways:
        basic = _basic(settings.client_id, settings.client_secret)
        return Request(form, {**headers, "Authorization": basic})
    if "client_secret_post" in ways:
        client = {"client_id": settings.client_id, "client_secret": settings.client_secret}
        return Request({**form, **client}, headers)
    raise Unsuitable("the provider takes OIDC_CLIENT_SECRET in no way we know (basic, post)")


def _basic(client_id: str, secret: str) -> str:
    """Both are written as a form writes them before they are joined."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
