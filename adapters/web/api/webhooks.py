"""Webhooks: where the desk reports what happens to tickets."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import Said
from adapters.web.api.once import Key, shown
from adapters.web.api.operation import By, Operation, Takes
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import At, Shape
from adapters.web.programs import PREFIX
from bot.access.session import Scope
from bot.errors import Refused
from bot.ports import Lookup
from bot.webhooks import managing
from bot.webhooks.as_json import webhook_json
from bot.webhooks.managing import Wish
from bot.webhooks.webhook import Webhook
from bot.work import Work

FAILS = (400, 404, 408, 409, 413, 415, 422)
Named = Annotated[str, Path(max_length=60, description="As the list has it.")]


class NewWebhook(Said):
    """`events`: none means all of them. `customer`: only that customer's tickets, and only what they may
    know; a customer's token can make no other."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    events: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=40, default_factory=list)]
    customer: Annotated[str, Field(max_length=100)] = ""


class WebhookShape(Shape):
    """Without its secret."""

    id: str
    url: str
    events: list[str]
    customer: str | None
    state: Literal["active", "failing", "gone", "disabled"]
    created_at: At
    created_by: str
    failing_since: At | None
    disabled_at: At | None
    disabled_for: str | None

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookShape":
        return cls.model_validate(webhook_json(webhook))


class MadeWebhookShape(WebhookShape):
    """`secret` signs what is sent; it is shown only now."""

    secret: str

    @classmethod
    def with_secret(cls, webhook: Webhook) -> "MadeWebhookShape":
        return cls.model_validate({**webhook_json(webhook), "secret": webhook.secret})


class WebhooksShape(Shape):
    """All of them: nobody has many."""

    items: list[WebhookShape]


class Webhooks:
    """`lookup`: where names lead."""

    def __init__(self, desk: ApiDesk, lookup: Lookup) -> None:
        self._desk = desk
        self._lookup = lookup

    def operations(self) -> list[Operation]:
        scope, tag = Scope.WEBHOOKS, "webhooks"
        return [
            Operation(
                "GET", "/webhooks", self.list, "listWebhooks", "List webhooks, the oldest first", tag,
                scope, WebhooksShape,
            ),
            Operation(
                "POST", "/webhooks", self.add, "addWebhook", "Have events posted to an address", tag,
                scope, MadeWebhookShape, status=201, takes=Takes.JSON,
                fails=(400, 408, 409, 413, 415, 422), headers={"Location": "Where it is."},
            ),
            Operation(
                "GET", "/webhooks/{webhook}", self.one, "getWebhook", "One webhook", tag,
                scope, WebhookShape, fails=(404,),
            ),
            Operation(
                "DELETE", "/webhooks/{webhook}", self.remove, "removeWebhook", "Remove a webhook", tag,
                scope, WebhookShape, fails=FAILS,
            ),
            Operation(
                "POST", "/webhooks/{webhook}/enable", self.enable, "enableWebhook",
                "Send to it again, at once", tag, scope, WebhookShape, fails=FAILS,
            ),
            Operation(
                "POST", "/webhooks/{webhook}/secret", self.rotate, "rotateWebhookSecret",
                "Sign with a fresh secret; the old one signs beside it for a day", tag,
                scope, MadeWebhookShape, fails=FAILS,
            ),
        ]  # fmt: skip

    async def list(self, caller: By) -> Response:
        """A customer's token sees that customer's."""
        found = await self._desk.site.window.look(lambda work: managing.listed(work.tx, caller.customer))
        return shown(WebhooksShape(items=[WebhookShape.of(each) for each in found]))

    async def one(self, caller: By, webhook: Named) -> Response:
        """What state it is in, and since when nothing has arrived."""
        found = await self._desk.site.window.look(lambda work: _theirs(work, caller, webhook))
        return shown(WebhookShape.of(found))

    async def add(self, request: Request, caller: By, said: NewWebhook, key: Key = "") -> Response:
        """Its secret is in the answer, and nowhere else."""
        wish = _wish(caller, said)
        await managing.look(wish.url, self._lookup, self._desk.site.window.house.policy.webhooks)

        async def added(work: Work) -> Response:
            made = await managing.add(work.tx, wish, work.now)
            location = f"{self._desk.site.settings.base}{PREFIX}/webhooks/{made.id}"
            return shown(MadeWebhookShape.with_secret(made), 201, {"location": location})

        return await self._desk.once.write(request, caller, key, added)

    async def remove(self, request: Request, caller: By, webhook: Named, key: Key = "") -> Response:
        """What still waits for it is dropped. The answer is what it was."""

        async def removed(work: Work) -> Response:
            await _theirs(work, caller, webhook)
            return shown(WebhookShape.of(await managing.remove(work.tx, webhook)))

        return await self._desk.once.write(request, caller, key, removed)

    async def enable(self, request: Request, caller: By, webhook: Named, key: Key = "") -> Response:
        """Also one that only fails: what waits for it is sent at once, in order."""

        async def enabled(work: Work) -> Response:
            await _theirs(work, caller, webhook)
            return shown(WebhookShape.of(await managing.enable(work.tx, webhook, work.now)))

        return await self._desk.once.write(request, caller, key, enabled)

    async def rotate(self, request: Request, caller: By, webhook: Named, key: Key = "") -> Response:
        """The answer holds the fresh secret, and nothing else ever does."""

        async def rotated(work: Work) -> Response:
            await _theirs(work, caller, webhook)
            made = await managing.rotate(work.tx, webhook, work.now)
            return shown(MadeWebhookShape.with_secret(made))

        return await self._desk.once.write(request, caller, key, rotated)


def _wish(caller: Caller, said: NewWebhook) -> Wish:
    """Raises Problem (409) when it is for a customer that is not the caller's."""
    if caller.customer is not None and said.customer not in ("", caller.customer):
        raise Problem(409, Refused("unknown_customer", given=said.customer, near=""))
    customer = caller.customer or said.customer or None
    return Wish(said.url, caller.token.engineer or caller.token.name, tuple(said.events), customer)


async def _theirs(work: Work, caller: Caller, webhook: str) -> Webhook:
    """Raises Problem (404), for one of somebody else's as for one there is not."""
    found = await work.tx.webhooks.get(webhook)
    if found is None or caller.customer not in (None, found.customer):
        raise Problem(404, Refused("unknown_webhook", given=webhook, near=""))
    return found
