"""The second provider stands in while the first fails, and only then."""

import asyncio
from datetime import timedelta

import pytest
from adapters.phone.orders import CallOrder, TextOrder
from adapters.phone.providers import FIRST_PAUSE, LONGEST_PAUSE
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable
from structlog.testing import capture_logs

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.server import FakeProvider, Fault, broken, refusal, silence, too_many
from tests.integration.phone_out.stage import ANA, PUBLIC_URL, providers_of

TEXT = TextOrder(ANA, f"{PUBLIC_URL}/phone/status?key=k", "hello")
CALL = CallOrder(ANA, f"{PUBLIC_URL}/phone/status", f"{PUBLIC_URL}/phone/machine", 110, twiml="<Response/>")


async def pass_(clock: ManualClock, time: timedelta) -> None:
    waiting = asyncio.create_task(clock.sleep_until(clock.now() + time))
    await clock.advance(time.total_seconds())
    await waiting


async def test_the_first_is_used_while_it_works(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        await providers.place_call(CALL)
    assert (len(provider.texts), len(provider.calls), second.asked) == (1, 1, [])


@pytest.mark.slow
@pytest.mark.parametrize("fault", [broken(500), silence()], ids=["5xx", "timeout"])
async def test_failing_once_is_tried_again_at_once(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock, fault: Fault
) -> None:
    provider.fail("Messages", fault)
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        await providers.send_text(TEXT)
    assert (len(provider.asked), second.asked) == (3, [])


@pytest.mark.slow
@pytest.mark.parametrize("fault", [broken(500), silence()], ids=["5xx", "timeout"])
async def test_failing_twice_brings_in_the_next(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock, fault: Fault
) -> None:
    provider.fail("Calls", fault, fault)
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.place_call(CALL)
        await providers.send_text(TEXT)
    assert len(provider.asked) == 2
    assert second.calls[0]["From"] == second.account.number
    assert len(second.texts) == 1


async def test_nobody_answering_brings_in_the_next(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    await provider.go_away()
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
    assert len(second.texts) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusal(400, 21211, "Invalid"), Unreachable),
        (refusal(401, 20003, "Authenticate"), Temporary),
        (refusal(404, 20404, "not found"), Temporary),
        (too_many("3"), RateLimited),
    ],
)
async def test_a_refusal_is_no_reason_to_switch(
    provider: FakeProvider,
    second: FakeProvider,
    clock: ManualClock,
    fault: Fault,
    kind: type[DeliveryError],
) -> None:
    provider.fail("Messages", fault, fault)
    async with providers_of(provider, second, clock=clock) as providers:
        for _ in range(2):
            with pytest.raises(kind):
                await providers.send_text(TEXT)
        await providers.send_text(TEXT)
    assert (len(provider.asked), second.asked) == (3, [])


async def test_a_probe_brings_the_first_back(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", broken(), broken())
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        await pass_(clock, FIRST_PAUSE - timedelta(seconds=1))
        await providers.send_text(TEXT)
        assert (len(provider.asked), len(second.texts)) == (2, 2)
        await pass_(clock, timedelta(seconds=1))
        await providers.send_text(TEXT)
        await providers.send_text(TEXT)
    assert [each.method for each in provider.asked] == ["POST", "POST", "GET", "POST", "POST"]
    assert (len(provider.texts), len(second.texts)) == (2, 2)


async def test_a_failed_probe_is_repeated_after_twice_the_time(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", broken(), broken())
    provider.fail("Account", broken())
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        await pass_(clock, FIRST_PAUSE)
        await providers.send_text(TEXT)
        await pass_(clock, 2 * FIRST_PAUSE - timedelta(seconds=1))
        await providers.send_text(TEXT)
        assert (len(provider.asked), len(second.texts)) == (3, 3)
        await pass_(clock, timedelta(seconds=1))
        await providers.send_text(TEXT)
    assert len(provider.texts) == 1


async def test_the_pause_has_a_longest(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", broken(), broken())
    provider.fail("Account", *[broken()] * 8)
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        for _ in range(9):
            await pass_(clock, LONGEST_PAUSE)
            await providers.send_text(TEXT)
    assert len(provider.texts) == 1


async def test_whoever_works_again_is_soon_probed_the_next_time(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", broken(), broken(), broken(), broken())
    provider.fail("Account", broken())
    async with providers_of(provider, second, clock=clock) as providers:
        for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE, FIRST_PAUSE):
            await providers.send_text(TEXT)
            await pass_(clock, pause)
        await providers.send_text(TEXT)
    assert (len(provider.texts), len(second.texts)) == (1, 3)


@pytest.mark.slow
async def test_only_one_of_many_probes(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", broken(), broken())
    provider.fail("Account", silence())
    async with providers_of(provider, second, clock=clock) as providers:
        await providers.send_text(TEXT)
        await pass_(clock, FIRST_PAUSE)
        await asyncio.gather(*(providers.send_text(TEXT) for _ in range(3)))
    assert [each.method for each in provider.asked] == ["POST", "POST", "GET"]
    assert len(second.texts) == 4


async def test_both_down(provider: FakeProvider, second: FakeProvider, clock: ManualClock) -> None:
    """Then both have another chance at once: whichever works again first is used."""
    provider.fail("Messages", broken(), broken())
    second.fail("Messages", broken())
    async with providers_of(provider, second, clock=clock) as providers:
        with pytest.raises(Temporary):
            await providers.send_text(TEXT)
        assert (len(provider.asked), len(second.asked)) == (2, 1)
        await providers.send_text(TEXT)
    assert (len(provider.texts), len(second.texts)) == (1, 0)


@pytest.mark.slow
@pytest.mark.parametrize("faults", [(silence(), broken()), (broken(), silence())])
async def test_doubt_outlasts_a_certain_failure(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock, faults: tuple[Fault, Fault]
) -> None:
    """The first may have done it, though the second certainly did not."""
    provider.fail("Messages", *faults)
    second.fail("Messages", broken())
    async with providers_of(provider, second, clock=clock) as providers:
        with pytest.raises(OutcomeUnknown):
            await providers.send_text(TEXT)
    assert len(provider.texts) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "kind"), [(broken(), Temporary), (silence(), OutcomeUnknown)])
async def test_one_alone_is_not_asked_twice(
    provider: FakeProvider, clock: ManualClock, fault: Fault, kind: type[DeliveryError]
) -> None:
    provider.fail("Messages", fault)
    async with providers_of(provider, clock=clock) as providers:
        with pytest.raises(kind):
            await providers.send_text(TEXT)
        await providers.send_text(TEXT)
    assert [each.method for each in provider.asked] == ["POST", "POST"]


async def test_each_change_is_said_once(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    provider.fail("Messages", *[broken()] * 6)
    provider.fail("Account", broken())
    async with providers_of(provider, second, clock=clock) as providers:
        with capture_logs() as said:
            await asyncio.gather(*(providers.send_text(TEXT) for _ in range(3)))
            await pass_(clock, FIRST_PAUSE)
            await providers.send_text(TEXT)
            await pass_(clock, LONGEST_PAUSE)
            await providers.send_text(TEXT)
    name = f"127.0.0.1 ({provider.account.number})"
    assert [(each["event"], each["log_level"], each["provider"]) for each in said] == [
        ("phone provider fails, the next is used", "warning", name),
        ("phone provider works again", "info", name),
    ]
