"""What bolt calls: every command and button is read, handed to the inbox, and only then confirmed."""

import re
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.response import BoltResponse

from adapters.slack.answers import Answers, Asker
from adapters.slack.events import failure
from adapters.slack.people import Introduction
from adapters.slack.settings import SlackSettings
from adapters.slack.verbs import button_pressed, command_invoked
from adapters.slack.wire import Json, library_logger, web_client
from bot.ports import Clock

_ANYTHING = re.compile(".*")


class Listeners:
    """bolt's listeners. An exception in one is a 5xx, or an unconfirmed envelope: Slack tells the asker."""

    def __init__(self, clock: Clock, introduction: Introduction, answers: Answers) -> None:
        self._clock = clock
        self._introduction = introduction
        self._answers = answers

    async def on_command(self, body: Json, ack: AsyncAck) -> None:
        me = await self._introduction.identity()
        verb = command_invoked(body, me, self._clock.now())
        await self._answers.to_command(verb, ack, Asker(str(body["response_url"])))

    async def on_button(self, body: Json, ack: AsyncAck) -> None:
        verb = button_pressed(body, await self._introduction.identity())
        await self._answers.to_button(verb, ack, Asker(str(body["response_url"]), verb.at.thread))


def build_bolt(settings: SlackSettings, introduction: Introduction, listeners: Listeners) -> AsyncApp:
    """bolt itself. `process_before_response` is what makes it confirm after the listener, not before."""
    bolt = AsyncApp(
        name="dawnline.slack",
        logger=library_logger(),
        client=web_client(None, settings.api_url),
        signing_secret=settings.signing_secret or "",
        authorize=_authorizer(introduction, settings.bot_token),
        process_before_response=True,
    )
    bolt.command(_ANYTHING)(listeners.on_command)
    bolt.action(_ANYTHING)(listeners.on_button)
    bolt.error(_on_error)
    return bolt


def _authorizer(introduction: Introduction, token: str) -> Callable[[], Awaitable[AuthorizeResult]]:
    """bolt's own way confirms (and so loses) every command while auth.test does not work; ours raises.

    A plain function: bolt would pass None for a method's `self`.
    """

    async def authorize() -> AuthorizeResult:
        me = await introduction.identity()
        return AuthorizeResult(
            enterprise_id=me.enterprise, team_id=me.team, bot_user_id=me.user, bot_id=me.bot, bot_token=token
        )

    return authorize


async def _on_error(error: Exception, body: Json) -> BoltResponse:
    return BoltResponse(status=failure(error, body), body="")
