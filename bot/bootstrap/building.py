"""Settings and a policy in, a desk out."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any, Protocol, cast

from adapters.email.settings import EmailSettings
from adapters.phone.settings import PhoneSettings
from adapters.push.settings import PushSettings
from adapters.slack.settings import SlackSettings
from adapters.telegram.settings import TelegramSettings
from adapters.web.health import DeskHealth
from adapters.web.openid.settings import OpenIdSettings
from adapters.web.server import WebServer, web_app
from adapters.web.settings import WebSettings
from adapters.web.sign_on import SignOn
from adapters.webhook.settings import WebhookSettings
from bot.bootstrap.channels import (
    email_settings,
    openid_settings,
    phone_settings,
    push_settings,
    slack_settings,
    telegram_settings,
    webhook_settings,
)
from bot.bootstrap.pages import base_of, links_of, web_settings
from bot.bootstrap.running import ChannelApp, Door, RunningDesk
from bot.clock import SystemClock
from bot.console.board import placed
from bot.desk import Desk
from bot.durable import Worker
from bot.engine.loop import Engine
from bot.engine.presence import Alone, Presence
from bot.engine.presence import Turn as DutyTurn
from bot.messages.catalogue import LANGUAGES, Catalogue, Voice
from bot.policy import Policy
from bot.ports import (
    Channel,
    Clock,
    Files,
    Inbox,
    Lookup,
    Reading,
    Receivers,
    Store,
    Switchboard,
    Turn,
    Uploads,
)
from bot.reading import KeptReading
from bot.roles import Role, WayIn
from bot.settings import Settings
from bot.trial import address_of, on_duty, seed
from bot.webhooks.known import KeptReceivers
from bot.work import House
from storage.files import DiskFiles
from storage.opening import open_store as open_named
from storage.uploads.opening import open_uploads


class _Slack(Protocol):
    SlackApp: Callable[[SlackSettings, Inbox, Clock], ChannelApp]


class _Telegram(Protocol):
    TelegramApp: Callable[[TelegramSettings, Inbox, Clock, Catalogue, Turn], ChannelApp]


class _Email(Protocol):
    EmailApp: Callable[[EmailSettings, Inbox, Clock, Files, Reading, Turn], ChannelApp]


class _Phone(Protocol):
    PhoneApp: Callable[[PhoneSettings, Inbox, Switchboard, Clock], ChannelApp]


class _Push(Protocol):
    PushApp: Callable[[PushSettings, Inbox, Clock], ChannelApp]


class _WebApp(ChannelApp, Protocol):
    def handlers(self) -> Mapping[Any, Any]: ...


class _Web(Protocol):
    WebApp: Callable[[WebSettings, Door, Door, Clock, Uploads, DeskHealth, SignOn | None, Lookup], _WebApp]


class _WebhookApp(ChannelApp, Protocol):
    @property
    def lookup(self) -> Lookup: ...


class _Webhook(Protocol):
    WebhookApp: Callable[[WebhookSettings, Receivers, Clock], _WebhookApp]


class _OpenId(Protocol):
    OpenId: Callable[[OpenIdSettings, Clock], SignOn]


class _Terminal(Protocol):
    TerminalApp: Callable[[Inbox, Clock, Voice, dict[str, str]], ChannelApp]


async def open_store(settings: Settings, *, worker: str, alone: bool = False) -> Store:
    """The store DATABASE_URL names. `alone`: for the running desk. Raises StoreError and its kinds."""
    url = settings.database_url.get_secret_value()
    return await open_named(url, settings.directory, worker=worker, alone=alone)


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
        apps.append(cast(_Slack, code_of("slack")).SlackApp(slack, door, clock))
    if (telegram := telegram_settings(settings, policy, way_in)) is not None:
        module = cast(_Telegram, code_of("telegram"))
        apps.append(module.TelegramApp(telegram, door, clock, catalogue, post.telegram))
    reads = post.role.fetches
    if (email := email_settings(settings, policy, post.secret, reads)) is not None:
        module_, files = cast(_Email, code_of("email")), DiskFiles(settings.files_path)
        apps.append(module_.EmailApp(email, door, clock, files, KeptReading(store), post.mail))
    trouble = {each: Voice(catalogue, each, "UTC", clock.now()).say("hotline.trouble") for each in LANGUAGES}
    if (phone := phone_settings(settings, policy, trouble)) is not None:
        apps.append(cast(_Phone, code_of("phone")).PhoneApp(phone, door, door, clock))
    if (push := push_settings(settings, post.secret)) is not None:
        apps.append(cast(_Push, code_of("push")).PushApp(push, door, clock))
    if not apps:
        names = {engineer.id: engineer.name for engineer in policy.engineers}
        apps.append(cast(_Terminal, code_of("terminal")).TerminalApp(door, clock, voice, names))
    return apps


def _pages(
    settings: Settings,
    policy: Policy,
    door: Door,
    clock: Clock,
    secret: bytes,
    health: DeskHealth,
    lookup: Lookup,
) -> _WebApp | None:
    """The portal and the console, unless they are off."""
    web = web_settings(settings, policy, clock, secret)
    if web is None:
        return None
    single = openid_settings(settings, secret)
    openid = (
        cast(_OpenId, import_module("adapters.web.openid.sign_in")).OpenId(single, clock) if single else None
    )
    uploads = open_uploads(settings.files_path, settings.files_bucket)
    return cast(_Web, code_of("web")).WebApp(web, door, door, clock, uploads, health, openid, lookup)


def code_of(channel: str) -> ModuleType:
    """A platform's library takes half a second to import and 20 MB: only where the platform is configured."""
    return import_module(f"adapters.{channel}.app")


