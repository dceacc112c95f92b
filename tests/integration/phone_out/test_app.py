"""The telephone put together."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from adapters.phone.app import PhoneApp
from bot.errors import Temporary

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.board import Board
from tests.fakes.phone.server import FakeProvider, broken
from tests.fakes.recording_inbox import RecordingInbox
from tests.integration.phone_out.stage import call, settings, text


@pytest.fixture
async def app(provider: FakeProvider, clock: ManualClock) -> AsyncIterator[PhoneApp]:
    made = PhoneApp(settings(provider), RecordingInbox(), Board(), clock)
    yield made
    await made.close()


async def test_its_two_channels_send_before_it_runs(provider: FakeProvider, app: PhoneApp) -> None:
    calls, texts = app.channels
    await calls.send(call())
    await texts.send(text())
    assert (app.name, calls.name, texts.name) == ("phone", "call", "sms")
    assert (len(provider.calls), len(provider.texts)) == (1, 1)


async def test_it_is_ready_while_it_runs_whatever_the_provider_does(
    provider: FakeProvider, app: PhoneApp
) -> None:
    await provider.go_away()
    assert not app.ready
    running = asyncio.create_task(app.run())
    async with asyncio.timeout(5):
        while not app.ready:
            await asyncio.wait({running}, timeout=0.01)
        app.stop()
        await running
    assert not app.ready


async def test_both_providers_are_used(
    provider: FakeProvider, second: FakeProvider, clock: ManualClock
) -> None:
    app = PhoneApp(settings(provider, second), RecordingInbox(), Board(), clock)
    provider.fail("Calls", broken(), broken())
    for channel, post in zip(app.channels, (call(), text()), strict=True):
        await channel.send(post)
    await app.close()
    assert (len(second.calls), len(second.texts)) == (1, 1)


async def test_its_connections_are_closed_last(provider: FakeProvider, clock: ManualClock) -> None:
    app = PhoneApp(settings(provider), RecordingInbox(), Board(), clock)
    await app.close()
    with pytest.raises(Temporary):
        await app.channels[0].send(call())
