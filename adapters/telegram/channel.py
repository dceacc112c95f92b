"""The Channel port on Telegram: sends once and says what happened; the core retries, waits and reroutes."""

from collections.abc import Sequence
from datetime import timedelta

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
    User,
)
from telegram.error import BadRequest, TelegramError

from adapters.telegram import render
from adapters.telegram.inbound import CHANNEL
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import delivery_error
from bot.errors import Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Document, Edit, Invite, Limit, OpenRoom, Outgoing, Pin, Post, Receipt

# https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
A_CHAT = timedelta(seconds=1)
A_GROUP_COUNT, A_GROUP = 20, timedelta(minutes=1)
IN_ALL_COUNT, IN_ALL = 30, timedelta(seconds=1)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_MAX_ROOM_TOPIC = 3000
_NOT_MODIFIED = "message is not modified"
# Messages half delivered (long texts, rooms without their first message) that we keep in mind for a retry.
_MAX_BEGUN = 256


def capabilities(forum: str | None) -> Capabilities:
    """Rooms are topics of the desk's own forum group, where there is one."""
    return Capabilities(
        can_edit=True,
        can_ack_inline=True,
        can_open_room=forum is not None,
        max_length=render.MAX_TEXT,
    )


class TelegramChannel:
    """Sends through `bot`. Rooms are topics of the desk's own forum group; without one there are none."""

    def __init__(self, bot: Bot, settings: TelegramSettings) -> None:
        self._bot = bot
        self._token = settings.token
        self._forum = settings.desk_forum
        # By key and words: the core may put other words under a key when it tries again.
        self._begun: dict[tuple[str, str], list[int]] = {}

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def capabilities(self) -> Capabilities:
        return capabilities(self._forum)

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        every = Limit(CHANNEL, IN_ALL_COUNT, IN_ALL.total_seconds())
        chat = Limit(f"{CHANNEL}:{conversation}:second", 1, A_CHAT.total_seconds())
        if not conversation.startswith("-"):
            return every, chat
        return every, chat, Limit(f"{CHANNEL}:{conversation}:minute", A_GROUP_COUNT, A_GROUP.total_seconds())

    async def send(self, message: Outgoing) -> Receipt:
        try:
            return await self._send(message)
        except TelegramError as error:
            # Not "from error": the library's exceptions may name the address, and with it the token.
            raise delivery_error(error, self._token) from None

    async def find(self, key: str, at: Address) -> Receipt | None:
        """Telegram's messages carry no key and a bot cannot read history."""
        return None

    async def _send(self, message: Outgoing) -> Receipt:
        match message:
            case Post():
                return await self._post(message)
            case Edit():
                return await self._edit(message)
            case OpenRoom():
                return await self._open_room(message)
            case Invite():
                text, entities = render.roll_call(await self._users(message.at, message.people))
                await say(self._bot, message.at, text, entities=entities)
            case Pin():
                chat_id = number(message.at.conversation)
                await self._bot.pin_chat_message(
                    chat_id, number(message.message_id), disable_notification=True
                )
            case Document():
                raise Unreachable("Telegram takes no documents")
        return Receipt(message.at)

    async def _post(self, post: Post) -> Receipt:
        """A text too long for one message goes as several; a retry goes on where the last try ended.

        The first part is the one answered, edited and pinned later, so it has the buttons.
        """
        pieces = render.parts(render.without_mentions(post.text))
        sent = self._progress(post.key, post.text)
        if not sent:
            keys = render.keyboard(post.buttons)
            sent.append(await say(self._bot, post.at, pieces[0], reply_to=post.reply_to, keys=keys))
        for piece in pieces[len(sent) :]:
            sent.append(await say(self._bot, post.at, piece))
        del self._begun[post.key, post.text]
        return Receipt(post.at, str(sent[0]))

    def _progress(self, key: str, words: str) -> list[int]:
        if len(self._begun) >= _MAX_BEGUN:
            del self._begun[next(iter(self._begun))]
        return self._begun.setdefault((key, words), [])

    async def _edit(self, edit: Edit) -> Receipt:
        text = render.shortened(render.without_mentions(edit.text), render.MAX_TEXT)
        try:
            await self._bot.edit_message_text(
                text,
                chat_id=number(edit.at.conversation),
                message_id=number(edit.message_id),
                reply_markup=render.keyboard(edit.buttons),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if _NOT_MODIFIED not in error.message.lower():
                raise
        return Receipt(edit.at, edit.message_id)

    async def _open_room(self, room: OpenRoom) -> Receipt:
        if self._forum is None:
            raise Unreachable("no forum group is configured for incident rooms")
        begun = self._progress(room.key, room.name)
        if not begun:
            name = render.shortened(room.name, render.MAX_TOPIC)
            topic = await self._bot.create_forum_topic(number(self._forum), name)
            begun.append(topic.message_thread_id)
        at = Address(CHANNEL, self._forum, str(begun[0]))
        head = render.without_mentions(render.shortened(room.topic, _MAX_ROOM_TOPIC))
        text, entities = render.roll_call(await self._users(at, room.people), head)
        await say(self._bot, at, text, entities=entities)
        del self._begun[room.key, room.name]
        return Receipt(at)

    async def _users(self, at: Address, people: Sequence[str]) -> list[User]:
        return [await self._user(number(at.conversation), number(person)) for person in people]

    async def _user(self, chat_id: int, user_id: int) -> User:
        """The person, or a stand-in named by the id where Telegram does not know them in this chat."""
        try:
            return (await self._bot.get_chat_member(chat_id, user_id)).user
        except BadRequest:
            return User(user_id, str(user_id), is_bot=False)


async def say(
    bot: Bot,
    at: Address,
    text: str,
    *,
    reply_to: str | None = None,
    keys: InlineKeyboardMarkup | None = None,
    entities: Sequence[MessageEntity] | None = None,
) -> int:
    """Send one plain message of at most 4,096 code units and return its id. Never as markup."""
    reply = ReplyParameters(number(reply_to), allow_sending_without_reply=True) if reply_to else None
    message = await bot.send_message(
        number(at.conversation),
        text,
        message_thread_id=number(at.thread) if at.thread else None,
        reply_parameters=reply,
        reply_markup=keys,
        entities=entities,
        link_preview_options=_NO_PREVIEW,
    )
    return message.message_id


def number(text: str) -> int:
    """Telegram's ids are integers. Raises Unreachable for anything else."""
    try:
        return int(text)
    except ValueError:
        raise Unreachable(f"not a Telegram id: {text!r}") from None
