"""The composition root: settings and a policy in, a running desk out. Only this module names adapters and
storage to the core."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Protocol, cast

import structlog
from pydantic import SecretStr
from starlette.routing import BaseRoute

from adapters.email.settings import EmailSettings, Mailbox, OAuth
from adapters.slack.settings import API_URL as SLACK_API_URL
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import OFFICIAL as TELEGRAM_API_URL
from adapters.telegram.settings import TelegramSettings
from adapters.web.server import WebServer, web_app
from bot.clock import SystemClock
from bot.configuration.mail_urls import MailServer, imap_server, smtp_server
from bot.desk import Desk
from bot.durable import Worker
from bot.engine.loop import Engine
from bot.engine.presence import Alone, Presence
from bot.engine.presence import Turn as DutyTurn
from bot.errors import ConfigurationError, Fault
from bot.inbound import Answer, Inbound
from bot.messages.catalogue import Catalogue, Voice
from bot.policy import Policy
from bot.ports import Channel, Clock, Files, Inbox, Reading, Store, Turn
from bot.reading import KeptReading
from bot.roles import Role, WayIn
from bot.settings import Settings
from bot.work import House
from storage.files import DiskFiles
from storage.opening import open_store as open_named

log = structlog.get_logger()


class ChannelApp(Protocol):
    """What every channel's package offers: a way out, and a way in that runs until it is stopped."""

    @property
    def channel(self) -> Channel: ...
    @property
    def ready(self) -> bool: ...
    def routes(self) -> Sequence[BaseRoute]: ...
    async def run(self) -> None: ...
    def stop(self) -> None: ...
    async def close(self) -> None: ...


class _Slack(Protocol):
    SlackApp: Callable[[SlackSettings, Inbox, Clock], ChannelApp]


class _Telegram(Protocol):
    TelegramApp: Callable[[TelegramSettings, Inbox, Clock, Catalogue, Turn], ChannelApp]


class _Email(Protocol):
    EmailApp: Callable[[EmailSettings, Inbox, Clock, Files, Reading, Turn], ChannelApp]


class _Terminal(Protocol):
    TerminalApp: Callable[[Inbox, Clock, Voice, dict[str, str]], ChannelApp]


class Door:
    """Keeps `bot.ports.Inbox`. The channels are made before the desk they lead to, because the desk must
    know what they can do; nothing comes in before `leads_to` was said."""

    def __init__(self) -> None:
        self._desk: Inbox | None = None

    def leads_to(self, desk: Inbox) -> None:
        self._desk = desk

    async def receive(self, item: Inbound) -> Answer:
        assert self._desk is not None, "the channels run only after the desk is made"  # noqa: S101
        return await self._desk.receive(item)


async def open_store(settings: Settings, *, worker: str, alone: bool = False) -> Store:
    """The store DATABASE_URL names. `alone`: for the running desk. Raises StoreError and its kinds."""
    url = settings.database_url.get_secret_value()
    return await open_named(url, settings.directory, worker=worker, alone=alone)


def slack_settings(
    settings: Settings, late_failure: str = "", way_in: WayIn | None = None
) -> SlackSettings | None:
    """None when Slack is not configured. `late_failure`, `way_in`: see SlackSettings."""
    if settings.slack_bot_token is None:
        return None
    return SlackSettings(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=_plain(settings.slack_app_token),
        signing_secret=_plain(settings.slack_signing_secret),
        api_url=settings.slack_api_url or SLACK_API_URL,
        public_url=settings.public_url,
        way_in=way_in,
        late_failure=late_failure,
    )


def telegram_settings(
    settings: Settings, policy: Policy, way_in: WayIn | None = None
) -> TelegramSettings | None:
    """None when Telegram is not configured."""
    if settings.telegram_bot_token is None:
        return None
    return TelegramSettings(
        token=settings.telegram_bot_token.get_secret_value(),
        public_url=settings.public_url,
        way_in=way_in,
        webhook_secret=_plain(settings.telegram_webhook_secret),
        api_url=settings.telegram_api_url or TELEGRAM_API_URL,
        desk_forum=policy.desk.conversations.get("telegram"),
    )


