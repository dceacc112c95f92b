"""The console with many open tickets and many who look: how soon the board comes, what open pages cost, and
how soon an acknowledgement is seen in another browser.

`dawnline run` is a process of its own on one SQLite database; this process beside it is the browsers. First
comes a desk with a handful of tickets and nobody else who looks, then one with all of it.
"""

import asyncio
import gc
import platform
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter

from adapters.web.channel import CAPABILITIES, WebChannel
from bot.access.signing_in import enter
from bot.bench.ground import WORDS, scratch
from bot.bench.idle import answers_ready
from bot.bench.observed import Child, child, pause
from bot.bench.progress import Stages, watched
from bot.bench.report import CannotMeasure, Figure, Goal, Report, percentile
from bot.bench.web_side import Browser, Page, watching
from bot.clock import SystemClock
from bot.console.ordering import ordered
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Address, Filed, Form, Person
from bot.messages.catalogue import Catalogue
from bot.settings import load_policy
from bot.work import House, Work
from storage.sqlite.store import open_store

FIRST_BYTE_MS, MEMORY_MB, SEEN_MS = 100.0, 150.0, 300.0
ENGINEER, ADDRESS = "arch", "arch@desk.example"
COMPANY = Customer("acme", "Acme Live", identities=(Identity("email-domain", "acme.example"),))
CUSTOMER = "sam@acme.example"
_ROLES = {"architect": "arch", "lead": "lea", "senior": "sam", "support": "sue", "frontline": "finn"}
_SCHEDULE = """
teams = [{ name = "all", schedule = "global" }]

[[schedules]]
name = "global"
rotation_start = 2026-01-05

[[schedules.shifts]]
name = "emea"
region = "emea"
time_zone = "Europe/Berlin"
start = "00:00"
end = "00:00"
roles = { architect = ["arch"], lead = ["lea"], senior = ["sam"], support = ["sue"], frontline = ["finn"] }
"""
_PERSON = """
[[engineers]]
id = "{id}"
name = "{id}"
tier = "{tier}"
region = "emea"
time_zone = "Europe/Berlin"
identities = {{ email = "{id}@desk.example" }}
"""
_MOST = 900.0
"""Seconds: it never takes longer."""
_FILED_BY_ONE = 20
"""Tickets of one browser: a desk takes 30 forms a minute of each."""
_AT_ONCE = 100
_READY = 60.0


@dataclass(frozen=True, slots=True)
class WebOptions:
    tickets: int = 10_000
    streams: int = 500
    looks: int = 300
    acknowledgements: int = 40


QUICK = WebOptions(tickets=500, streams=50, looks=40, acknowledgements=5)
FEW = 10
"""Tickets of the desk with nothing to do."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds: until the board's first byte; from the press of the button until the other browser has the
    board that shows it."""

    first_bytes: list[float]
    seen: list[float]
    memory_mb: float


def run_web(options: WebOptions = WebOptions()) -> Report:
    """Takes about two minutes. Raises CannotMeasure where there is no /proc."""
    with scratch() as directory, watched() as stages:
        few, many = asyncio.run(_bounded(directory, options, stages))
    figures: dict[str, Figure] = {
        "tickets": options.tickets,
        "streams": options.streams,
        **_figures("", many),
        **_figures("unloaded_", few),
        "python": platform.python_version(),
    }
    goals = (
        Goal("p99 of the board's first byte", _p99(many.first_bytes), FIRST_BYTE_MS, "ms (at most)"),
        Goal("memory with every stream open", many.memory_mb, MEMORY_MB, "MB (at most)"),
        Goal("p99 until an acknowledgement is seen", _p99(many.seen), SEEN_MS, "ms (at most)"),
    )
    return Report("web", figures, goals)


def _p99(waits: list[float]) -> float:
    return percentile(sorted(waits), 0.99) * 1000


def _figures(prefix: str, measured: Measured) -> dict[str, Figure]:
    return {
        f"{prefix}first_byte_p50_ms": median(measured.first_bytes) * 1000,
        f"{prefix}first_byte_p99_ms": _p99(measured.first_bytes),
        f"{prefix}seen_p50_ms": median(measured.seen) * 1000,
        f"{prefix}seen_p99_ms": _p99(measured.seen),
        f"{prefix}memory_mb": measured.memory_mb,
    }


async def _bounded(directory: Path, options: WebOptions, stages: Stages) -> tuple[Measured, Measured]:
    async with asyncio.timeout(_MOST):
        few = await _measured(
            directory / "few", WebOptions(FEW, 1, options.looks, options.acknowledgements), stages
        )
        many = await _measured(directory / "many", options, stages)
    return few, many


async def _measured(directory: Path, options: WebOptions, stages: Stages) -> Measured:
    _laid_out(directory)
    cookie, others = await _prepare(directory, options, stages)
    async with _running(directory) as (process, port), AsyncExitStack() as open_:
        gc.collect()
        first_bytes = await _looks(port, cookie, options.looks)
        reading = []
        for _ in range(options.streams - 1):
            stream = await open_.enter_async_context(watching(port, cookie))
            reading.append(asyncio.create_task(stream.drain()))
        seen = await _acknowledgements(port, cookie, others, options, stages)
        memory = process.memory_mb
        for task in reading:
            task.cancel()
    return Measured(first_bytes, seen, memory)


