"""The token is a part of every address, and yet it is nowhere to be read."""

import asyncio
import logging
import traceback

import pytest
from adapters.telegram.app import TelegramApp
from adapters.telegram.wire import Client, guard_logs, redacted
from bot.errors import DeliveryError

from tests.fakes.telegram_server import TOKEN, FakeTelegram, Fault, bad_gateway, cut
from tests.fakes.telegram_world import Chat, User
from tests.fakes.turns import MyTurn
from tests.integration.telegram.stage import CATALOGUE, ManualClock, RecordingInbox, running, settings
from tests.integration.telegram.test_channel import post

SECRET_HALF = TOKEN.partition(":")[2]


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    caplog.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    return caplog


async def test_not_in_the_logs_of_any_library(
    telegram: FakeTelegram,
    inbox: RecordingInbox,
    clock: ManualClock,
    acme: Chat,
    customer: User,
    everything_logged: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    telegram.fail("sendMessage", cut(), bad_gateway(), Fault(status=200, body="no JSON"))
    async with running(TelegramApp(settings(telegram), inbox, clock, CATALOGUE, MyTurn())) as app:
        await telegram.people.say(acme, customer, "black")
        await inbox.until(lambda: inbox.committed)
        for _ in range(3):
            with pytest.raises(DeliveryError) as caught:
                await app.channel.send(post())
            assert SECRET_HALF not in "".join(traceback.format_exception(caught.value))
    assert "/bot424242:***/sendMessage" in everything_logged.text
    assert SECRET_HALF not in everything_logged.text + capsys.readouterr().out


async def test_a_refused_token_is_not_shown(
    telegram: FakeTelegram,
    inbox: RecordingInbox,
    clock: ManualClock,
    everything_logged: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The library's own message for this quotes the whole token."""
    wrong = "424242:AAanother-token"
    app = TelegramApp(settings(telegram, token=wrong), inbox, clock, CATALOGUE, MyTurn())
    task = asyncio.create_task(app.run())
    await clock.advance(1)
    app.stop()
    await task
    await app.close()
    shown = everything_logged.text + capsys.readouterr().out
    assert "rejected" in shown
    assert "AAanother-token" not in shown
    assert set(telegram.violations) == {"wrong token"}
    telegram.violations.clear()


def test_tracebacks_in_library_logs_are_redacted_too(everything_logged: pytest.LogCaptureFixture) -> None:
    guard_logs(TOKEN)
    try:
        raise ValueError(f"cannot read https://api.telegram.org/bot{TOKEN}/getMe")
    except ValueError:
        logging.getLogger("telegram.Bot").exception("failed")
    assert "cannot read" in everything_logged.text
    assert SECRET_HALF not in everything_logged.text


async def test_the_bot_does_not_show_its_token(telegram: FakeTelegram) -> None:
    client = Client(settings(telegram))
    assert SECRET_HALF not in f"{client.bot!r} {client.bot}"
    await client.close()


@pytest.mark.parametrize("quoted", ["bot1:abc/getMe", "bot1%3Aabc/getMe", "(1:abc)", "[token=1:abc]"])
def test_redaction_survives_quoting(quoted: str) -> None:
    assert "abc" not in redacted(quoted, "1:abc")
