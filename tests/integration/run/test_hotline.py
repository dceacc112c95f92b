"""`dawnline run` with a telephone: a call over the real server, engineers called, and nothing lost when the
process is killed in the middle of it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from bot.clock import SystemClock
from bot.contacts.contact import Contact
from bot.ports import Transaction
from bot.tickets.ticket import Ticket
from storage.sqlite.store import open_store

from tests.fakes.phone.caller import Caller, Exchange
from tests.fakes.phone.server import Account, FakeProvider
from tests.integration.run.process import Process, dawnline
from tests.servers.ports import free_port

PUBLIC, OURS, DANA = "https://desk.example", "+4930555000", "+491701234567"
POLICY = Path(__file__).parents[2] / "acceptance" / "phone_desk.toml"
PHONES = ("+4915100000001", "+4915100000002", "+12125550001", "+12125550002", "+393450000001")


class Local(httpx.AsyncHTTPTransport):
    """The desk's public address leads to its port, as a proxy in front of it would."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider(Account(number=OURS)) as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def directory(tmp_path: Path) -> Path:
    """Every telephone is confirmed."""
    (tmp_path / "dawnline.toml").write_text(
        POLICY.read_text("utf-8").replace('slack = "desk"', 'slack = "C0DESK"')
    )
    store = await open_store(tmp_path / "dawnline.db")

    async def confirmed(tx: Transaction) -> None:
        for number in PHONES:
            tx.contacts.save(Contact("phone", number, confirmed_at=SystemClock().now()))

    await store.write(confirmed)
    await store.close()
    return tmp_path


@asynccontextmanager
async def running(directory: Path, provider: FakeProvider, port: int) -> AsyncIterator[Process]:
    settings = {
        "TWILIO_ACCOUNT_SID": provider.account.sid,
        "TWILIO_AUTH_TOKEN": provider.account.token,
        "PUBLIC_URL": PUBLIC,
        "WEB": "off",
        "DAWNLINE_PHONE_API_URL": provider.url,
        "PORT": str(port),
    }
    async with dawnline(directory, settings, "run") as process:
        await process.until_it_says("desk started")
        async with httpx.AsyncClient(transport=Local(port)) as client:
            for _ in range(200):
                try:
                    if (await client.get(f"{PUBLIC}/readyz")).is_success:
                        break
                except httpx.TransportError:
                    await asyncio.wait({asyncio.create_task(asyncio.Event().wait())}, timeout=0.05)
        yield process


def texted(provider: FakeProvider, number: str) -> list[str]:
    return [each["Body"] for each in provider.texts if each["To"] == number]


async def ticket(directory: Path, number: int) -> Ticket:
    store = await open_store(directory / "dawnline.db")
    try:
        return await store.read(lambda tx: tx.tickets.get(number))
    finally:
        await store.close()


@pytest.mark.slow
async def test_a_call_goes_on_after_the_process_was_killed(directory: Path, provider: FakeProvider) -> None:
    port = free_port()
    async with httpx.AsyncClient(transport=Local(port)) as client:
        exchange = Exchange(provider.account, PUBLIC, client)
        dana = Caller(exchange, DANA, OURS)
        async with running(directory, provider, port) as process:
            await dana.ring()
            assert "For an outage, press 1" in dana.hears or "For English, press 1" in dana.hears
            await process.end(signal.SIGKILL)
        async with running(directory, provider, port) as process:
            if "For English" in dana.hears:
                await dana.press("1")
            await dana.press("1")
            assert "Ticket 1 is open with priority P0" in dana.hears
            await provider.until(
                lambda: provider.calls and [each for each in provider.texts if each["To"] == DANA]
            )
            assert provider.calls[0]["To"] in PHONES
            again = await dana.again()
            assert again.status_code == 200
            assert await process.end(signal.SIGTERM) == 0
            said = "".join(process.said)
            assert "desk stopped" in said
            assert provider.account.token not in said
    assert (await ticket(directory, 1)).priority.value == "P0"
    with pytest.raises(Exception, match="unknown_ticket"):
        await ticket(directory, 2)


async def test_whoever_is_not_the_provider_gets_nowhere(directory: Path, provider: FakeProvider) -> None:
    port = free_port()
    async with (
        httpx.AsyncClient(transport=Local(port)) as client,
        running(directory, provider, port) as desk,
    ):
        answer = await client.post(f"{PUBLIC}/phone/voice", data={"CallSid": "CA1", "From": DANA})
        assert (answer.status_code, "PUBLIC_URL" in answer.text) == (403, True)
        assert "wrong signature" in await desk.until_it_says("wrong signature")
        assert (await desk.end(signal.SIGTERM)) == 0
