"""The Bot API's methods, as strict as the real ones. Each takes the world and the call's parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram_params import ApiError, Json, Params, bad_request, utf16_length
from tests.fakes.telegram_world import GENERAL_TOPIC, Chat, User, World

MAX_FILE = 20 * 1024 * 1024


class Methods:
    """All methods of one bot but those that fetch updates."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fresh_queries: set[str] = set()
        self.query_answers: dict[str, Json] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}

    def table(self) -> dict[str, Callable[[Params], Any]]:
        return {
            "getMe": self.get_me,
            "getChat": self.get_chat,
            "getChatMember": self.get_chat_member,
            "sendMessage": self.send_message,
            "editMessageText": self.edit_message_text,
            "answerCallbackQuery": self.answer_callback_query,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "createForumTopic": self.create_forum_topic,
            "pinChatMessage": self.pin_chat_message,
            "getFile": self.get_file,
        }

    def get_me(self, _: Params) -> Json:
        return self.world.bot.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.world.reads_all_messages,
            "supports_inline_queries": False,
        }

    def get_chat(self, params: Params) -> Json:
        chat = self._known_chat(params)
        return chat.json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(_GIFTS, False),
        }

    def get_chat_member(self, params: Params) -> Json:
        chat = self._known_chat(params)
        user = self.world.users.get(params.integer("user_id"))
        if user is None:
            raise bad_request("user not found")
        return _member(chat, user)

    def send_message(self, params: Params) -> Json:
        chat = self._chat(params)
        text = params.message_text()
        topic = params.optional_integer("message_thread_id")
        content: Json = {"text": text}
        entities = _checked_entities(params.json("entities"), text)
        keyboard = params.keyboard()
        reply_to = _reply_to(params, chat)
        _reject_markup(params)
        _link_preview(params)
        params.boolean("disable_notification")
        self._may_post(chat, topic)
        content |= {"entities": entities} if entities else {}
        content |= {"reply_markup": keyboard} if keyboard else {}
        return self.world.compose(chat, self.world.bot, content, topic, reply_to)

    def edit_message_text(self, params: Params) -> Json:
        chat = self._chat(params)
        message_id = params.integer("message_id")
        text, keyboard = params.message_text(), params.keyboard()
        _reject_markup(params)
        _link_preview(params)
        self._may_post(chat, None)
        message = self._own_message(chat, message_id)
        if (message["text"], message.get("reply_markup")) == (text, keyboard):
            raise bad_request(_NOT_MODIFIED)
        message |= {"text": text, "edit_date": int(self.world.now().timestamp())}
        message.pop("reply_markup", None)
        message |= {"reply_markup": keyboard} if keyboard else {}
        return message

    def _own_message(self, chat: Chat, message_id: int) -> Json:
        message = chat.messages.get(message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if message["from"]["id"] != self.world.bot.id or "text" not in message:
            raise bad_request("message can't be edited")
        return message

    def answer_callback_query(self, params: Params) -> bool:
        query = params.required("callback_query_id")
        text = params.optional("text") or ""
        alert = params.boolean("show_alert")
        if utf16_length(text) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        if query not in self.fresh_queries:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self.fresh_queries.discard(query)
        self.query_answers[query] = {"text": text, "show_alert": alert}
        return True

    def set_my_commands(self, params: Params) -> bool:
        commands = params.json("commands")
        key = (
            str((params.json("scope") or {}).get("type", "default")),
            params.optional("language_code") or "",
        )
        if key[1] and not re.fullmatch("[a-z]{2}", key[1]):
            raise bad_request("invalid language code specified")
        if not isinstance(commands, list) or not 1 <= len(commands) <= 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            _check_command(command)
        self.commands[key] = commands
        return True

    def get_my_commands(self, params: Params) -> list[Json]:
        scope = str((params.json("scope") or {}).get("type", "default"))
        return self.commands.get((scope, params.optional("language_code") or ""), [])

    def create_forum_topic(self, params: Params) -> Json:
        chat = self._chat(params)
        name = params.required("name").strip()
        self._may_post(chat, None)
        if not chat.is_forum:
            raise bad_request("the chat is not a forum")
        if not self._has_right(chat, "can_manage_topics"):
            raise bad_request("not enough rights to create a topic")
        if not 1 <= utf16_length(name) <= 128:
            raise bad_request("TOPIC_TITLE_INVALID")
        thread = self.world.open_topic(chat, name, self.world.bot)
        return {"message_thread_id": thread, "name": name, "icon_color": 7322096}

    def pin_chat_message(self, params: Params) -> bool:
        chat = self._chat(params)
        message_id = params.integer("message_id")
        params.boolean("disable_notification")
        self._may_post(chat, None)
        if message_id not in chat.messages:
            raise bad_request("message to pin not found")
        if not self._has_right(chat, "can_pin_messages"):
            raise bad_request("not enough rights to manage pinned messages in the chat")
        chat.pinned = [pinned for pinned in chat.pinned if pinned != message_id] + [message_id]
        return True

    def get_file(self, params: Params) -> Json:
        file_id = params.required("file_id")
        content = self.world.files.get(file_id)
        if content is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if len(content) > MAX_FILE:
            raise bad_request("file is too big")
        path = f"documents/{file_id}"
        return {
            "file_id": file_id,
            "file_unique_id": file_id[::-1],
            "file_size": len(content),
            "file_path": path,
        }

    def _chat(self, params: Params) -> Chat:
        return self.world.chat(params.required("chat_id"))

    def _known_chat(self, params: Params) -> Chat:
        """A chat whose description the bot may read."""
        chat = self._chat(params)
        _check_moved(chat)
        _check_membership(chat, chat.status(self.world.bot.id))
        return chat

    def _has_right(self, chat: Chat, right: str) -> bool:
        return chat.status(self.world.bot.id) == "administrator" and right in chat.rights

    def _may_post(self, chat: Chat, topic: int | None) -> None:
        _check_moved(chat)
        if chat.refusal is not None:
            raise ApiError(*chat.refusal)
        _check_membership(chat, chat.status(self.world.bot.id))
        # The General topic is 1 to clients, but the API knows no thread of that number.
        if topic is not None and (not chat.is_forum or topic == GENERAL_TOPIC or topic not in chat.topics):
            raise bad_request("message thread not found")


_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ADMINISTRATOR_FLAGS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
)