def email_settings(
    settings: Settings, policy: Policy, secret: bytes = b"", reads: bool = True
) -> EmailSettings | None:
    """None when e-mail is not configured. `secret`, `reads`: see EmailSettings. Raises ConfigurationError."""
    if settings.smtp_url is None:
        return None
    relay = _server(smtp_server, settings.smtp_url, "SMTP_URL")
    urls = {"IMAP_URL": settings.imap_url} if settings.imap_url else {}
    named = {name: settings.mailboxes[name] for name in policy.email.mailboxes if name in settings.mailboxes}
    boxes = tuple(Mailbox(name, _server(imap_server, url, name)) for name, url in {**urls, **named}.items())
    return EmailSettings(
        address=policy.email.address or _own_address(relay, boxes),
        name=policy.email.name or policy.desk.name,
        secret=secret,
        relay=relay,
        mailboxes=boxes,
        inbound_token=_plain(settings.email_inbound_token),
        oauth=_oauth(settings),
        authserv_ids=frozenset(each.lower() for each in policy.email.authserv_ids),
        plus_addressing=policy.email.plus_addressing,
        check_dkim=policy.email.check_dkim,
        reads=reads,
    )


def _server(read: Callable[[str], MailServer | str], url: SecretStr, name: str) -> MailServer:
    server = read(url.get_secret_value())
    if isinstance(server, str):
        raise ConfigurationError([Fault(".env", name, server)])
    return server


def _own_address(relay: MailServer, boxes: Sequence[Mailbox]) -> str:
    """The user of a mail server is nearly always the address itself."""
    users = (server.user for server in (*(box.server for box in boxes), relay))
    address = next((user for user in users if "@" in user), None)
    if address is None:
        wanted = 'is missing: the address customers write to, such as address = "support@example.com"'
        raise ConfigurationError([Fault("dawnline.toml", "email.address", wanted)])
    return address


def _oauth(settings: Settings) -> OAuth | None:
    if settings.email_oauth_token_url is None or settings.email_oauth_client_id is None:
        return None
    return OAuth(
        settings.email_oauth_token_url,
        settings.email_oauth_client_id.get_secret_value(),
        _plain(settings.email_oauth_client_secret),
        _plain(settings.email_oauth_refresh_token),
        settings.email_oauth_scope,
    )


@dataclass(frozen=True, slots=True)
class Post:
    """What this worker is there for, and the duties it may be given.

    `secret` signs what the desk gives out.
    """

    role: Role
    telegram: Turn
    mail: Turn
    secret: bytes


def _apps(
    settings: Settings,
    policy: Policy,
    catalogue: Catalogue,
    door: Door,
    clock: Clock,
    post: Post,
    store: Store,
) -> list[ChannelApp]:
    """Every configured channel; with none, the terminal, so that the desk can be tried at once."""
    apps: list[ChannelApp] = []
    way_in = post.role.way_in(settings.public_url)
    voice = Voice(catalogue, policy.desk.language, policy.desk.time_zone, clock.now())
    if (slack := slack_settings(settings, voice.say("refused.late_failure"), way_in)) is not None:
        apps.append(cast(_Slack, _code_of("slack")).SlackApp(slack, door, clock))
    if (telegram := telegram_settings(settings, policy, way_in)) is not None:
        module = cast(_Telegram, _code_of("telegram"))
        apps.append(module.TelegramApp(telegram, door, clock, catalogue, post.telegram))
    reads = post.role.fetches
    if (email := email_settings(settings, policy, post.secret, reads)) is not None:
        module_, files = cast(_Email, _code_of("email")), DiskFiles(settings.files_path)
        apps.append(module_.EmailApp(email, door, clock, files, KeptReading(store), post.mail))
    if not apps:
        names = {engineer.id: engineer.name for engineer in policy.engineers}
        apps.append(cast(_Terminal, _code_of("terminal")).TerminalApp(door, clock, voice, names))
    return apps


def _code_of(channel: str) -> ModuleType:
    """A platform's library takes half a second to import and 20 MB: only where the platform is configured."""
    return import_module(f"adapters.{channel}.app")


def _reachable_here(policy: Policy, channels: Mapping[str, Channel]) -> Policy:
    """On the terminal everybody is reached by their id, whatever their other identities are."""
    if "terminal" not in channels:
        return policy
    engineers = [
        engineer.model_copy(update={"identities": {"terminal": engineer.id}, "ladder": ()})
        for engineer in policy.engineers
    ]
    return policy.model_copy(update={"engineers": tuple(engineers)})


