"""What the webhook adapter must be told."""

from dataclasses import dataclass, field
from ssl import SSLContext

from bot.policy import WebhooksPolicy


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`agent` names us to receivers. `tls`: None trusts the machine's authorities."""

    policy: WebhooksPolicy
    agent: str = "Dawnline"
    tls: SSLContext | None = field(default=None, repr=False)
