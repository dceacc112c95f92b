"""Out and back: what the provider says of what it was given comes in under the same key."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from adapters.phone.app import PhoneApp
from bot.inbound import Address, Fate, Reported
from bot.outgoing import Post, Spoken
from bot.telephone import Ask, HangUp, Say, Script
from starlette.applications import Starlette

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.board import Board
from tests.fakes.phone.caller import Exchange
from tests.fakes.phone.placed import Network, answered_by, fate, progress
from tests.fakes.phone.server import FakeProvider, Placed
from tests.fakes.recording_inbox import RecordingInbox
from tests.integration.phone_out.stage import ANA, PUBLIC_URL, settings

KEY = "page:7/a b#c"
PAGE = Post(KEY, Address("call", ANA), "T-1042", spoken=Spoken("page", ("1042",), "zh"))


@pytest.fixture
async def board() -> Board:
    """It asks for a key, and hangs up once one is pressed."""
    desk = Board()
    asks = Ask((Say("4?", "en"),), "acked", ("1042",), keys="4")
    desk.says(Script((asks,)), Script((Say("thanks", "en"), HangUp())))
    return desk


@pytest.fixture
async def inbox() -> RecordingInbox:
    return RecordingInbox()


@pytest.fixture
async def app(
    provider: FakeProvider, second: FakeProvider, inbox: RecordingInbox, board: Board, clock: ManualClock
) -> AsyncIterator[PhoneApp]:
    made = PhoneApp(settings(provider, second), inbox, board, clock)
    running = asyncio.create_task(made.run())
    yield made
    made.stop()
    await running
    await made.close()


@pytest.fixture
async def told(provider: FakeProvider, app: PhoneApp) -> AsyncIterator[Network]:
    transport = httpx.ASGITransport(Starlette(routes=list(app.routes())))
    async with httpx.AsyncClient(transport=transport) as client:
        yield Network(Exchange(provider.account, PUBLIC_URL, client))


@pytest.fixture
async def placed(provider: FakeProvider, app: PhoneApp) -> Placed:
    await app.channels[0].send(PAGE)
    return provider.calls[0]


def fates(inbox: RecordingInbox) -> list[tuple[Fate, str, bool]]:
    """All that was reported, save that it is on its way. Who answered is told without a number."""
    reports = [each for each in inbox.committed if isinstance(each, Reported)]
    assert len(reports) == len(inbox.committed)
    assert {each.key.partition("#SM")[0] for each in reports} == {KEY}
    assert {each.at.conversation for each in reports} <= {ANA, ""}
    told = [(each.fate, each.reason, each.over) for each in reports]
    return [each for each in told if each[0] is not Fate.PENDING or each[2]]


async def test_a_human_hears_the_step_and_presses_a_key(
    placed: Placed, told: Network, inbox: RecordingInbox, board: Board
) -> None:
    heard = await told.taken_by_a_human(placed, "4")
    assert heard == ["4?", "thanks"]
    assert [(each.step, each.about, each.digits, each.party.number) for each in board.heard] == [
        ("page", ("1042",), "", ANA),
        ("acked", ("1042",), "4", ANA),
    ]
    assert fates(inbox) == [(Fate.DELIVERED, "human", False), (Fate.PENDING, "", True)]


async def test_an_answering_machine_is_no_human(placed: Placed, told: Network, inbox: RecordingInbox) -> None:
    await told.taken_by_a_machine(placed)
    ((first, _, over), (second, _, end)) = fates(inbox)
    assert (first, over, second, end) == (Fate.FAILED, False, Fate.PENDING, True)


@pytest.mark.parametrize("how", ["busy", "no-answer", "failed"])
async def test_nobody_picks_up(placed: Placed, told: Network, inbox: RecordingInbox, how: str) -> None:
    await told.missed(placed, how)
    assert fates(inbox) == [(Fate.FAILED, how, True)]


async def test_reports_that_come_twice_and_late_keep_their_numbers(
    provider: FakeProvider, placed: Placed, told: Network, inbox: RecordingInbox
) -> None:
    told_so = progress(provider.account, placed, "initiated", "ringing", "busy")
    await told.tell(*reversed(told_so), *told_so)
    numbers = [each.sequence for each in inbox.committed if isinstance(each, Reported)]
    assert numbers == [2, 1, 0]


@pytest.mark.parametrize(
    ("status", "became"),
    [("delivered", Fate.DELIVERED), ("undelivered", Fate.FAILED), ("failed", Fate.FAILED)],
)
async def test_a_text(
    provider: FakeProvider, app: PhoneApp, told: Network, inbox: RecordingInbox, status: str, became: Fate
) -> None:
    await app.channels[1].send(Post(KEY, Address("sms", ANA), f"{'a' * 1600} b"))
    for text in provider.texts:
        await told.tell(*fate(provider.account, text, "sent", status))
    assert [each for each, _, _ in fates(inbox)] == [became, became]


async def test_the_words_alone_are_read_out_without_asking(
    provider: FakeProvider, app: PhoneApp, told: Network, board: Board
) -> None:
    await app.channels[0].send(Post(KEY, Address("call", ANA), "your code is 4711"))
    heard = await told.taken_by_a_human(provider.calls[0])
    assert "your code is 4711" in heard[0]
    assert board.heard == []


async def test_the_second_providers_word_counts_too(
    second: FakeProvider, placed: Placed, told: Network, inbox: RecordingInbox
) -> None:
    theirs = Network(Exchange(second.account, PUBLIC_URL, told.exchange.client))
    await theirs.tell(answered_by(second.account, placed, "machine_start"))
    assert [each for each, _, _ in fates(inbox)] == [Fate.FAILED]


async def test_once_stopped_it_has_the_provider_come_again(
    provider: FakeProvider, app: PhoneApp, placed: Placed, told: Network, inbox: RecordingInbox
) -> None:
    (webhook,) = progress(provider.account, placed, "initiated")
    await told.tell(webhook)
    app.stop()
    refused = await told.exchange.post(webhook.url, webhook.form)
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert len(inbox.offered) == 1