class AtWork(Protocol):
    """See `bot.engine.presence`: Presence, or Alone."""

    async def begin(self) -> None: ...
    async def run(self, stop: asyncio.Event) -> None: ...
    async def leave(self) -> None: ...


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """Everything that runs. `run` returns after `stop` is set and all that was under way is done."""

    store: Store
    engine: Engine
    apps: tuple[ChannelApp, ...]
    web: WebServer
    presence: AtWork
    role: Role = Role.ALL

    async def run(self, stop: asyncio.Event) -> None:
        """Ways in close first, then the engine finishes, then the ways out close.

        A part that fails ends the desk with its error: a supervisor restarts it, and nothing is lost.
        """
        channels = [app.channel.name for app in self.apps]
        log.info("desk started", role=self.role.value, channels=channels, port=self.web.port)
        await self.presence.begin()
        engine_stop = asyncio.Event()
        engine = asyncio.create_task(self._engine(engine_stop), name="engine")
        present = asyncio.create_task(self.presence.run(engine_stop), name="presence")
        ways_in = [asyncio.create_task(app.run(), name=app.channel.name) for app in self.apps]
        web = asyncio.create_task(self.web.run(), name="web")
        stopping = asyncio.create_task(stop.wait(), name="stop")
        await _until_first_failure([engine, present, web, *ways_in], stopping)
        for app in self.apps:
            app.stop()
        self.web.stop()
        results = await asyncio.gather(*ways_in, web, return_exceptions=True)
        engine_stop.set()
        results += await asyncio.gather(engine, present, return_exceptions=True)
        await self.presence.leave()
        for app in self.apps:
            await app.close()
        _raise_first(results)
        log.info("desk stopped")

    async def _engine(self, stop: asyncio.Event) -> None:
        await (self.engine.run(stop) if self.role.runs_engine else stop.wait())


async def _until_first_failure(tasks: list[asyncio.Task[None]], stopping: asyncio.Task[bool]) -> None:
    """Return when asked to stop or when a part failed. A way in that ends by itself (the terminal's input
    was closed) is no failure."""
    waiting: set[asyncio.Task[None] | asyncio.Task[bool]] = {*tasks, stopping}
    while not stopping.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if any(task.exception() for task in done):
            break
    stopping.cancel()


def _raise_first(results: Sequence[object]) -> None:
    for result in results:
        if isinstance(result, Exception):
            raise result


@asynccontextmanager
async def build_desk(
    settings: Settings, policy: Policy, clock: Clock | None = None, role: Role = Role.ALL
) -> AsyncIterator[RunningDesk]:
    """A desk ready to run on the store, which is closed afterwards."""
    clock = clock or SystemClock()
    worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
    store = await open_store(settings, worker=worker, alone=True)
    me = Worker(worker, role.value, version("dawnline"), store.knows, clock.now(), clock.now())
    try:
        yield _assemble(settings, policy, clock, store, me, await _secret(store))
    finally:
        await store.close()


async def _secret(store: Store) -> bytes:
    """What the desk signs with: made at the first start, and the same for all workers."""
    fresh = secrets.token_hex(32)
    return bytes.fromhex(await store.write(lambda tx: tx.secrets.kept("signing", fresh)))


def _assemble(
    settings: Settings, policy: Policy, clock: Clock, store: Store, me: Worker, secret: bytes
) -> RunningDesk:
    catalogue, door, woken = Catalogue.load(), Door(), asyncio.Event()
    post = Post(Role(me.role), reading := DutyTurn("telegram"), mail := DutyTurn("mail"), secret)
    apps = _apps(settings, policy, catalogue, door, clock, post, store)
    channels = {app.channel.name: app.channel for app in apps}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house = House.build(_reachable_here(policy, channels), catalogue, able)
    engine = Engine(store, clock, house, channels, woken)
    store.on_hint(woken.set)
    door.leads_to(Desk(store, clock, house, woken.set))
    turns = [reading] if post.role.way_in(settings.public_url) is WayIn.CALLS else []
    turns += [mail] if post.role.fetches and (settings.imap_url or settings.mailboxes) else []
    presence = Presence(store, clock, me, turns, woken.set) if store.shared else Alone(turns)
    routes = [route for app in apps for route in app.routes()]
    web = WebServer(
        web_app(routes, lambda: {app.channel.name: app.ready for app in apps}),
        "0.0.0.0" if settings.public_url else "127.0.0.1",  # noqa: S104 - a public URL means to be reached
        settings.port,
        reuse=store.shared,
    )
    return RunningDesk(store, engine, tuple(apps), web, presence, post.role)


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
