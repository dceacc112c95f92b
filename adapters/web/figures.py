"""GET /metrics: how the desk does, in Prometheus' text format."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.web.health import DeskHealth
from adapters.web.live import Live
from bot.access.session import Scope
from bot.access.tokens import bearer
from bot.console.board import load
from bot.window import Window

# https://prometheus.io/docs/instrumenting/exposition_formats/
_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """`is_open`: whether anybody may read them, because only this machine can ask. On a public desk a token
    with the scope metrics:read is needed."""

    def __init__(self, window: Window, health: DeskHealth, live: Live, *, is_open: bool) -> None:
        self._window = window
        self._health = health
        self._live = live
        self._is_open = is_open

    def routes(self) -> list[Route]:
        return [Route("/metrics", self.metrics)]

    async def metrics(self, request: Request) -> Response:
        if not (self._is_open or await self._may(request)):
            headers = {"www-authenticate": "Bearer"}
            return PlainTextResponse("A token with the scope metrics:read is needed.\n", 401, headers)
        registry = CollectorRegistry()
        registry.register(_Collected(await self._all()))
        return Response(generate_latest(registry), headers={"content-type": _TYPE})

    async def _may(self, request: Request) -> bool:
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return False
        token = await self._window.look(lambda work: bearer(work, secret.strip()))
        return token is not None and Scope.METRICS in token.scopes

    async def _all(self) -> list[Metric]:
        ready = GaugeMetricFamily("dawnline_ready", "1 while the part is well.", labels=["part"])
        for name, well in (await self._health.parts()).items():
            ready.add_metric([name], float(well))
        streams = GaugeMetricFamily(
            "dawnline_event_streams", "Open pages that are kept current.", self._live.watchers
        )
        lag = await self._health.lag()
        if lag is None:
            return [ready, streams]
        behind = GaugeMetricFamily(
            "dawnline_engine_lag_seconds", "How long what is due has waited.", lag.total_seconds()
        )
        return [ready, streams, behind, *await self._tickets()]

    async def _tickets(self) -> list[Metric]:
        now = await self._window.look(load)
        tickets = GaugeMetricFamily(
            "dawnline_open_tickets", "Tickets that are not over.", labels=["priority"]
        )
        for priority, count in now.counts.items():
            tickets.add_metric([priority.value], count)
        return [
            tickets,
            GaugeMetricFamily("dawnline_overdue_tickets", "Open tickets that are late.", now.overdue),
            GaugeMetricFamily("dawnline_quarantined", "Messages that wait for a human.", now.waiting),
        ]


class _Collected:
    """What prometheus_client calls a collector."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics
