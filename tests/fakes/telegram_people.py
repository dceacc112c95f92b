"""What people do in the fake's chats: each method changes the world and queues what a bot would get."""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.fakes.telegram_params import Json
from tests.fakes.telegram_queue import UpdateQueue
from tests.fakes.telegram_world import CHANNEL_BOT, GROUP_ANONYMOUS_BOT, TELEGRAM, Chat, User, World

# https://core.telegram.org/bots/api#reactiontypeemoji, shortened to what tests use.
ALLOWED_REACTIONS = frozenset("👍👎🔥🎉🙏👌👀💯🏆✍🫡⚡🤔😢❤🤝🆒")


class People:
    """Customers and engineers at their phones."""

    def __init__(self, world: World, updates: UpdateQueue, fresh_queries: set[str]) -> None:
        self._world = world
        self._updates = updates
        self._fresh_queries = fresh_queries
        self._queries = count(1)

    async def say(
        self, chat: Chat, user: User, text: str, topic: int | None = None, reply_to: int | None = None
    ) -> Json:
        return await self.post(chat, user, {"text": text}, topic, reply_to)

    async def post(
        self, chat: Chat, user: User, content: Json, topic: int | None = None, reply_to: int | None = None
    ) -> Json:
        """A message with any content: text, media with a caption, or service fields."""
        message = self._world.compose(chat, user, content, topic, reply_to)
        kind = "channel_post" if chat.type == "channel" else "message"
        await self._show(kind, chat, message)
        return message

    async def say_anonymously(self, chat: Chat, text: str) -> Json:
        """An administrator who stays anonymous: the message is sent by the group itself."""
        return await self.post(chat, GROUP_ANONYMOUS_BOT, {"text": text, "sender_chat": chat.json()})

    async def say_as_channel(self, chat: Chat, channel: Chat, text: str) -> Json:
        return await self.post(chat, CHANNEL_BOT, {"text": text, "sender_chat": channel.json()})

    async def post_in_channel(self, channel: Chat, text: str) -> Json:
        content = {"text": text, "sender_chat": channel.json()}
        return await self.post(channel, CHANNEL_BOT, content)

    async def forward_from_channel(self, chat: Chat, channel: Chat, text: str) -> Json:
        """A post of the linked channel, forwarded into its discussion group by Telegram itself."""
        content = {"text": text, "sender_chat": channel.json(), "is_automatic_forward": True}
        return await self.post(chat, TELEGRAM, content)

    async def send_album(self, chat: Chat, user: User, caption: str, photos: int) -> list[Json]:
        """A media group: one message per photo, the caption on the first only."""
        album = {"media_group_id": "13000000000000001"}
        messages = [await self.post(chat, user, photo("p1") | album | {"caption": caption})]
        for number in range(2, photos + 1):
            messages.append(await self.post(chat, user, photo(f"p{number}") | album))
        return messages

    async def edit(self, chat: Chat, message: Json, text: str) -> Json:
        field = "text" if "text" in message else "caption"
        edited = message | {field: text, "edit_date": int(self._world.now().timestamp())}
        chat.messages[message["message_id"]] = edited
        kind = "edited_channel_post" if chat.type == "channel" else "edited_message"
        await self._show(kind, chat, edited)
        return edited

    async def react(
        self, chat: Chat, user: User, message_id: int, emoji: list[str], before: list[str]
    ) -> None:
        """Reactions only reach a bot that asked for them and is an administrator of the group."""
        _check_reactions(emoji + before)
        if chat.type != "private" and chat.status(self._world.bot.id) != "administrator":
            return
        change = {
            "chat": chat.json(),
            "message_id": message_id,
            "user": user.json(),
            "date": int(self._world.now().timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": each} for each in before],
            "new_reaction": [{"type": "emoji", "emoji": each} for each in emoji],
        }
        await self._updates.put("message_reaction", change)

    async def press(self, chat: Chat, user: User, message_id: int, label: str) -> str:
        """Press the button labelled `label` under a message; returns the id of the callback query."""
        message = chat.messages[message_id]
        buttons = [button for row in message["reply_markup"]["inline_keyboard"] for button in row]
        data = next(button["callback_data"] for button in buttons if button["text"] == label)
        return await self.call_back(user, {"message": message, "data": data})

    async def press_on_vanished(self, chat: Chat, user: User, message_id: int, data: str) -> str:
        """A button under a message too old for the bot to see: Telegram sends only where it was."""
        message = {"chat": chat.json(), "message_id": message_id, "date": 0}
        return await self.call_back(user, {"message": message, "data": data})

    async def call_back(self, user: User, fields: Json) -> str:
        query = f"{user.id}{next(self._queries):09d}"
        self._fresh_queries.add(query)
        await self._updates.put(
            "callback_query", {"id": query, "from": user.json(), "chat_instance": "1", **fields}
        )
        return query

    async def migrate(self, chat: Chat, new_id: int) -> Chat:
        """The group becomes a supergroup: two service messages, one on each side."""
        new = self._world.group(new_id, chat.title)
        new.statuses = dict(chat.statuses)
        chat.moved_to = new_id
        author = self._world.user(9001, "Olga Owner")
        await self.post(chat, author, {"migrate_to_chat_id": new_id})
        await self.post(new, author, {"migrate_from_chat_id": chat.id})
        return new

    async def join(self, chat: Chat, user: User) -> None:
        chat.statuses[user.id] = "member"
        await self.post(chat, user, {"new_chat_members": [user.json()]})

    async def leave(self, chat: Chat, user: User) -> None:
        chat.statuses[user.id] = "left"
        await self.post(chat, user, {"left_chat_member": user.json()})

    async def kick_bot(self, chat: Chat, by: User) -> None:
        bot = self._world.bot
        old = {"status": "member", "user": bot.json()}
        chat.statuses[bot.id] = "kicked"
        new = {"status": "kicked", "user": bot.json(), "until_date": 0}
        date = int(self._world.now().timestamp())
        change = {"chat": chat.json(), "from": by.json(), "date": date}
        await self._updates.put("my_chat_member", change | {"old_chat_member": old, "new_chat_member": new})

    async def open_topic(self, chat: Chat, user: User, name: str) -> int:
        thread = self._world.open_topic(chat, name, user)
        await self._show("message", chat, chat.messages[thread])
        return thread

    async def _show(self, kind: str, chat: Chat, message: Json) -> None:
        if self._world.sees(chat, message):
            await self._updates.put(kind, _as_sent(kind, message))


def _as_sent(kind: str, message: Json) -> Json:
    """Channel posts have no `from`."""
    return {k: v for k, v in message.items() if k != "from"} if "channel_post" in kind else dict(message)


def _check_reactions(emoji: list[str]) -> None:
    unknown = set(emoji) - ALLOWED_REACTIONS
    if unknown:
        raise ValueError(f"Telegram offers no such reaction: {unknown}")


def photo(file_id: str, caption: str | None = None) -> Json:
    """A photo in two sizes, the larger last."""
    sizes = [
        {
            "file_id": f"{file_id}-{width}",
            "file_unique_id": file_id,
            "width": width,
            "height": width,
            "file_size": size,
        }
        for width, size in ((90, 1_500), (1280, 90_000))
    ]
    return {"photo": sizes} | ({"caption": caption} if caption else {})


def document(file_id: str, name: str, content_type: str, size: int, **more: Any) -> Json:
    fields = {"file_id": file_id, "file_unique_id": file_id, "file_name": name}
    return {"document": fields | {"mime_type": content_type, "file_size": size}, **more}


def voice(file_id: str, seconds: int, **more: Any) -> Json:
    fields = {"file_id": file_id, "file_unique_id": file_id, "duration": seconds}
    return {"voice": fields | {"mime_type": "audio/ogg", "file_size": seconds * 2_000}, **more}
