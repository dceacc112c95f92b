"""Incident channels: opening each exactly once, and getting people into it."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.people import Introduction
from adapters.slack.text import escaped, unescaped
from adapters.slack.wire import Json, SlackRefusal, answered
from bot.errors import Unreachable
from bot.outgoing import OpenRoom

log = structlog.get_logger(__name__)

# https://docs.slack.dev/reference/methods: conversations.create, conversations.setTopic, conversations.invite
_NAME, _TOPIC, _INVITED, _PAGE = 80, 250, 100, 200
_TRIES = 20
_ALREADY_IN = frozenset({"already_in_channel", "cant_invite_self"})
# About the person, not about the channel.
_NOT_INVITABLE = re.compile(
    r"""already_in_channel|cant_invite(_self)?|no_user|user_(not_found|disabled|not_in_team|is_(ultra_)?restricted)
    |invitee_cant_see_channel|ura_max_channels|(org|team)_user_not_in_team|no_external_invite_permission""",
    re.VERBOSE,
)


class Rooms:
    """Channels the desk opens by itself."""

    def __init__(self, client: AsyncWebClient, introduction: Introduction) -> None:
        self._client = client
        self._introduction = introduction

    async def open(self, room: OpenRoom) -> str:
        """The id of the channel for `room`, with its topic set and its people invited.

        May be repeated after a crash or a lost answer at any point: the channel opened then is found
        again by its name, its creator and its topic. A name somebody else holds gets a number.
        Raises DeliveryError.
        """
        topic = _fitted(room.topic)
        channel = await self._opened(room.name, topic)
        if unescaped(_topic(channel)) != unescaped(topic):
            await answered(self._client.conversations_setTopic(channel=channel["id"], topic=topic))
        await self.invite(channel["id"], room.people)
        return str(channel["id"])

    async def invite(self, channel: str, people: Sequence[str]) -> list[str]:
        """Whom Slack would not let in, with its reason. Those already in it are no matter.

        Raises DeliveryError if it is not a person but the channel that is wrong.
        """
        refused: list[str] = []
        for start in range(0, len(people), _INVITED):
            refused += await self._invite(channel, people[start : start + _INVITED])
        if refused:
            log.warning("invitation refused", conversation=channel, refused=refused)
        return refused

    async def _opened(self, wanted: str, topic: str) -> Json:
        for name in _names(wanted):
            found = await self._created(name) or await self._ours(name, topic)
            if found:
                return found
        raise Unreachable(f"Slack: {_TRIES} channels with names like {wanted} exist already")

    async def _created(self, name: str) -> Json | None:
        try:
            return dict((await answered(self._client.conversations_create(name=name)))["channel"])
        except SlackRefusal as refusal:
            if refusal.code != "name_taken":
                raise
        return None

    async def _ours(self, name: str, topic: str) -> Json | None:
        """The channel of this name if we created it for this topic, or had no time to set one."""
        me = (await self._introduction.identity()).user
        async for channel in self._joined():
            if channel.get("name") == name and channel.get("creator") == me:
                return channel if unescaped(_topic(channel)) in ("", unescaped(topic)) else None
        return None

    async def _joined(self) -> AsyncIterator[Json]:
        """Every public channel we are in; whoever creates one is in it."""
        cursor: str | None = None
        while cursor != "":
            request = self._client.users_conversations(
                types="public_channel", exclude_archived=True, limit=_PAGE, cursor=cursor
            )
            body = await answered(request)
            for channel in body["channels"]:
                yield channel
            cursor = (body.get("response_metadata") or {}).get("next_cursor") or ""

    async def _invite(self, channel: str, people: Sequence[str]) -> list[str]:
        try:
            body = await answered(
                self._client.conversations_invite(channel=channel, users=list(people), force=True)
            )
        except SlackRefusal as refusal:
            if not _NOT_INVITABLE.fullmatch(refusal.code):
                raise
            body = {"errors": [{"user": people[0], "error": refusal.code}]} | refusal.body
        errors = body.get("errors") or []
        return [
            f"{error.get('user')}: {error['error']}" for error in errors if error["error"] not in _ALREADY_IN
        ]


def _topic(channel: Json) -> str:
    return str((channel.get("topic") or {}).get("value") or "")


def _names(wanted: str) -> Iterator[str]:
    """`wanted` as Slack allows it, then numbered."""
    base = re.sub(r"[^a-z0-9_-]+", "-", wanted.lower()).strip("-")[: _NAME - 3] or "incident"
    yield base
    for number in range(2, _TRIES + 1):
        yield f"{base}-{number}"


def _fitted(topic: str) -> str:
    """The escaped topic, cut to Slack's limit without cutting an entity in two."""
    line = " ".join(topic.split())
    while len(escaped(line).encode("utf-16-le")) // 2 > _TOPIC:
        line = line[:-1]
    return escaped(line)
