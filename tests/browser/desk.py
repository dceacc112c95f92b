"""A small real desk in this process: the real core, store, engine and web server, on time that stands still
until it is moved."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.web.app import WebApp
from adapters.web.health import DeskHealth
from adapters.web.openid.settings import RETURN_PATH, OpenIdSettings
from adapters.web.openid.sign_in import OpenId
from adapters.web.server import WebServer, web_app
from adapters.web.settings import WebSettings
from bot.access.signing_in import enter, make_link
from bot.bootstrap.running import Door
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Address, Attachment, Filed, Form, Inbound, Person, VerbInvoked, Wrote
from bot.links import Links
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import StageChannel, stage
from bot.policy import Policy, SchedulePolicy
from bot.ports import Store
from bot.settings import load_policy
from bot.tickets.ticket import Ticket
from bot.work import CONSOLE, House
from storage.sqlite.store import open_store
from storage.uploads.disk import DiskUploads

from tests.fakes.names import PublicNames
from tests.fakes.oidc_provider import CLIENT
from tests.fakes.oidc_provider import SECRET as CLIENT_SECRET
from tests.integration.run.process import REPOSITORY
from tests.servers.ports import free_port

START = datetime.fromisoformat("2026-11-02T09:00:00+00:00")
"""A Monday; in Europe they are at work."""
SECRET = b"s" * 32
OURS = "@dawnline.example"
AUDITOR, LEAD, ADA, NORA = (f"{name}{OURS}" for name in ("audit", "leo", "ada", "nora"))
DANA, LIN = "dana@acme.example", "lin@qingyun.example"
CUSTOMERS = (
    Customer(
        "acme",
        "Acme Live",
        tier="premium",
        industry="live-streaming",
        identities=(Identity("email-domain", "acme.example"),),
    ),
    Customer(
        "qingyun",
        "青云教育",
        tier="standard",
        industry="education",
        language="zh",
        time_zone="Asia/Shanghai",
        identities=(Identity("email-domain", "qingyun.example"),),
    ),
    Customer(
        "orbit",
        "Orbit Games",
        tier="strategic",
        industry="gaming",
        identities=(Identity("email-domain", "orbit.example"),),
    ),
)
WITH_GAPS = SchedulePolicy.model_validate(
    {
        "name": "weekdays",
        "rotation_start": "2026-01-05",
        "shifts": [
            {
                "name": "office",
                "region": "emea",
                "time_zone": "Europe/Berlin",
                "start": "08:00",
                "end": "18:00",
                "days": ["mon", "tue", "wed", "thu", "fri"],
                "roles": {"senior": ["nora", "tom"], "lead": ["leo"]},
            }
        ],
    }
)


def example_policy() -> Policy:
    """The people of the example; here everybody is reached by mail."""
    policy = load_policy(REPOSITORY / "dawnline.example.toml")
    engineers = tuple(
        each.model_copy(update={"identities": {"email": f"{each.id}{OURS}"}, "ladder": ()})
        for each in policy.engineers
    )
    web = policy.web.model_copy(update={"auditors": (AUDITOR,)})
    schedules = (*policy.schedules, WITH_GAPS)
    return policy.model_copy(update={"engineers": engineers, "web": web, "schedules": schedules})


@dataclass(slots=True)
class SmallDesk:
    """What people do elsewhere is said by its methods; `mail` keeps what was sent."""

    base: str
    clock: VirtualClock
    store: Store
    desk: Desk
    engine: Engine
    links: Links
    mail: StageChannel
    _keys: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _at_work: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def files(
        self, text: str, by: str = DANA, name: str = "Dana", files: tuple[Attachment, ...] = ()
    ) -> int:
        """A customer files a ticket (title, then words): its number."""
        customer = next(each.id for each in CUSTOMERS if each.identities[0].value == by.partition("@")[2])
        title, _, words = text.partition("\n")
        key, author = f"seed:{next(self._keys)}", Person("web", by, name)
        item = Filed(key, _at(by), author, customer, title, words, self.clock.now(), attachments=files)
        await self._received(item)
        entry = await self.desk.look(lambda work: work.tx.ledger.get("web", key))
        assert entry is not None
        assert entry.ticket is not None
        return entry.ticket

    async def writes(self, number: int, text: str, by: str = DANA, name: str = "Dana") -> None:
        key, ticket = f"seed:{next(self._keys)}", await self.ticket(number)
        item = Wrote(key, _at(by), Person("web", by, name), ticket.customer, number, text, self.clock.now())
        await self._received(item)

    async def does(
        self, who: str, verb: str, number: int, words: str = "", into: int = 0, **options: str
    ) -> None:
        """An engineer uses a command on the console. `into`: where to merge."""
        engineer = self.desk.house.policy.engineer(who)
        assert engineer is not None
        form = Form(verb, (number, into) if into else (number,), tuple(options.items()), words)
        place, person = Address(CONSOLE, who), Person(CONSOLE, who, engineer.name)
        key, now = f"seed:{next(self._keys)}", self.clock.now()
        await self._received(VerbInvoked(key, place, person, verb, now, private=True, form=form))

    async def passes(self, minutes: float) -> None:
        """So much time, with whatever falls due in it."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while (due := await self.store.next_due()) is not None and due <= until:
            self.clock.set(due)
            await self.settle()
        self.clock.set(until)

    async def settle(self) -> None:
        async with self._at_work:
            await self.engine.settle()

    async def ticket(self, number: int) -> Ticket:
        return await self.store.read(lambda tx: tx.tickets.get(number))

    async def session(self, address: str) -> str:
        """What the browser of somebody who is signed in holds."""
        return await self.desk.act(lambda work: enter(work, address, ""))

    async def link(self, address: str) -> str:
        """The path of a link that signs them in, once."""

        async def made(work: Any) -> str:
            return make_link(work, address)

        return f"/sign-in/{await self.desk.act(made)}"

    async def guest_link(self, number: int) -> str:
        """The path of the link in the ticket's conversation."""
        ticket = await self.ticket(number)
        return self.links.ticket(number, ticket.customer).removeprefix(self.base)

    async def _received(self, item: Inbound) -> None:
        answer = await self.desk.receive(item)
        assert not answer.refused, answer.text
        await self.settle()