def _reachable_here(policy: Policy, channels: Mapping[str, Channel]) -> Policy:
    """On the terminal everybody is reached by their id, whatever their other identities are, and known on the
    pages by an address that only this desk has."""
    if "terminal" not in channels:
        return policy
    engineers = [
        engineer.model_copy(
            update={
                "identities": {
                    "terminal": engineer.id,
                    "email": engineer.identities.get("email") or address_of(engineer),
                },
                "ladder": (),
            }
        )
        for engineer in policy.engineers
    ]
    return policy.model_copy(update={"engineers": tuple(engineers)})


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
        secret, door = await _secret(store), Door()
        running = _assemble(settings, policy, clock, store, me, secret, door)
        await _begin(settings, policy, clock, door)
        yield running
    finally:
        await store.close()


async def _begin(settings: Settings, policy: Policy, clock: Clock, door: Door) -> None:
    """What is to be put right before anything comes in: tickets of an older desk have no place on the board
    yet, and a trial has nothing to show."""
    while await door.act(placed):
        pass
    if settings.is_trial:
        house, desk = door.house, policy.desk
        voice = Voice(house.catalogue, desk.language, desk.time_zone, clock.now())
        await seed(door.desk, clock, voice, on_duty(policy, clock))


async def _secret(store: Store) -> bytes:
    """What the desk signs with: made at the first start, and the same for all workers."""
    fresh = secrets.token_hex(32)
    return bytes.fromhex(await store.write(lambda tx: tx.secrets.kept("signing", fresh)))


def _assemble(
    settings: Settings, policy: Policy, clock: Clock, store: Store, me: Worker, secret: bytes, door: Door
) -> RunningDesk:
    catalogue, woken = Catalogue.load(), asyncio.Event()
    post = Post(Role(me.role), reading := DutyTurn("telegram"), mail := DutyTurn("mail"), secret)
    apps = _apps(settings, policy, catalogue, door, clock, post, store)
    hooks = cast(_Webhook, code_of("webhook")).WebhookApp(
        webhook_settings(policy), KeptReceivers(store), clock
    )
    health = DeskHealth(store, clock, lambda: {app.name: app.ready for app in apps}, post.role)
    pages = _pages(settings, policy, door, clock, secret, health, hooks.lookup)
    apps += [hooks, *([pages] if pages else [])]
    channels = {channel.name: channel for app in apps for channel in app.channels}
    able = {name: channel.capabilities for name, channel in channels.items()}
    links = links_of(settings, secret)
    house = House.build(_reachable_here(policy, channels), catalogue, able, links=links)
    engine = Engine(store, clock, house, channels, woken)
    store.on_hint(woken.set)
    door.leads_to(Desk(store, clock, house, woken.set))
    turns = [reading] if post.role.way_in(settings.public_url) is WayIn.CALLS else []
    turns += [mail] if post.role.fetches and (settings.imap_url or settings.mailboxes) else []
    presence = Presence(store, clock, me, turns, woken.set) if store.shared else Alone(turns)
    routes = [route for app in apps for route in app.routes()]
    web = WebServer(
        web_app(routes, health.parts, pages.handlers() if pages else None, base_of(settings)),
        "0.0.0.0" if settings.public_url else "127.0.0.1",  # noqa: S104 - a public URL means to be reached
        settings.port,
        reuse=store.shared,
    )
    return RunningDesk(store, engine, tuple(apps), web, presence, post.role)
