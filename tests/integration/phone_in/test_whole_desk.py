"""The hotline whole: a caller on the provider's side, the real desk on SQLite, and engineers' telephones."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from adapters.phone.app import PhoneApp
from adapters.phone.settings import PhoneSettings, Provider
from bot.bootstrap import Door
from bot.contacts.contact import Contact
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import stage
from bot.policy import Policy, Priority
from bot.ports import Channel, Store, Transaction
from bot.settings import load_policy
from bot.tickets.ticket import State, Ticket
from bot.work import House
from starlette.applications import Starlette
from storage.opening import open_store

from tests.fakes.phone.caller import Caller, Exchange
from tests.fakes.phone.placed import answered_by, fate, progress
from tests.fakes.phone.server import Account, FakeProvider, Placed
from tests.unit.tickets.builders import START

PUBLIC, OURS = "https://desk.example", "+4930555000"
DANA, ADA, NORA, LEO = "+491701234567", "+4915100000001", "+4915100000002", "+393450000001"
ACME = Customer("acme", "Acme <Video> & Sons", language="en", identities=(Identity("phone", DANA),))
TLS = httpx.create_ssl_context()


@dataclass(slots=True)
class Office:
    """Time stands still but for `wait`."""

    clock: VirtualClock
    store: Store
    engine: Engine
    provider: FakeProvider
    exchange: Exchange
    app: PhoneApp

    def caller(self, number: str = DANA, **more: str) -> Caller:
        return Caller(self.exchange, number, OURS, more)

    async def wait(self, **span: float) -> None:
        until = self.clock.now() + timedelta(**span)
        await self.engine.settle()
        while (due := await self.store.next_due()) is not None and due <= until:
            self.clock.set(due)
            await self.engine.settle()
        self.clock.set(until)

    def called(self, number: str) -> Placed:
        """Our newest call to that number."""
        return next(each for each in reversed(self.provider.calls) if each["To"] == number)

    async def picks_up(self, number: str) -> Caller:
        placed = self.called(number)
        person = self.caller(number)
        await person.pick_up(placed["Url"], placed.sid)
        return person

    async def goes(self, number: str, *statuses: str) -> None:
        """How our newest call to them goes, as the provider tells it."""
        for each in progress(self.provider.account, self.called(number), *statuses):
            answer = await self.exchange.post(each.url, each.form)
            assert answer.status_code == httpx.codes.NO_CONTENT
        await self.engine.settle()

    async def ticket(self, number: int = 1) -> Ticket:
        return await self.store.read(lambda tx: tx.tickets.get(number))

    def texts_to(self, number: str) -> list[str]:
        return [each["Body"] for each in self.provider.texts if each["To"] == number]


@asynccontextmanager
async def office(directory: Path, account: Account, policy: Policy) -> AsyncIterator[Office]:
    clock, door, woken = VirtualClock(START), Door(), asyncio.Event()
    store = await open_store(f"sqlite:///{directory}/desk.db", directory, worker="one", alone=True)
    async with FakeProvider(account) as provider:
        mine = Provider(account.sid, account.token, account.number, provider.url)
        app = PhoneApp(PhoneSettings((mine,), PUBLIC, tls=TLS), door, door, clock)
        channels: dict[str, Channel] = {each.name: each for each in app.channels}
        channels["slack"] = stage("slack", clock)
        able = {name: each.capabilities for name, each in channels.items()}
        house = House.build(policy, Catalogue.load(), able)
        await store.write(_introduce(policy))
        engine = Engine(store, clock, house, channels, woken)
        door.leads_to(Desk(store, clock, house, woken.set))
        running = asyncio.create_task(app.run())
        transport = httpx.ASGITransport(Starlette(routes=list(app.routes())))
        async with httpx.AsyncClient(transport=transport) as client:
            yield Office(clock, store, engine, provider, Exchange(account, PUBLIC, client), app)
        app.stop()
        await running
        await app.close()
    await store.close()
    assert provider.violations == []


def _introduce(policy: Policy):  # type: ignore[no-untyped-def]
    async def unit(tx: Transaction) -> None:
        tx.customers.save(ACME)
        for engineer in policy.engineers:
            for kind, value in engineer.identities.items():
                tx.contacts.save(Contact(kind, value, confirmed_at=START))

    return unit


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    policy = load_policy(Path(__file__).parents[2] / "acceptance" / "phone_desk.toml")
    async with office(tmp_path, Account(number=OURS), policy) as made:
        yield made


async def test_an_outage_from_the_first_ring_to_the_acknowledgement(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    assert dana.hears.startswith("Hello Acme <Video> & Sons, this is Ops.")
    await dana.press("1")
    assert "Ticket 1 is open with priority P0" in dana.hears
    await desk.wait(seconds=3)
    assert (await desk.ticket()).priority is Priority.P0
    assert any("T-1 · P0" in each for each in desk.texts_to(DANA))
    assert any("Reply 1a" in each for each in desk.texts_to(ADA))
    await dana.silent()
    recording = await dana.speak_after_the_tone()
    assert "Your message is on ticket 1" in dana.hears
    await dana.hang_up()
    await dana.transcript(recording, "Nobody can join since ten minutes")

    ada = await desk.picks_up(ADA)
    assert "Customer: Acme <Video> & Sons. Nobody can join since ten minutes." in ada.hears
    await desk.goes(ADA, "initiated", "ringing", "in-progress")
    await ada.press("6")
    await ada.press("4")
    assert "Ticket 1 is yours" in ada.hears
    assert ada.over
    ticket = await desk.ticket()
    assert (ticket.state, ticket.assignee, ticket.title) == (
        State.ACKNOWLEDGED,
        "ada",
        "Nobody can join since ten minutes",
    )


async def test_talk_to_the_engineer_now(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    await dana.say("I want to talk to a human")
    assert "Please hold the line" in dana.hears
    await desk.wait(seconds=2)
    await dana.wait()
    assert "We are calling Ada Brandt" in dana.hears or "We are calling Nora Lind" in dana.hears
    first = desk.provider.calls[-1]["To"]
    other = await desk.picks_up(first)
    assert "Customer Acme <Video> & Sons, P1, is on the line." in other.hears
    await other.press("1")
    assert "You are being connected" in other.hears
    assert "You are now talking to" in dana.hears
    assert "Thank you for calling" in dana.hears
    ticket = await desk.ticket()
    assert ticket.answered_at is not None
    assert ticket.state is State.ACKNOWLEDGED


async def test_when_nobody_comes_to_the_telephone(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    await dana.press("0")
    for _ in range(40):
        await desk.wait(seconds=8)
        for number in {each["To"] for each in desk.provider.calls}:
            await desk.goes(number, "initiated", "ringing", "no-answer")
        if dana.hold is None:
            break
        await dana.wait()
    assert dana.document.verb == "Record"
    assert "nobody could come to the phone" in dana.hears
    assert (await desk.ticket()).is_untaken


async def test_an_answering_machine_is_no_human(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    await dana.press("1")
    await desk.wait(seconds=3)
    webhook = answered_by(desk.provider.account, desk.called(ADA), "machine_start")
    await desk.exchange.post(webhook.url, webhook.form)
    await desk.goes(ADA, "initiated", "ringing", "in-progress", "completed")
    pages = await desk.store.read(lambda tx: tx.pages.of(1))
    (page,) = [each for each in pages if (each.engineer, each.via) == ("ada", "call")]
    assert (page.delivered_at, page.reason) == (None, "an answering machine")


async def test_reports_in_any_order_and_twice(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    await dana.press("1")
    await desk.wait(seconds=3)
    told = progress(desk.provider.account, desk.called(ADA), "initiated", "ringing", "busy")
    for each in [*reversed(told), *told]:
        await desk.exchange.post(each.url, each.form)
    events = await desk.store.read(lambda tx: tx.events.of(1))
    assert [each.kind for each in events].count("page_failed") == 1


async def test_a_conversation_by_text(desk: Office) -> None:
    form = {"AccountSid": desk.exchange.account.sid, "From": DANA, "To": OURS}
    url = f"{PUBLIC}/phone/sms"
    await desk.exchange.post(url, {**form, "MessageSid": "SM1", "Body": "Login fails for many users"})
    await desk.exchange.post(url, {**form, "MessageSid": "SM2", "Body": "Also on Android"})
    await desk.wait(minutes=1, seconds=2)
    assert any("Reply 1a to acknowledge" in each for each in desk.texts_to(NORA))
    mine = {"AccountSid": desk.exchange.account.sid, "From": NORA, "To": OURS, "MessageSid": "SM3"}
    await desk.exchange.post(url, {**mine, "Body": "1A"})
    await desk.wait(seconds=3)
    assert (await desk.ticket()).assignee == "nora"
    assert any("Nora Lind" in each and "T-1" in each for each in desk.texts_to(DANA))
    tickets = await desk.store.read(lambda tx: tx.tickets.active())
    assert len(tickets) == 1


async def test_a_text_that_was_not_delivered_is_told(desk: Office) -> None:
    """Acme is known nowhere else, so whoever can do something about it must know."""
    dana = desk.caller()
    await dana.ring()
    await dana.press("2")
    await desk.wait(seconds=2)
    (receipt,) = [each for each in desk.provider.texts if each["To"] == DANA]
    for each in fate(desk.provider.account, receipt, "sent", "undelivered"):
        await desk.exchange.post(each.url, each.form)
    events = await desk.store.read(lambda tx: tx.events.of(1))
    assert "undeliverable" in [each.kind for each in events]


async def test_an_engineer_calls_back_the_number_that_woke_them(desk: Office) -> None:
    dana = desk.caller()
    await dana.ring()
    await dana.press("1")
    await desk.wait(seconds=2)
    leo = desk.caller(LEO)
    await leo.ring()
    assert "Ticket 1. Customer: Acme" in leo.hears
    await leo.press("5")
    assert "The next people are being paged" in leo.hears
    assert (await desk.ticket()).round == 2
