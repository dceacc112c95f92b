"""A desk's own pages as browsers see them: the real store, core, engine and ASGI app, on a virtual clock."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from adapters.web.app import WebApp
from adapters.web.channel import WebChannel
from adapters.web.health import DeskHealth
from adapters.web.server import web_app
from adapters.web.settings import Trial, WebSettings
from bot.access.signing_in import enter
from bot.customers.customer import Customer, Identity, conversation
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Address, MessagePosted, Person
from bot.links import Links
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import StageChannel, stage
from bot.policy import Policy
from bot.ports import Channel, Store
from bot.settings import load_policy
from bot.tickets.ticket import Event, Ticket
from bot.work import House, Work
from starlette.types import ASGIApp
from storage.sqlite.store import open_store
from storage.uploads.disk import DiskUploads

from tests.fakes.names import PublicNames

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FAR = timedelta(days=1000)
BASE = "https://desk.example"
SECRET = b"a secret of the tests"
POLICY = Path(__file__).with_name("desk.toml")
SAM, KIM = "sam@acme.example", "kim@globex.example"
EVE, LEO, VERA = "eve@desk.example", "leo@desk.example", "vera@desk.example"
CUSTOMERS = (
    Customer(
        "acme",
        "Acme Live",
        identities=(Identity("email-domain", "acme.example"), conversation("slack", "C-ACME")),
    ),
    Customer("globex", "Globex", identities=(Identity("email-domain", "globex.example"),)),
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 271*829 }}"
"""Words that a page which does not escape would run."""
Fields = Mapping[str, str]
File = tuple[str, bytes, str]


@dataclass(slots=True)
class Place:
    """`channels`: what was sent, by channel."""

    policy: Policy
    store: Store
    desk: Desk
    clock: VirtualClock
    engine: Engine
    channels: dict[str, StageChannel]
    web: WebApp
    app: ASGIApp
    base: str
    links: Links

    def browser(self, **headers: str) -> "Browser":
        return Browser(self, headers)

    async def signed_in(self, address: str, **headers: str) -> "Browser":
        """Somebody's browser, with a session."""
        secret = await self.desk.act(lambda work: enter(work, address, ""))
        browser = self.browser(**headers)
        side = "console" if address.endswith("@desk.example") else "portal"
        prefix = "__Host-" if self.base.startswith("https:") else ""
        browser.cookies[f"{prefix}dawnline-{side}"] = secret
        return browser

    async def files(self, who: str = SAM, **said: str) -> Ticket:
        """A new ticket, by the form of whoever that is."""
        browser = await self.signed_in(who)
        answer = await browser.post("/tickets/new", {"title": "Video is black", **said}, on="/tickets/new")
        assert answer.status_code == 303, answer.text
        await self.engine.settle()
        return await self.ticket(int(answer.headers["location"].rpartition("-")[2]))

    async def writes_in_slack(self, text: str = "Video is black in room 42") -> Ticket:
        """Dana of Acme writes in their group."""
        at, key = Address("slack", "C-ACME"), f"m{len(await self.tickets())}"
        await self.desk.receive(
            MessagePosted(key, at, key, Person("slack", "U-DANA", "Dana"), text, self.clock.now())
        )
        await self.engine.settle()
        return (await self.tickets())[-1]

    async def ticket(self, number: int = 1) -> Ticket:
        return await self.store.read(lambda tx: tx.tickets.get(number))

    async def tickets(self) -> Sequence[Ticket]:
        """All there are, oldest first."""
        found = await self.store.read(lambda tx: tx.tickets.opened_between(START - FAR, START + FAR))
        return sorted(found, key=lambda each: each.number)

    async def log(self, number: int = 1) -> tuple[Event, ...]:
        return await self.store.read(lambda tx: tx.events.of(number))

    def sent(self, channel: str = "email") -> list[str]:
        return [each.text for each in self.channels[channel].shown if each.what == "post"]

    async def rest(self, span: timedelta = timedelta(minutes=1)) -> None:
        """A while, in which whatever falls due is done."""
        until = self.clock.now() + span
        await self.engine.settle()
        while (due := await self.store.next_due()) is not None and due <= until:
            self.clock.set(due)
            await self.engine.settle()
        self.clock.set(until)

    def link(self, ticket: Ticket) -> str:
        """The path of the page that whoever has the link sees."""
        return self.links.ticket(ticket.number, ticket.customer).removeprefix(self.base)


