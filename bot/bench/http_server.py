"""What is measured over HTTP, as a process of its own.

    python -m bot.bench.http_server desk|plain|phone|paging DATABASE API_URL

"desk" is the Slack app, the desk and its store, as `dawnline run` puts them together but for the engine:
sending is not measured here. "phone" is that with a telephone, "paging" that with its engine, on channels
that take everything. "plain" is the same server with a handler that does the least there is to do.
The port is said on stdout as soon as requests are welcome. It ends when stdin does.
"""

import asyncio
import gc
import json
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path

from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from adapters.phone.channel import CALL_CAPABILITIES, SMS_CAPABILITIES
from adapters.phone.settings import PhoneSettings, Provider
from adapters.phone.webhook import PhoneDoor
from adapters.slack.app import SlackApp
from adapters.slack.settings import EVENTS_PATH, SlackSettings
from adapters.web.health import known
from adapters.web.server import WebServer, web_app
from bot import logs
from bot.bench.ground import SLACK, Swallower, house, policy
from bot.bench.phone_side import OURS, PUBLIC, SID, TOKEN
from bot.bench.plain import as_the_desk_does
from bot.bench.slack_side import SECRET
from bot.bootstrap import Door
from bot.clock import SystemClock
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.messages.catalogue import Catalogue
from bot.ports import Channel
from bot.work import House
from storage.sqlite.store import open_store

_ROW = """
INSERT OR IGNORE INTO ledger (channel, event_key, conversation, message_id, author, author_name, text,
                              sent_at, received_at, outcome, reason)
VALUES ('slack', :event_id, '', '', '', '', :body, 0, 0, 'opened', '')
"""


class Plain:
    """The yardstick: a signature verified, one ledger row committed, 200."""

    def __init__(self, database: Path) -> None:
        self._db = sqlite3.connect(database, isolation_level=None)
        as_the_desk_does(self._db)
        self._verifier = SignatureVerifier(SECRET)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            return Response(status_code=401)
        self._db.execute(_ROW, {"event_id": json.loads(body)["event_id"], "body": body.decode()})
        return Response()


async def plain(database: Path) -> None:
    await _serve([Route(EVENTS_PATH, Plain(database).take, methods=["POST"])])


async def desk(database: Path, api_url: str) -> None:
    clock, store = SystemClock(), await open_store(database, alone=True)
    settings = SlackSettings(
        "xoxb-bench", signing_secret=SECRET, api_url=api_url, public_url="https://desk.example"
    )
    app = SlackApp(settings, Desk(store, clock, house(), lambda: None), clock)
    running = asyncio.create_task(app.run())
    await app.until_ready()
    await _serve(app.routes())
    app.stop()
    await running
    await app.close()
    await store.close()


async def phone(database: Path, api_url: str, *, pages: bool) -> None:
    """The desk with Slack and a telephone; `pages`: its engine works too."""
    clock, store, woken, door = SystemClock(), await open_store(database, alone=True), asyncio.Event(), Door()
    settings = SlackSettings("xoxb-bench", signing_secret=SECRET, api_url=api_url, public_url=PUBLIC)
    slack = SlackApp(settings, door, clock)
    provider = PhoneDoor(PhoneSettings((Provider(SID, TOKEN, OURS),), PUBLIC), door, door, clock)
    provider.open()
    able = {"slack": SLACK, "call": CALL_CAPABILITIES, "sms": SMS_CAPABILITIES}
    channels: dict[str, Channel] = {name: Swallower("", name, each) for name, each in able.items()}
    here = House.build(policy(), Catalogue.load(), able)
    door.leads_to(Desk(store, clock, here, woken.set))
    stop, running = asyncio.Event(), asyncio.create_task(slack.run())
    engine = asyncio.create_task(Engine(store, clock, here, channels, woken).run(stop)) if pages else None
    await slack.until_ready()
    await _serve([*slack.routes(), *provider.routes()])
    stop.set()
    slack.stop()
    await asyncio.gather(running, *([engine] if engine else []))
    await slack.close()
    await store.close()


async def _serve(routes: Iterable[BaseRoute]) -> None:
    server = WebServer(web_app(routes, known(dict)), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    gc.collect()
    gc.freeze()  # as `dawnline run` does
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    server.stop()
    await running


def main(way: str, database: str, api_url: str) -> None:
    logs.configure(sys.stderr, level="warning")
    where = Path(database)
    ways = {
        "desk": lambda: desk(where, api_url),
        "plain": lambda: plain(where),
        "phone": lambda: phone(where, api_url, pages=False),
        "paging": lambda: phone(where, api_url, pages=True),
    }
    asyncio.run(ways[way]())


if __name__ == "__main__":
    main(*sys.argv[1:])