def _member(chat: Chat, user: User) -> Json:
    status = chat.status(user.id)
    member: Json = {"status": status, "user": user.json()}
    if status == "administrator":
        member |= {flag: flag in chat.rights for flag in _ADMINISTRATOR_FLAGS}
    if status == "creator":
        member |= {"is_anonymous": False}
    if status == "kicked":
        member |= {"until_date": 0}
    return member


def _check_moved(chat: Chat) -> None:
    if chat.moved_to is not None:
        moved = {"migrate_to_chat_id": chat.moved_to}
        raise ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)


def _check_membership(chat: Chat, status: str) -> None:
    if status == "kicked" and chat.type == "private":
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if status == "kicked":
        raise ApiError(403, f"Forbidden: bot was kicked from the {chat.type} chat")
    if status == "left" and chat.type == "private":
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    if status == "left":
        raise ApiError(403, f"Forbidden: bot is not a member of the {chat.type} chat")


def _reply_to(params: Params, chat: Chat) -> int | None:
    """The message answered, or None where it is gone and the caller allowed that."""
    reply = params.json("reply_parameters")
    if reply is None:
        return None
    if not isinstance(reply.get("message_id"), int):
        raise bad_request("parameter message_id is required in reply_parameters")
    if reply["message_id"] in chat.messages:
        return int(reply["message_id"])
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _reject_markup(params: Params) -> None:
    """Customer words must never become markup, so this server takes no parse_mode at all."""
    if params.optional("parse_mode") is not None:
        raise bad_request("unsupported parse_mode")


def _link_preview(params: Params) -> None:
    options = params.json("link_preview_options")
    if options is not None and not isinstance(options.get("is_disabled"), bool):
        raise bad_request("can't parse LinkPreviewOptions")


def _checked_entities(entities: Any, text: str) -> list[Json]:
    for entity in entities or []:
        end = entity["offset"] + entity["length"]
        if entity["offset"] < 0 or entity["length"] < 1 or end > utf16_length(text):
            raise bad_request("entity out of the text's bounds")
        if entity["type"] == "text_mention" and "id" not in entity.get("user", {}):
            raise bad_request("text_mention needs a user")
    return list(entities or [])


def _check_command(command: Json) -> None:
    if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16_length(str(command.get("description", ""))) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
