"""Updates waiting for the bot: getUpdates with offsets and conflicts, and delivery to a webhook."""

from __future__ import annotations

import asyncio
import re
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.fakes.telegram_params import ApiError, Json, Params, bad_request

# Without allowed_updates Telegram leaves these out.
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
WEBHOOK_PORTS = frozenset({None, 443, 80, 88, 8443})
TERMINATED = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """One bot's updates. An update leaves it when a later offset, or a webhook's 2xx, confirms it."""

    def __init__(self) -> None:
        self.pending: list[Json] = []
        self.confirmed: list[int] = []
        self.allowed: frozenset[str] | None = None
        self.webhook: Json | None = None
        self.last_error: str | None = None
        self._ids = count(870_000_001)
        self._news = asyncio.Condition()
        self._poll = 0
        self.polls_waiting = 0

    def wants(self, kind: str) -> bool:
        return kind not in NOT_BY_DEFAULT if self.allowed is None else kind in self.allowed

    async def put(self, kind: str, payload: Any) -> Json | None:
        """Queue one update and return it, or None if the bot did not ask for this kind."""
        return await self.put_raw({kind: payload}) if self.wants(kind) else None

    async def put_raw(self, fields: Json) -> Json:
        update = {"update_id": next(self._ids), **fields}
        self.pending.append(update)
        await self._wake()
        return update

    async def put_again(self, update: Json) -> None:
        """Deliver an already confirmed update once more, as Telegram does when it is unsure."""
        self.pending.insert(0, update)
        await self._wake()

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    def confirm(self, offset: int) -> None:
        self.confirmed += [update["update_id"] for update in self.pending if update["update_id"] < offset]
        self.pending = [update for update in self.pending if update["update_id"] >= offset]

    async def get_updates(self, params: Params) -> list[Json]:
        offset = params.optional_integer("offset") or 0
        limit = params.optional_integer("limit") or 100
        timeout = params.optional_integer("timeout") or 0
        self._allow(params.json("allowed_updates"))
        if not 1 <= limit <= 100 or timeout < 0:
            raise bad_request("limit or timeout out of range")
        if self.webhook:
            raise ApiError(409, WEBHOOK_ACTIVE)
        self.confirm(offset)
        await self._wait_for_news(timeout)
        return self.pending[:limit]

    async def _wait_for_news(self, seconds: int) -> None:
        """Wait for an update; the newer of two polls ends the older one."""
        self._poll += 1
        mine = self._poll
        async with self._news:
            self._news.notify_all()
            self.polls_waiting += 1
            try:
                await asyncio.wait_for(
                    self._news.wait_for(lambda: self.pending or self.webhook or self._poll != mine),
                    seconds or 0.01,
                )
            except TimeoutError:
                return
            finally:
                self.polls_waiting -= 1
        if self._poll != mine:
            raise ApiError(409, TERMINATED)
        if self.webhook:
            raise ApiError(409, WEBHOOK_ACTIVE)

    def _allow(self, kinds: list[str] | None) -> None:
        """An empty list means the default again; leaving it out keeps the last choice."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    async def set_webhook(self, params: Params) -> bool:
        url = params.optional("url") or ""
        secret = params.optional("secret_token")
        connections = params.optional_integer("max_connections") or 40
        allowed = params.json("allowed_updates")
        dropped = params.boolean("drop_pending_updates")
        if not url:
            return await self._drop_webhook(dropped)
        _check_webhook(url, secret, connections)
        self._allow(allowed)
        self.webhook = {"url": url, "secret_token": secret, "max_connections": connections}
        self.pending = [] if dropped else self.pending
        await self._wake()
        return True

    async def delete_webhook(self, params: Params) -> bool:
        return await self._drop_webhook(params.boolean("drop_pending_updates"))

    async def _drop_webhook(self, dropped: bool) -> bool:
        self.webhook = None
        self.pending = [] if dropped else self.pending
        return True

    def webhook_info(self, _: Params) -> Json:
        info: Json = {
            "url": (self.webhook or {}).get("url", ""),
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
        }
        if self.last_error:
            info |= {"last_error_message": self.last_error, "last_error_date": 1_790_000_000}
        return info

    async def deliver(self, address: str) -> list[int]:
        """POST the pending updates to `address` (where the webhook's host really is), in order.

        Stops at the first answer that is not 2xx and keeps that update, as Telegram does. Returns statuses.
        """
        statuses: list[int] = []
        headers = {"X-Telegram-Bot-Api-Secret-Token": (self.webhook or {}).get("secret_token") or ""}
        async with aiohttp.ClientSession(headers=headers) as session:
            while self.pending and (not statuses or statuses[-1] < 300):
                statuses.append(await self._deliver_first(session, address))
        return statuses

    async def _deliver_first(self, session: aiohttp.ClientSession, address: str) -> int:
        update = self.pending[0]
        async with session.post(address, json=update) as response:
            status = response.status
        if status < 300:
            self.confirm(update["update_id"] + 1)
        else:
            self.last_error = f"Wrong response from the webhook: {status}"
        return status


def _check_webhook(url: str, secret: str | None, connections: int) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad_request("max_connections out of range")
