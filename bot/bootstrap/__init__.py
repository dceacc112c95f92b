"""The composition root: settings and a policy in, a running desk out. Only this package names adapters and
storage to the core."""

from bot.bootstrap.building import build_desk, open_store
from bot.bootstrap.channels import (
    email_settings,
    openid_settings,
    phone_settings,
    push_settings,
    slack_settings,
    telegram_settings,
)
from bot.bootstrap.running import ChannelApp, Door, RunningDesk

__all__ = [
    "ChannelApp",
    "Door",
    "RunningDesk",
    "build_desk",
    "email_settings",
    "open_store",
    "openid_settings",
    "phone_settings",
    "push_settings",
    "slack_settings",
    "telegram_settings",
]
