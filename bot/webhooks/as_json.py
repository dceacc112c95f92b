"""A webhook for programs, without its secret. Pure rules."""

from typing import Any

from bot.reports.as_json import instant, instant_or_none
from bot.webhooks.webhook import Webhook


def webhook_json(webhook: Webhook) -> dict[str, Any]:
    """`state`: see `state_of`."""
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "customer": webhook.customer,
        "state": state_of(webhook),
        "created_at": instant(webhook.created_at),
        "created_by": webhook.created_by,
        "failing_since": instant_or_none(webhook.failing_since),
        "disabled_at": instant_or_none(webhook.disabled_at),
        "disabled_for": webhook.disabled_for or None,
    }


def state_of(webhook: Webhook) -> str:
    """active, failing (nothing has arrived since the last failures), gone or disabled."""
    if not webhook.is_active:
        return "gone" if webhook.disabled_for == "gone" else "disabled"
    return "active" if webhook.failing_since is None else "failing"
