"""Commands and buttons: their answer goes to whoever asked, within Slack's three seconds or afterwards."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.render import blocks, fallback
from adapters.slack.wire import TIMEOUT, Json, library_logger
from bot.inbound import Answer, VerbInvoked
from bot.ports import Inbox

log = structlog.get_logger(__name__)
T = TypeVar("T")

# Seconds; Slack shows an error after three.
PATIENCE, DRAIN = 2.5, 10.0
_HTTP_OK = 200


@dataclass(frozen=True, slots=True)
class Asker:
    """Where to answer one person afterwards: a secret address, good for five answers in half an hour."""

    response_url: str
    thread: str | None = None

    async def tell(self, text: str) -> None:
        """Shown to the asker alone. A failure is only logged: what was asked for is done all the same."""
        client = AsyncWebhookClient(
            self.response_url, timeout=TIMEOUT, logger=library_logger(), retry_handlers=[]
        )
        try:
            status = (await client.send_dict(self._message(text))).status_code
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("answer not shown", error=type(error).__name__)
        else:
            if status != _HTTP_OK:
                log.warning("answer not shown", status=status)

    def _message(self, text: str) -> Json:
        thread = {"thread_ts": self.thread} if self.thread else {}
        return {"replace_original": False, **shown(text), **thread}


def shown(text: str) -> Json:
    """A message only the asker sees; inert text like everything else."""
    return {"response_type": "ephemeral", "text": fallback(text), "blocks": blocks(text)}


class Answers:
    """Runs verbs through the inbox and brings the answers back."""

    def __init__(self, inbox: Inbox, late_failure: str, patience: float = PATIENCE) -> None:
        self._inbox = inbox
        self._late_failure = late_failure
        self._patience = patience
        self._tasks: set[asyncio.Task[Any]] = set()

    async def to_command(self, verb: VerbInvoked, ack: AsyncAck, asker: Asker) -> None:
        """Answered in the acknowledgement itself if there is time. Raises what the core raised by then."""
        answer = await self._in_time(verb, asker)
        if answer is None or not answer.text:
            await ack()
        else:
            await ack(shown(answer.text))

    async def to_button(self, verb: VerbInvoked, ack: AsyncAck, asker: Asker) -> None:
        """Slack shows nothing of a button's acknowledgement, so the answer always goes its own way."""
        answer = await self._in_time(verb, asker)
        if answer is not None and answer.text:
            self._start(asker.tell(answer.text))
        await ack()

    async def close(self) -> None:
        """Let what was begun come to its end."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN)

    async def _in_time(self, verb: VerbInvoked, asker: Asker) -> Answer | None:
        """The core's answer; None if it takes longer, and is then told afterwards."""
        task = self._start(self._inbox.receive(verb))
        await asyncio.wait({task}, timeout=self._patience)
        if task.done():
            return task.result()
        self._start(self._tell_late(task, asker))
        return None

    async def _tell_late(self, task: asyncio.Task[Answer], asker: Asker) -> None:
        try:
            text = (await task).text
        except Exception:
            # Slack was told that the command arrived and will not repeat it: the asker must.
            log.exception("late command failed")
            text = self._late_failure
        if text:
            await asker.tell(text)

    def _start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
