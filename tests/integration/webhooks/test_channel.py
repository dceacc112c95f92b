"""One POST: signed as Standard Webhooks' own library wants it, to the address that was checked, and nowhere
else."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from adapters.webhook.app import WebhookApp
from adapters.webhook.channel import WebhookChannel
from adapters.webhook.resolving import AT_ONCE, SystemLookup
from adapters.webhook.settings import WebhookSettings
from adapters.webhook.signing import headers
from bot.clock import SystemClock
from bot.errors import DeliveryError, Gone, OutcomeUnknown, RateLimited, Refused, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Document, Post
from bot.policy import WebhooksPolicy
from bot.webhooks.managing import look
from bot.webhooks.webhook import WEBHOOK, Webhook, fresh_secret
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from tests.chaos.waiting import until
from tests.contract.builders import T0
from tests.fakes.webhook_receiver import FakeReceiver, Fault
from tests.integration.webhooks.stage import AT_HOME, Names
from tests.servers.certificates import of_localhost

SAID = Document("msg_1", Address(WEBHOOK, "wh_1"), '{"type":"ticket.opened","text":"房间 🎫"}')
STRICT = WebhooksPolicy()


@dataclass(slots=True)
class Receivers:
    """Keeps `bot.ports.Receivers`."""

    known: dict[str, Webhook]

    async def get(self, webhook: str) -> Webhook | None:
        return self.known.get(webhook)


@dataclass(slots=True)
class Way:
    channel: WebhookChannel
    receiver: FakeReceiver
    receivers: Receivers
    names: Names


@asynccontextmanager
async def way(
    policy: WebhooksPolicy = AT_HOME, *, trusted: bool = True, tls: bool = True
) -> AsyncIterator[Way]:
    clock, names = SystemClock(), Names()
    certificate = of_localhost()
    async with FakeReceiver(clock, certificate.server if tls else None) as receiver:
        made = Webhook("wh_1", f"{receiver.url}/hook", fresh_secret(), ("*",), T0, "mei")
        receiver.secrets["/hook"] = made.secret
        receivers = Receivers({made.id: made})
        settings = WebhookSettings(policy, tls=certificate.trusting if trusted else None)
        channel = WebhookChannel(settings, receivers, names, clock, 1.0)
        yield Way(channel, receiver, receivers, names)
        await channel.close()
        assert receiver.violations == []


def test_the_librarys_own_check_passes() -> None:
    secret, now = fresh_secret(), SystemClock().now()
    said = headers(SAID.key, SAID.body.encode(), [secret], now)
    assert Verifier(secret).verify(SAID.body, said)["type"] == "ticket.opened"
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(SAID.body + " ", said)
    with pytest.raises(WebhookVerificationError):
        Verifier(fresh_secret()).verify(SAID.body, said)
    with pytest.raises(WebhookVerificationError):
        Verifier(secret).verify(SAID.body, {**said, "webhook-id": "msg_2"})
    old = headers(SAID.key, SAID.body.encode(), [secret], now - timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError, match="too old"):
        Verifier(secret).verify(SAID.body, old)


def test_two_secrets_make_two_signatures() -> None:
    one, two = fresh_secret(), fresh_secret()
    said = headers(SAID.key, SAID.body.encode(), [one, two], SystemClock().now())
    for secret in (one, two):
        assert Verifier(secret).verify(SAID.body, said)


def test_the_example_of_the_specification() -> None:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/python/tests/test_webhook.py"""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    at = T0.fromtimestamp(1614265330, T0.tzinfo)
    said = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", body, [secret], at)
    assert said["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_it_arrives_as_it_is() -> None:
    async with way() as made:
        assert await made.channel.send(SAID) is not None
        (only,) = made.receiver.taken
        assert (only.id, only.body) == ("msg_1", {"type": "ticket.opened", "text": "房间 🎫"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(410), Gone),
        (Fault(429, {"retry-after": "7"}), RateLimited),
        (Fault(503, {"retry-after": "7"}), RateLimited),
        (Fault(503), Temporary),
        (Fault(500, {"retry-after": "7"}), Temporary),
        (Fault(404), Temporary),
        (Fault(302, {"location": "/elsewhere"}), Temporary),
        (Fault(307, {"location": "/elsewhere"}), Temporary),
        (Fault(silent=True), OutcomeUnknown),
        (Fault(), OutcomeUnknown),
    ],
)
async def test_what_an_answer_means(fault: Fault, error: type[DeliveryError]) -> None:
    async with way() as made:
        made.receiver.faults.append(fault)
        with pytest.raises(error) as caught:
            await made.channel.send(SAID)
        assert type(caught.value) is error
        assert "localhost" not in str(caught.value)
        assert len(made.receiver.tries) == 1