def _laid_out(directory: Path) -> None:
    directory.mkdir()
    people = (_PERSON.format(id=each, tier=tier) for tier, each in _ROLES.items())
    (directory / "dawnline.toml").write_text(_SCHEDULE + "".join(people), "utf-8")


async def _looks(port: int, cookie: str, count: int) -> list[float]:
    browser = Browser(port, cookie)
    waits = [_well(await browser.get("/desk")).first_byte for _ in range(count + 5)]
    await browser.close()
    return waits[5:]  # the first ones compile the templates


async def _acknowledgements(
    port: int, cookie: str, customers: list[str], options: WebOptions, stages: Stages
) -> list[float]:
    """A customer files, an engineer acknowledges in one browser, and the other one shows it. Each of
    `customers` files as much as one may within a minute."""
    bar = stages.stage(f"acknowledgements, {options.tickets} tickets", options.acknowledgements)
    filing = [Browser(port, each) for each in customers]
    pressing, looking = Browser(port, cookie), Browser(port, cookie)
    for each in filing:
        await each.get("/tickets/new")
    waits = []
    for number in range(options.acknowledgements):
        fields = {"title": f"video is black everywhere, no. {number}", "key": f"k{number}"}
        page = _well(await filing[number // _FILED_BY_ONE].post("/tickets/new", **fields), 303)
        ticket = page.head.decode().partition("/tickets/")[2].split()[0]
        await pressing.get(f"/desk/tickets/{ticket}")
        async with watching(port, cookie) as stream:
            told = asyncio.create_task(stream.told(ticket))
            began = perf_counter()
            _well(await pressing.post(f"/desk/tickets/{ticket}/ack", key=f"a{number}"), 303)
            await told
            await looking.get(f"/desk/find?q={ticket}")
            _well(await looking.get("/desk"))
            waits.append(perf_counter() - began)
        bar.advance()
    for each in (*filing, pressing, looking):
        await each.close()
    return waits


def _well(page: Page, status: int = 200) -> Page:
    if page.status != status:
        raise CannotMeasure(f"the desk answered {page.status}, not {status}")
    return page


@asynccontextmanager
async def _running(directory: Path) -> AsyncIterator[tuple[Child, int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    settings = {
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{directory / 'desk.db'}",
        "LOG_LEVEL": "warning",
    }
    async with child(directory, [sys.executable, "-m", "bot.cli", "run"], settings) as process:
        while not await answers_ready(port):
            if process.process.returncode is not None or perf_counter() - process.began > _READY:
                raise CannotMeasure(f"the desk did not become ready: {process.complaint()}")
            await pause(0.05)
        yield process, port


async def _prepare(directory: Path, options: WebOptions, stages: Stages) -> tuple[str, list[str]]:
    """Open tickets that somebody has, and the cookies of an engineer and of a customer's people."""
    tickets, sessions = options.tickets, ceil(options.acknowledgements / _FILED_BY_ONE)
    store, clock = await open_store(directory / "desk.db"), SystemClock()
    policy = load_policy(directory / "dawnline.toml")
    house = House.build(policy, Catalogue.load(), {"web": CAPABILITIES})
    desk, channels = Desk(store, clock, house, lambda: None), {"web": WebChannel()}
    engine = Engine(store, clock, house, channels, asyncio.Event())
    await desk.act(_introduced)
    bar = stages.stage(f"{tickets} open tickets", tickets)
    for first in range(0, tickets, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, tickets))
        await asyncio.gather(*(_opened(desk, clock, number) for number in numbers))
        await engine.settle()  # what the pages show has been delivered
        bar.advance(len(numbers))
    engineer = await desk.act(lambda work: enter(work, ADDRESS, ""))
    customers = [await desk.act(lambda work: enter(work, CUSTOMER, "")) for _ in range(sessions)]
    await store.close()
    return f"dawnline-console={engineer}", [f"dawnline-portal={each}" for each in customers]


async def _introduced(work: Work) -> None:
    work.tx.customers.save(COMPANY)


async def _opened(desk: Desk, clock: SystemClock, number: int) -> None:
    author, key = Person("web", CUSTOMER, "Sam"), f"bench:{number}"
    title = f"{WORDS[number % len(WORDS)]} ({number})"
    await desk.receive(Filed(key, Address("web", CUSTOMER), author, COMPANY.id, title, "", clock.now()))
    entry = await desk.look(lambda work: work.tx.ledger.get("web", key))
    if entry is None or entry.ticket is None:
        raise CannotMeasure("a ticket did not open")
    engineer = desk.house.policy.engineer(ENGINEER)
    assert engineer is not None, "the policy is ours"  # noqa: S101
    form = Form("ack", (entry.ticket,))
    await desk.receive(ordered(engineer, form, f"ack:{number}", clock.now()))
