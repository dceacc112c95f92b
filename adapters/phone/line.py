"""Somebody on the line waits for what is said next. The provider gives up after 15 seconds, a human at the
second ring: they always hear something, also when the desk fails."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import structlog
from starlette.responses import Response

from adapters.phone.answers import no, xml
from adapters.phone.inbound import Request
from adapters.phone.settings import PhoneSettings
from adapters.phone.twiml import again, twiml
from bot.errors import StoreError
from bot.ports import Switchboard
from bot.telephone import HangUp, Heard, Record, Say, Script

log = structlog.get_logger(__name__)
PATIENCE = 10.0
"""Seconds that the desk may take for a step."""
PAUSE = 2
"""Seconds until the same is asked again."""
TRIES = 10
LONGEST = 500
"""Characters of what was said, in an address."""
_TONE = "message"
"""The step after a tone."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where in a conversation the provider asks. `address`: the whole one, without its query; `query`: what
    of it we gave out ourselves when we asked it to come again."""

    address: str
    step: str
    about: tuple[str, ...]
    query: Mapping[str, str]
    request: Request

    @property
    def tried(self) -> int:
        said = self.query.get("try", "")
        return int(said) if said.isdecimal() and len(said) < 4 else 0

    @property
    def since(self) -> datetime:
        """When the first try of this very step came in."""
        received = self.request.received_at
        try:
            said = self.query.get("since")
            return min(datetime.fromisoformat(said).astimezone(UTC), received) if said else received
        except (ValueError, OverflowError):
            return received

    def heard(self) -> Heard:
        """What was heard at the first try: the provider does not send it along to where it is sent on."""
        now = replace(self.request, received_at=self.since).heard(self.step, self.about)
        if not self.tried:
            return now
        return replace(
            now,
            event_key=self.query.get("key") or now.event_key,
            digits=self.query.get("digits") or now.digits,
            speech=self.query.get("speech") or now.speech,
            result=self.query.get("result") or now.result,
        )

    def again(self) -> str:
        """The same step's address for another try; it stays the same request, begun when it was."""
        heard = self.heard()
        carried = {
            "try": str(self.tried + 1),
            "since": self.since.isoformat().replace("+00:00", "Z"),
            "key": heard.event_key,
            "digits": heard.digits,
            "speech": heard.speech[:LONGEST],
            "result": heard.result,
        }
        said = {name: value for name, value in carried.items() if value}
        return f"{self.address}?{urlencode(said, quote_via=quote)}"


class Line:
    def __init__(self, settings: PhoneSettings, switchboard: Switchboard, patience: float = PATIENCE) -> None:
        self._settings = settings
        self._switchboard = switchboard
        self._patience = patience
        self._late: set[asyncio.Task[Script]] = set()

    async def answer(self, step: Step) -> Response:
        """200 with what is said · 400 no call · 409 the call is over."""
        heard = step.heard()
        if not heard.call:
            return no(400, "there is no CallSid")
        try:
            script = await self._heard(heard)
        except (StoreError, TimeoutError) as error:
            log.error(
                "phone: step not committed", call=heard.call, step=step.step, error=type(error).__name__
            )
            return xml(self._trouble(step) if step.tried >= TRIES else again(step.again(), PAUSE))
        except Exception as error:
            log.exception("phone: step failed", call=heard.call, step=step.step, error=type(error).__name__)
            return xml(self._trouble(step))
        if script.refused:
            log.warning("phone: replay refused", call=heard.call, step=step.step)
            return no(409, "that call is over")
        return xml(twiml(script, self._settings))

    async def _heard(self, heard: Heard) -> Script:
        """Raises TimeoutError; the step then goes on behind, and what it comes to counts: whoever asks again
        is answered with where the call stands."""
        task = asyncio.create_task(self._switchboard.hear(heard))
        _, late = await asyncio.wait({task}, timeout=self._patience)
        if late:
            self._late |= late
            task.add_done_callback(self._forget)
            raise TimeoutError
        return task.result()

    def _forget(self, task: asyncio.Task[Script]) -> None:
        self._late.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("phone: a late step failed", error=type(error).__name__)

    def _trouble(self, step: Step) -> bytes:
        """The caller hears so in every language, and what they say is kept by the provider. Who has had their
        tone is not asked for ever."""
        if step.step == _TONE:
            return twiml(Script((HangUp(),)), self._settings)
        says = [Say(text, language) for language, text in self._settings.trouble.items()]
        return twiml(Script((*says, Record(_TONE))), self._settings)
