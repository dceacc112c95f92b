"""Push put together: messages out to an ntfy server, buttons in from engineers' devices."""

from collections.abc import Sequence

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from adapters.push.channel import PushChannel
from adapters.push.settings import ACT_PATH, PUSH, PushSettings
from adapters.push.tokens import Act, Tokens
from bot.errors import DeliveryError
from bot.inbound import Address, Answer, Person, VerbInvoked
from bot.patience import Patience
from bot.ports import Channel, Clock, Inbox

log = structlog.get_logger(__name__)
# The server's web page sends what its buttons do from the browser (https://docs.ntfy.sh/publish/#send-http-request).
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "*",
}


class PushApp:
    """Made once. The channel can send at once; buttons are answered between `run` and `stop`."""

    def __init__(self, settings: PushSettings, inbox: Inbox, clock: Clock) -> None:
        self.channel = PushChannel(settings, clock)
        self._tokens = Tokens(settings.secret)
        self._inbox = inbox
        self._clock = clock
        self._patience = Patience(clock)
        self._running = False
        self.refused = 0
        """Buttons pressed that we have not made."""

    @property
    def name(self) -> str:
        return PUSH

    @property
    def channels(self) -> Sequence[Channel]:
        return (self.channel,)

    @property
    def ready(self) -> bool:
        return self._running

    def routes(self) -> Sequence[BaseRoute]:
        """POST only: whoever only looks at a link acknowledges nothing."""
        path = f"{ACT_PATH}/{{token}}"
        return (
            Route(path, self._pressed, methods=["POST"]),
            Route(path, self._asked_before, methods=["OPTIONS"]),
        )

    async def run(self) -> None:
        self._running = True
        try:
            await self._patience.until_stopped()
        finally:
            self._running = False

    def stop(self) -> None:
        self._patience.stop()

    async def close(self) -> None:
        await self.channel.close()

    async def _asked_before(self, request: Request) -> Response:
        return Response(status_code=204, headers=_CORS)

    async def _pressed(self, request: Request) -> Response:
        """403 not ours · 410 worn out · 503 not committed · 409 the answer is no · 200."""
        if not self._running:
            return _said(503, "the desk takes nothing now")
        act = self._tokens.read(request.path_params["token"])
        if act is None:
            return self._not_ours(request)
        if act.until < self._clock.now():
            return _said(410, "this button has worn out")
        return await self._done(act)

    def _not_ours(self, request: Request) -> Response:
        self.refused += 1
        client = request.client.host if request.client else ""
        log.warning("push: a button that is not ours", client=client, count=self.refused)
        return _said(403, "not a button of this desk")

    async def _done(self, act: Act) -> Response:
        item = VerbInvoked(
            event_key=act.event_key,
            at=Address(PUSH, act.topic),
            author=Person(PUSH, act.topic),
            text=act.verb,
            invoked_at=self._clock.now(),
            private=True,
        )
        try:
            answer = await self._inbox.receive(item)
        except Exception as error:
            log.error("push: not committed", event_key=item.event_key, error=type(error).__name__)
            return _said(503, "not committed, try again")
        await self._tell(act.topic, answer)
        return _said(409 if answer.refused else 200, answer.text)

    async def _tell(self, topic: str, answer: Answer) -> None:
        """The app shows no more than that a button worked, so the words come as a silent message."""
        if not answer.text:
            return
        try:
            await self.channel.publish(self.channel.writer.answer(topic, answer.text))
        except DeliveryError as error:
            log.warning("push: answer not sent", reason=str(error))


def _said(status: int, text: str) -> Response:
    headers = {**_CORS, **({"Retry-After": "5"} if status == 503 else {})}
    return JSONResponse({"text": text}, status, headers)
