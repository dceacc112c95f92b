"""What the push adapter must be told."""

from dataclasses import dataclass, field
from ssl import SSLContext

PUSH = "push"
ACT_PATH = "/push/act"


@dataclass(frozen=True, slots=True)
class PushSettings:
    """`server`: an ntfy server, such as https://ntfy.example.com; conversations are topics on it. `token`:
    its access token, where topics are protected. `secret` signs what a button does. Without `public_url`
    messages have no button. `tls`: None trusts the machine's authorities."""

    server: str
    secret: bytes = field(repr=False)
    token: str | None = field(default=None, repr=False)
    public_url: str | None = None
    tls: SSLContext | None = field(default=None, repr=False)