@pytest.mark.parametrize("said", ["999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_nobody_makes_us_wait_for_longer_than_a_day(said: str) -> None:
    async with way() as made:
        made.receiver.faults.append(Fault(429, {"retry-after": said}))
        with pytest.raises(RateLimited) as caught:
            await made.channel.send(SAID)
        assert caught.value.retry_after == timedelta(days=1)


async def test_a_certificate_that_nobody_vouches_for() -> None:
    async with way(trusted=False) as made:
        with pytest.raises(Temporary, match="ConnectError"):
            await made.channel.send(SAID)
        assert made.receiver.tries == []


async def test_a_certificate_of_another_name() -> None:
    """The name must be the receiver's, although we connect to an address."""
    async with way() as made:
        url = made.receivers.known["wh_1"].url.replace("localhost", "other.example")
        made.receivers.known["wh_1"] = replace(made.receivers.known["wh_1"], url=url)
        with pytest.raises(Temporary, match="ConnectError"):
            await made.channel.send(SAID)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
async def test_a_name_that_leads_home_is_not_connected_to(address: str) -> None:
    """Also when it led elsewhere at first, and when only one of its addresses does."""
    async with way(STRICT) as made:
        for found in ((address,), ("93.184.216.34", address)):
            made.names.known["localhost"] = found
            with pytest.raises(Temporary, match="webhook_private"):
                await made.channel.send(SAID)
        assert made.receiver.tries == []


async def test_what_was_checked_is_what_is_connected_to() -> None:
    """The name is looked up once; the system, which would find nobody by it, is not asked again."""
    async with way(tls=False) as made:
        url = made.receivers.known["wh_1"].url.replace("localhost", "nobody.invalid")
        made.receivers.known["wh_1"] = replace(made.receivers.known["wh_1"], url=url)
        made.receiver.url = made.receiver.url.replace("localhost", "nobody.invalid")
        await made.channel.send(SAID)
        assert len(made.receiver.taken) == 1


async def test_http_needs_the_policy() -> None:
    async with way(STRICT, tls=False) as made:
        with pytest.raises(Temporary, match="webhook_scheme"):
            await made.channel.send(SAID)
        assert made.receiver.tries == []


async def test_the_next_address_is_tried_when_one_takes_no_connection() -> None:
    async with way() as made:
        made.names.known["localhost"] = ("127.0.0.2", "::1", "127.0.0.1")
        await made.channel.send(SAID)
        assert len(made.receiver.taken) == 1


async def test_what_cannot_be_sent() -> None:
    async with way() as made:
        known = made.receivers.known["wh_1"]
        with pytest.raises(Unreachable, match="documents only"):
            await made.channel.send(Post("k", SAID.at, "words"))
        made.receivers.known["wh_1"] = known.disabled("gone", T0)
        with pytest.raises(Unreachable, match="disabled"):
            await made.channel.send(SAID)
        made.receivers.known.clear()
        with pytest.raises(Unreachable, match="removed"):
            await made.channel.send(SAID)
        assert made.receiver.tries == []


class Silent:
    """A resolver whose name servers are silent about "silent...", until it is let go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked = 0

    def __call__(self, host: str) -> tuple[str, ...]:
        self.asked += 1
        if host.startswith("silent"):
            self.go_on.wait(60)
        return ("127.0.0.1",)

    async def has_all_threads(self) -> bool:
        return self.asked == AT_ONCE


@pytest.fixture
def silent() -> Iterator[Silent]:
    resolver = Silent()
    yield resolver
    resolver.go_on.set()


async def test_whoever_makes_webhooks_at_silent_names_holds_up_no_delivery(silent: Silent) -> None:
    async with way() as made:
        settings = WebhookSettings(AT_HOME, tls=of_localhost().trusting)
        app = WebhookApp(settings, made.receivers, SystemClock(), silent)
        many = [f"silent{number}.example" for number in range(2 * AT_ONCE)]
        asking = [asyncio.create_task(app.lookup.addresses(each)) for each in many]
        await until(silent.has_all_threads, lambda: silent.asked, look=timedelta(milliseconds=1))
        await app.channel.send(SAID)
        assert len(made.receiver.tries) == 1
        silent.go_on.set()
        assert set(await asyncio.gather(*asking)) == {("127.0.0.1",)}
        await app.close()


async def test_a_name_that_nobody_tells_is_not_known(silent: Silent) -> None:
    lookup = SystemLookup(silent, 0.05)
    assert await lookup.addresses("silent.example") == ()
    with pytest.raises(Refused, match="webhook_unknown_host"):
        await look("https://silent.example/hook", lookup, STRICT)
    lookup.close()


async def test_what_this_machine_knows_of_names() -> None:
    lookup = SystemLookup()
    assert "127.0.0.1" in await lookup.addresses("127.1")
    assert await lookup.addresses("2130706433") == ("127.0.0.1",)
    assert await lookup.addresses("nobody.invalid") == ()
    assert await lookup.addresses("a" * 80 + ".example") == ()
    assert socket.gethostbyname("localhost") in await lookup.addresses("localhost")
    lookup.close()