@dataclass(slots=True)
class Browser:
    """Keeps cookies, and knows the token of the page it looked at last. `network`: where it asks from."""

    place: Place
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""
    network: str = "192.0.2.1"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        answer = await self._ask("GET", path, headers)
        if answer.status_code != 303:
            self.page = answer.text
        return answer

    @property
    def csrf(self) -> str:
        return _found(r'data-csrf="([^"]*)"', self.page)

    @property
    def key(self) -> str:
        return _found(r'name="key" value="([^"]*)"', self.page)

    async def post(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        on: str = "",
        files: Sequence[File] = (),
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """As the form on the page `on` is sent, or that of the page looked at last. A field that `fields`
        names is as it says; a header that is "" is not sent."""
        if on:
            await self.get(on)
        whole = {"csrf": self.csrf, "key": self.key, **(fields or {})}
        told = {"origin": self.place.base, "sec-fetch-site": "same-origin", **(headers or {})}
        body = {"files": [("files", each) for each in files]} if files else {}
        return await self._ask("POST", path, told, data=whole, **body)

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], **given: object
    ) -> httpx.Response:
        told = {name: value for name, value in {**self.headers, **headers}.items() if value}
        transport = httpx.ASGITransport(
            app=self.place.app, raise_app_exceptions=False, client=(self.network, 1)
        )
        async with httpx.AsyncClient(transport=transport, base_url=self.place.base) as client:
            if self.cookies:
                told["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            raw = [(name, value.encode("latin-1")) for name, value in told.items()]
            answer = await client.request(method, path, headers=raw, **given)  # type: ignore[arg-type]
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        for said in answer.headers.get_list("set-cookie"):
            if "Max-Age=0" in said:
                self.cookies.pop(said.partition("=")[0], None)
        return answer


async def asks(place: Place, browser: Browser, address: str) -> str:
    """The path of the link that comes by mail, "" when none does."""
    before = len(place.sent())
    await browser.post("/sign-in", {"address": address}, on="/sign-in")
    await place.engine.settle()
    links = [link for text in place.sent()[before:] for link in re.findall(r"https?://\S+/sign-in/\S+", text)]
    return str(httpx.URL(links[0]).path) if links else ""


async def come_in(place: Place, browser: Browser, address: str) -> httpx.Response:
    """Sign in by a link."""
    path = await asks(place, browser, address)
    return await browser.post(path, on=path)


def _found(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    return found[1] if found else ""


@asynccontextmanager
async def running(
    directory: Path,
    *,
    base: str = BASE,
    trial: Trial | None = None,
    mails: bool = True,
    store: Store | None = None,
    forms: int = 1000,
) -> AsyncIterator[Place]:
    """`forms`: how many one reader may send a minute, of the desk's clock, which stands still."""
    clock, policy = VirtualClock(START), load_policy(POLICY)
    store = store or await open_store(directory / "dawnline.db")
    staged = {name: stage(name, clock) for name in ("slack", *(["email"] if mails else []))}
    channels: dict[str, Channel] = {**staged, "web": WebChannel(by_mail=mails)}
    links = Links(base, SECRET)
    able = {name: channel.capabilities for name, channel in channels.items()}
    house = House.build(policy, Catalogue.load(), able, links=links)
    woken = asyncio.Event()
    desk = Desk(store, clock, house, woken.set)
    settings = WebSettings(base, SECRET, name=policy.desk.name, mails=mails, trial=trial, upload_most=100_000)
    settings = replace(settings, version="0.1.0", forms_per_minute=forms)
    health = DeskHealth(store, clock, lambda: {"slack": True})
    web = WebApp(settings, desk, desk, clock, DiskUploads(directory / "files"), health, None, PublicNames())
    app = web_app(web.routes(), health.parts, web.handlers(), base)
    engine = Engine(store, clock, house, channels, woken)
    await desk.act(_customers)
    yield Place(policy, store, desk, clock, engine, staged, web, app, base, links)
    await store.close()


async def _customers(work: Work) -> None:
    for each in CUSTOMERS:
        work.tx.customers.save(each)
