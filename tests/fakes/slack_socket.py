"""The fake's Socket Mode: one-use URLs, hello, envelopes, acknowledgements, refresh and redelivery.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from aiohttp import WSMsgType, web

from tests.fakes.slack_blocks import Json
from tests.fakes.slack_world import APP_ID


@dataclass(slots=True)
class Envelope:
    """Something sent down the socket; `ack` resolves to what the app answered (its `payload`, or {})."""

    id: str
    type: str
    payload: Json
    ack: asyncio.Future[Json]
    attempts: int = 0

    def json(self) -> Json:
        fields: Json = {
            "envelope_id": self.id,
            "type": self.type,
            "payload": self.payload,
            "accepts_response_payload": self.type != "events_api",
        }
        if self.type == "events_api":
            fields |= {"retry_attempt": self.attempts, "retry_reason": "timeout" if self.attempts else ""}
        return fields


@dataclass(slots=True)
class SocketMode:
    """All connections of one app. `complain` records what the real Slack would refuse."""

    complain: Callable[[str], None]
    refuse_next: int = 0
    tickets: set[str] = field(default_factory=set)
    connections: list[web.WebSocketResponse] = field(default_factory=list)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    said_hello: int = 0
    refused: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def issue_ticket(self) -> str:
        ticket = f"ticket-{next(self.numbers)}-secret"
        self.tickets.add(ticket)
        return ticket

    async def connection(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket for its whole life. A ticket is good for one try, whether it works out or not."""
        ticket = request.query.get("ticket", "")
        spent = ticket not in self.tickets
        self.tickets.discard(ticket)
        if self.refuse_next or spent:
            return await self._refuse()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections.append(socket)
        await socket.send_json(self._hello())
        await self._notify(hello=1)
        try:
            await self._listen(socket)
        finally:
            self.connections.remove(socket)
            await self._notify()
        return socket

    async def _refuse(self) -> web.Response:
        self.refuse_next = max(0, self.refuse_next - 1)
        self.refused += 1
        await self._notify()
        return web.Response(status=408, text="ticket expired")

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP_ID},
        }

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._acknowledged(json.loads(message.data))

    def _acknowledged(self, answer: Json) -> None:
        envelope = self.envelopes.get(str(answer.get("envelope_id")))
        if envelope is None:
            self.complain(f"socket: ack of an unknown envelope {answer}")
        elif envelope.type == "events_api" and answer.get("payload"):
            self.complain(f"socket: an event takes no response payload, got {answer['payload']}")
        elif not envelope.ack.done():
            envelope.ack.set_result(answer.get("payload") or {})

    async def _notify(self, hello: int = 0) -> None:
        async with self.changed:
            self.said_hello += hello
            self.changed.notify_all()

    async def connected(self, times: int = 1) -> None:
        """Wait until the app has connected so many times in all and a connection is open."""
        await self.until(lambda: self.said_hello >= times and bool(self.connections))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(condition)

    async def send(self, kind: str, payload: Json) -> Envelope:
        """Deliver a new envelope over the newest connection; await its `ack` for the answer."""
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        envelope = Envelope(f"envelope-{next(self.numbers)}", kind, payload, future)
        self.envelopes[envelope.id] = envelope
        await self.connections[-1].send_json(envelope.json())
        return envelope

    async def redeliver(self, envelope: Envelope) -> None:
        """What Slack does when no acknowledgement came: the same envelope again, counted, over whichever
        connection it likes; here the oldest."""
        envelope.attempts += 1
        await self.connections[0].send_json(envelope.json())

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce that this connection is going away, as Slack does about every hour."""
        socket = self.connections[-1]
        await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    async def drop(self) -> None:
        """Close without announcing it."""
        await self.connections[-1].close()

    async def close(self) -> None:
        for socket in list(self.connections):
            await socket.close()
