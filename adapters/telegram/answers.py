"""The desk's answers to commands and buttons, given while the next updates are being taken."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram import render
from adapters.telegram.channel import say
from adapters.telegram.inbound import CHANNEL
from adapters.telegram.settings import TelegramSettings
from adapters.telegram.wire import redacted
from bot.inbound import Address, Answer, VerbInvoked

_DRAIN = 5.0

log = structlog.get_logger(__name__)


class Answers:
    """Answers privately where Telegram can: over the button, else in the asker's own chat, else as a reply.

    An answer that does not arrive is logged and given up: what was asked for is committed all the same.
    """

    def __init__(self, bot: Bot, settings: TelegramSettings) -> None:
        self._bot = bot
        self._token = settings.token
        self._forum = settings.desk_forum
        self._under_way: set[asyncio.Task[None]] = set()

    def give(self, invoked: VerbInvoked, answer: Answer, query_id: str | None) -> None:
        self._begin(self._give(invoked, answer, query_id))

    def release(self, query_id: str) -> None:
        """Stop the spinner on a button that means nothing (any more)."""
        self._begin(self._toast(query_id, Answer()))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(self._quietly(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _quietly(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:
            self._give_up(error)

    async def drain(self) -> None:
        """Let what is under way finish, for a few seconds."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_DRAIN)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _give(self, invoked: VerbInvoked, answer: Answer, query_id: str | None) -> None:
        shown = await self._toast(query_id, answer) if query_id else False
        if answer.text and not shown:
            await self._tell(invoked, answer.text)

    async def _toast(self, query_id: str, answer: Answer) -> bool:
        """Answer the button; False when the whole text was not seen (too long, or pressed long ago)."""
        text = render.shortened(answer.text, render.MAX_TOAST)
        try:
            await self._bot.answer_callback_query(query_id, text=text or None, show_alert=answer.refused)
        except TelegramError as error:
            self._give_up(error)
            return False
        return text == answer.text

    async def _tell(self, invoked: VerbInvoked, text: str) -> None:
        at_hand = invoked.reply_to if invoked.message_id is None else invoked.message_id
        if self._wants_privacy(invoked):
            try:
                return await self._say(Address(CHANNEL, invoked.author.id), text, None)
            except (Forbidden, BadRequest):
                # They never pressed Start in the bot's chat, so Telegram lets us answer only here.
                pass
        await self._say(invoked.at, text, at_hand)

    def _wants_privacy(self, invoked: VerbInvoked) -> bool:
        """Customers read along in groups, except in the desk's own; chats that speak have no direct chat."""
        in_public = not invoked.private and invoked.at.conversation != self._forum
        return in_public and not invoked.author.id.startswith("-")

    async def _say(self, at: Address, text: str, reply_to: str | None) -> None:
        for piece in render.parts(render.without_mentions(text)):
            await say(self._bot, at, piece, reply_to=reply_to)

    def _give_up(self, error: Exception) -> None:
        log.warning("answer not given", error=redacted(str(error), self._token))
