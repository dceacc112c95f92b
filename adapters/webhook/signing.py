"""The signature of a webhook's message.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from bot.webhooks.webhook import PREFIX


def headers(key: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The three headers of a try at `now`, signed with each of the secrets."""
    at = str(int(now.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": at,
        "webhook-signature": " ".join(_signature(f"{key}.{at}.".encode() + body, each) for each in secrets),
    }


def _signature(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
