"""The Channel port on Slack: posts, edits, rooms, invitations, pins. Nothing is decided or retried here."""

from collections.abc import AsyncIterator

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.message import CHANNEL
from adapters.slack.people import Introduction
from adapters.slack.render import MAX_LENGTH, blocks, fallback, key_of, metadata
from adapters.slack.rooms import Rooms
from adapters.slack.wire import Json, SlackRefusal, answered
from bot.errors import Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Document, Edit, Invite, Limit, OpenRoom, Outgoing, Pin, Post, Receipt

# How far back `find` looks: what a restart may have forgotten is recent. Threads come oldest first, so more.
_PAGE, _THREAD_PAGE, _MOST_PAGES = 200, 999, 5
CAPABILITIES = Capabilities(
    can_edit=True,
    can_thread=True,
    can_find=True,
    can_ack_inline=True,
    can_open_room=True,
    max_length=MAX_LENGTH,
)


class SlackChannel:
    """One workspace. A conversation is a channel's id, or a person's (U...) for their direct conversation."""

    def __init__(self, client: AsyncWebClient, introduction: Introduction) -> None:
        self._client = client
        self._rooms = Rooms(client, introduction)
        self._direct: dict[str, str] = {}

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        """https://docs.slack.dev/apis/web-api/rate-limits: one message a second per channel."""
        return (Limit(f"slack:{conversation}", 1, 1.0),)

    async def send(self, message: Outgoing) -> Receipt:
        match message:
            case Post():
                return await self._post(message)
            case Edit():
                return await self._edit(message)
            case OpenRoom():
                return Receipt(Address(CHANNEL, await self._rooms.open(message)))
            case Invite():
                return await self._invite(message)
            case Pin():
                return await self._pin(message)
            case Document():
                raise Unreachable("Slack takes no documents")

    async def find(self, key: str, at: Address) -> Receipt | None:
        """Looks through the newest thousand messages of the conversation, or the thread if `at` names one.

        A room has no conversation before it is open; opening it again finds it.
        """
        if not at.conversation:
            return None
        conversation = await self._conversation(at.conversation)
        try:
            async for message in self._messages(conversation, at.thread):
                if key_of(message) == key:
                    return Receipt(Address(CHANNEL, conversation, at.thread), str(message["ts"]))
        except SlackRefusal as refusal:
            if refusal.code != "thread_not_found":
                raise
        return None

    async def _post(self, post: Post) -> Receipt:
        conversation = await self._conversation(post.at.conversation)
        thread = post.at.thread or post.reply_to
        body = await answered(
            self._client.chat_postMessage(
                channel=conversation,
                text=fallback(post.text),
                blocks=blocks(post.text, post.buttons),
                thread_ts=thread,
                metadata=metadata(post.key),
                parse="none",
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
            )
        )
        return Receipt(Address(CHANNEL, conversation, thread), str(body["ts"]))

    async def _edit(self, edit: Edit) -> Receipt:
        """Without metadata in the call, the message keeps the key it was posted under."""
        conversation = await self._conversation(edit.at.conversation)
        await answered(
            self._client.chat_update(
                channel=conversation,
                ts=edit.message_id,
                text=fallback(edit.text),
                blocks=blocks(edit.text, edit.buttons),
                parse="none",
                link_names=False,
            )
        )
        return Receipt(Address(CHANNEL, conversation, edit.at.thread), edit.message_id)

    async def _invite(self, invite: Invite) -> Receipt:
        refused = await self._rooms.invite(invite.at.conversation, invite.people)
        if refused and len(refused) == len(invite.people):
            raise Unreachable(f"Slack invited nobody: {refused}")
        return Receipt(invite.at)

    async def _pin(self, pin: Pin) -> Receipt:
        try:
            await answered(self._client.pins_add(channel=pin.at.conversation, timestamp=pin.message_id))
        except SlackRefusal as refusal:
            if refusal.code != "already_pinned":
                raise
        return Receipt(pin.at)

    async def _conversation(self, conversation: str) -> str:
        """A person's direct conversation with the bot, opened on first use; any other is what it is."""
        if not conversation.startswith(("U", "W")):
            return conversation
        if conversation not in self._direct:
            body = await answered(self._client.conversations_open(users=conversation))
            self._direct[conversation] = str(body["channel"]["id"])
        return self._direct[conversation]

    async def _messages(self, conversation: str, thread: str | None) -> AsyncIterator[Json]:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            body = await self._page(conversation, thread, cursor)
            for message in body["messages"]:
                yield message
            cursor = (body.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    async def _page(self, conversation: str, thread: str | None, cursor: str | None) -> Json:
        if thread is None:
            return await answered(
                self._client.conversations_history(
                    channel=conversation, limit=_PAGE, cursor=cursor, include_all_metadata=True
                )
            )
        return await answered(
            self._client.conversations_replies(
                channel=conversation, ts=thread, limit=_THREAD_PAGE, cursor=cursor, include_all_metadata=True
            )
        )
