"""A page for programs; see bot.reports.ticket_json."""

from typing import Any

from bot.escalation.page import Page
from bot.reports.as_json import instant, instant_or_none


def page_json(page: Page) -> dict[str, Any]:
    """`delivered_at`: the platform took it; `failed_at`: it never will, for `reason`."""
    return {
        "engineer": page.engineer,
        "via": page.via,
        "round": page.round + 1,
        "created_at": instant(page.created_at),
        "delivered_at": instant_or_none(page.delivered_at),
        "failed_at": instant_or_none(page.failed_at),
        "reason": page.reason,
    }
