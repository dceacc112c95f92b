"""A whole desk behind its web app, without a socket: the real store, the real core, the real ASGI app."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from adapters.web.app import WebApp
from adapters.web.channel import WebChannel
from adapters.web.health import DeskHealth
from adapters.web.server import web_app
from adapters.web.settings import WebSettings
from bot.access.session import Scope, Token
from bot.access.signing_in import enter
from bot.access.tokens import make_token
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.links import Links
from bot.messages.catalogue import Catalogue
from bot.policy import Policy
from bot.ports import Clock, Store
from bot.settings import load_policy
from bot.window import T, Unit
from bot.work import House, Work
from starlette.types import ASGIApp
from storage.sqlite.store import open_store
from storage.uploads.disk import DiskUploads

from tests.fakes.names import PublicNames

BASE = "http://127.0.0.1:8080"
SECRET = b"a secret of the tests"
CATALOGUE = Catalogue.load()
POLICY = Path(__file__).with_name("desk.toml")
ACME = Customer(
    "acme",
    "Acme Live",
    identities=(Identity("email-domain", "acme.example"), Identity("email", "dana@x.example")),
)
GLOBEX = Customer("globex", "Globex", identities=(Identity("email-domain", "globex.example"),))


@dataclass(slots=True)
class Place:
    """`client` knows no token; `as_of` one that does."""

    store: Store
    desk: Desk
    clock: Clock
    app: ASGIApp
    client: httpx.AsyncClient
    made: dict[str, tuple[str, Token]] = field(default_factory=dict)

    async def token(self, *scopes: Scope, engineer: str = "", customer: str = "", days: int = 90) -> str:
        """Its secret."""
        secret, token = await self.desk.act(
            lambda work: make_token(
                work,
                f"a program ({engineer or customer or 'everything'})",
                scopes or tuple(Scope),
                "leo",
                timedelta(days=days),
                engineer=engineer or None,
                customer=customer or None,
            )
        )
        self.made[secret] = secret, token
        return secret

    async def session(self, address: str) -> str:
        return await self.desk.act(lambda work: enter(work, address, ""))

    def of(self, secret: str) -> "Program":
        return Program(self, secret)

    async def program(self, *scopes: Scope, engineer: str = "", customer: str = "") -> "Program":
        return self.of(await self.token(*scopes, engineer=engineer, customer=customer))


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody's program, with a token."""

    place: Place
    secret: str

    @property
    def token(self) -> Token:
        return self.place.made[self.secret][1]

    async def ask(
        self, method: str, path: str, said: Any = None, headers: Mapping[str, str] | None = None, **given: Any
    ) -> httpx.Response:
        """`path` below /api/v1, or a whole address."""
        url = path if path.startswith("http") else f"/api/v1{path}"
        sent = {"authorization": f"Bearer {self.secret}", **(headers or {})}
        body = {} if said is None else {"json": said}
        return await self.place.client.request(method, url, headers=sent, **body, **given)

    async def get(self, path: str, **given: Any) -> httpx.Response:
        return await self.ask("GET", path, **given)

    async def post(self, path: str, said: Any = None, key: str = "", **given: Any) -> httpx.Response:
        headers = {"idempotency-key": key} if key else {}
        return await self.ask("POST", path, said, headers, **given)

    async def files(self, title: str = "Video is black", **said: Any) -> str:
        """The id of a new ticket."""
        answer = await self.post("/tickets", {"title": title, **said})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])


class Plain:
    """Between the web and the desk: passes everything on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def house(self) -> House:
        return self.desk.house

    async def look(self, unit: Unit[T]) -> T:
        return await self.desk.look(unit)

    async def act(self, unit: Unit[T]) -> T:
        return await self.desk.act(unit)


@asynccontextmanager
async def running(
    directory: Path,
    clock: Clock,
    per_minute: int = 600,
    strangers: int = 20,
    between: Callable[[Desk], Plain] = Plain,
) -> AsyncIterator[Place]:
    store = await open_store(directory / "dawnline.db")
    policy: Policy = load_policy(POLICY)
    channel = WebChannel()
    links = Links(BASE, SECRET)
    house = House.build(policy, CATALOGUE, {channel.name: channel.capabilities}, links=links)
    desk = Desk(store, clock, house, lambda: None)
    settings = WebSettings(
        BASE,
        SECRET,
        version="0.1.0",
        api_per_minute=per_minute,
        strangers_per_minute=strangers,
        upload_most=100_000,
    )
    health = DeskHealth(store, clock, lambda: {})
    web = WebApp(
        settings, desk, between(desk), clock, DiskUploads(directory / "files"), health, None, PublicNames()
    )
    app = web_app(web.routes(), health.parts, web.handlers(), BASE)
    await desk.act(_customers)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Place(store, desk, clock, app, client)
    await store.close()


async def _customers(work: Work) -> None:
    for each in (ACME, GLOBEX):
        work.tx.customers.save(each)


def fresh() -> str:
    """An idempotency key."""
    return secrets.token_hex(16)
