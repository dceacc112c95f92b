"""Whether the desk is alive and ready: for machines that watch it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.errors import StoreError
from bot.ports import Clock, Store
from bot.roles import Role

BEHIND = timedelta(seconds=30)
"""How late the engine may be before the desk is not ready: a page must leave within seconds."""
Parts = Callable[[], Awaitable[Mapping[str, bool]]]
"""What must be well for the desk to be ready, by name."""


def health_routes(parts: Parts) -> list[Route]:
    """/healthz answers 200 while the process does; /readyz when all parts are well, else 503."""

    async def alive(request: Request) -> Response:
        return JSONResponse({"alive": True})

    async def ready(request: Request) -> Response:
        said = dict(await parts())
        well = all(said.values())
        return JSONResponse({"ready": well, "parts": said}, status_code=200 if well else 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]


def known(parts: Callable[[], Mapping[str, bool]]) -> Parts:
    """Those that are known without asking anybody."""

    async def said() -> Mapping[str, bool]:
        return parts()

    return said


class DeskHealth:
    """The store, the ways in, and the engine where this worker runs it. `ways_in`: whether each works, by
    its name."""

    def __init__(
        self, store: Store, clock: Clock, ways_in: Callable[[], Mapping[str, bool]], role: Role = Role.ALL
    ) -> None:
        self._role = role
        self._store = store
        self._clock = clock
        self._ways_in = ways_in

    async def parts(self) -> Mapping[str, bool]:
        lag = await self.lag()
        said = {**self._ways_in(), "store": lag is not None}
        return {**said, "engine": lag is not None and lag < BEHIND} if self._role.runs_engine else said

    async def lag(self) -> timedelta | None:
        """How long what is due has waited for the engine; None while the store does not answer."""
        try:
            due: datetime | None = await self._store.next_due()
        except StoreError:
            return None
        return max(self._clock.now() - due, timedelta(0)) if due else timedelta(0)