def _at(who: str) -> Address:
    return Address("web", who)


@asynccontextmanager
async def small_desk(directory: Path, issuer: str = "", port: int = 0) -> AsyncIterator[SmallDesk]:
    """With customers and no tickets yet. `issuer`: of single sign-on, if there is any."""
    port, clock = port or free_port(), VirtualClock(START)
    base = f"http://127.0.0.1:{port}"
    links, woken, door = Links(base, SECRET), asyncio.Event(), Door()
    store = await open_store(directory / "desk.db")
    mail = stage("email", clock)
    health = DeskHealth(store, clock, lambda: {"web": True, "email": True})
    openid = OpenId(_openid(issuer, base), clock) if issuer else None
    settings = WebSettings(base, SECRET, mails=True, by_mail=True, version="0.1.0")
    app = WebApp(settings, door, door, clock, DiskUploads(directory / "files"), health, openid, PublicNames())
    channels = {"email": mail, **{each.name: each for each in app.channels}}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house = House.build(example_policy(), Catalogue.load(), able, links=links)
    engine = Engine(store, clock, house, channels, woken)
    desk = Desk(store, clock, house, woken.set)
    door.leads_to(desk)
    server = WebServer(web_app(app.routes(), health.parts, app.handlers(), base), "127.0.0.1", port)
    small = SmallDesk(base, clock, store, desk, engine, links, mail)
    await store.write(_customers)
    running = [asyncio.create_task(each) for each in (server.run(), app.run(), _keep_up(small, woken))]
    try:
        yield small
    finally:
        app.stop()
        server.stop()
        running[-1].cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await app.close()
        await store.close()


async def _customers(tx: Any) -> None:
    for each in CUSTOMERS:
        tx.customers.save(each)


async def _keep_up(desk: SmallDesk, woken: asyncio.Event) -> None:
    """What a page brings about is done at once, at the moment that it is."""
    while await woken.wait():
        woken.clear()
        await desk.settle()


def _openid(issuer: str, base: str) -> OpenIdSettings:
    return OpenIdSettings(
        issuer,
        CLIENT,
        f"{base}{RETURN_PATH}",
        SECRET,
        CLIENT_SECRET,
        name="Our Company",
    )
