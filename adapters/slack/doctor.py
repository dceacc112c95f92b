"""Tries Slack for real and says, for each thing that would not work, how to mend it. Changes nothing."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.settings import SlackSettings
from adapters.slack.wire import answered, response_to, web_client
from bot.errors import DeliveryError
from bot.findings import MAX_SKEW, Finding
from bot.ports import Clock


async def examine(
    settings: SlackSettings, clock: Clock, conversations: Mapping[str, str], people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. `conversations`: channel id to customer; `people`: user id to engineer paged."""
    client = web_client(settings.bot_token, settings.api_url)
    try:
        response = await response_to(client.auth_test())
    except DeliveryError as error:
        yield Finding("bot token", False, str(error))
        return
    yield Finding("bot token", True, f"{response['user']} in {response['team']}")
    yield _scopes(response.headers)
    yield _skew(response.headers, clock.now())
    yield await _transport(settings, client)
    for conversation, customer in conversations.items():
        yield await _membership(client, conversation, customer)
    for user, engineer in people.items():
        yield await _reachable(client, user, engineer)


def _scopes(headers: Any) -> Finding:
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = sorted(set(BOT_SCOPES) - granted)
    if not missing:
        return Finding("scopes", True, f"all {len(BOT_SCOPES)} granted")
    why = ", ".join(f"{scope} ({BOT_SCOPES[scope]})" for scope in missing)
    mend = "paste `dawnline slack manifest` into App Manifest of the app and install it again"
    return Finding("scopes", False, f"missing: {why}; {mend}")


def _skew(headers: Any, now: datetime) -> Finding:
    try:
        skew = now - parsedate_to_datetime(str(headers["Date"]))
    except (KeyError, ValueError):
        return Finding("clock", True, "Slack did not tell the time")
    seconds = round(abs(skew.total_seconds()))
    if abs(skew) <= MAX_SKEW:
        return Finding("clock", True, f"within {seconds} s of Slack's")
    direction = "ahead of" if skew > timedelta() else "behind"
    wrong = f"this machine is {seconds} s {direction} Slack; Slack's requests are refused beyond five minutes"
    return Finding("clock", False, f"{wrong}; switch time synchronisation on (timedatectl set-ntp true)")


async def _transport(settings: SlackSettings, client: AsyncWebClient) -> Finding:
    if settings.public_url:
        return Finding("signing secret", True, f"set; Slack must send to {settings.events_url}")
    try:
        await answered(client.apps_connections_open(app_token=settings.app_token or ""))
    except DeliveryError as error:
        cause = str(error).partition(";")[0]
        mend = "make an app-level token with connections:write under Basic Information; switch Socket Mode on"
        return Finding("app token", False, f"{cause}; {mend} (SLACK_APP_TOKEN)")
    return Finding("app token", True, "Socket Mode opens")


async def _membership(client: AsyncWebClient, conversation: str, customer: str) -> Finding:
    about = f"conversation {conversation} ({customer})"
    try:
        channel = (await answered(client.conversations_info(channel=conversation)))["channel"]
    except DeliveryError as error:
        return Finding(about, False, str(error))
    name = f"#{channel.get('name') or conversation}"
    if channel.get("is_archived"):
        return Finding(about, False, f"{name} is archived; unarchive it or link the customer to another one")
    if not (channel.get("is_member") or channel.get("is_im")):
        return Finding(about, False, f"the app is not in {name}; invite it there: /invite @Dawnline")
    return Finding(about, True, f"the app is in {name}")


async def _reachable(client: AsyncWebClient, user: str, engineer: str) -> Finding:
    about = f"direct messages to {engineer}"
    try:
        found = (await answered(client.users_info(user=user)))["user"]
    except DeliveryError as error:
        return Finding(about, False, str(error))
    if found.get("deleted"):
        return Finding(about, False, f"the account {user} is closed; correct the id in dawnline.toml")
    return Finding(about, True, f"{user} is {found.get('real_name') or found.get('name')}")
