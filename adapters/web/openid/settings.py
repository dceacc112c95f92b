"""What single sign-on must be told."""

from dataclasses import dataclass, field
from ssl import SSLContext

RETURN_PATH = "/sign-in/openid"
"""Where the provider sends people back to, behind PUBLIC_URL."""


@dataclass(frozen=True, slots=True)
class OpenIdSettings:
    """`issuer`: the provider, exactly as it calls itself. `secret`, at least 16 bytes, signs what a browser
    keeps for us and is the same for all workers. `redirect_uri`: as registered at the provider. Without
    `client_secret` it is a public client. `name` stands on the button. `trust_email`: take an address also
    where the provider does not say whether it verified it. `tls`: None trusts the machine's authorities."""

    issuer: str
    client_id: str
    redirect_uri: str
    secret: bytes = field(repr=False)
    client_secret: str | None = field(default=None, repr=False)
    name: str = "single sign-on"
    scope: str = "openid email profile"
    trust_email: bool = False
    tls: SSLContext | None = field(default=None, repr=False)
