"""The whole story on Telegram: the real core, engine and store, the real client, a strict Bot API."""

import asyncio
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from bot.bootstrap import build_desk
from bot.clock import SystemClock
from bot.policy import Policy
from bot.settings import Settings
from pydantic import SecretStr

from tests.fakes.telegram_server import TOKEN, WAIT, FakeTelegram
from tests.fakes.telegram_world import Chat, User
from tests.integration.telegram.stage import FORUM

DESK = Path(__file__).parents[3] / "stories" / "desk.toml"
OUTAGE = "Everyone is affected: production is down"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(now=SystemClock().now) as server:
        yield server
    assert server.violations == []


class Desk:
    """A desk in which every engineer is on Telegram only."""

    def __init__(self, telegram: FakeTelegram, directory: Path) -> None:
        self.telegram = telegram
        data = tomllib.loads(DESK.read_text("utf-8"))
        data["desk"]["conversations"] = {"telegram": str(FORUM)}
        self.engineers: dict[str, User] = {}
        for number, engineer in enumerate(data["engineers"], start=1001):
            engineer["identities"] = {"telegram": str(number)}
            engineer["languages"] = ["en"]
            self.engineers[engineer["id"]] = telegram.world.user(number, engineer["name"])
        self.direct = [telegram.world.private(user) for user in self.engineers.values()]
        self.policy = Policy.model_validate(data)
        self.settings = Settings(
            directory=directory,
            telegram_bot_token=SecretStr(TOKEN),
            telegram_api_url=telegram.url,
            port=0,
            database_url=SecretStr(f"sqlite:///{directory}/desk.db"),
        )

    def paged(self) -> list[Chat]:
        """The direct chats in which the desk has written."""
        return [chat for chat in self.direct if self.telegram.sent(chat)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with build_desk(self.settings, self.policy) as desk:
            stop = asyncio.Event()
            task = asyncio.create_task(desk.run(stop))
            yield
            stop.set()
            await asyncio.wait_for(task, WAIT)


async def test_outage_is_paged_taken_and_told(
    telegram: FakeTelegram, tmp_path: Path, acme: Chat, forum: Chat, customer: User
) -> None:
    desk = Desk(telegram, tmp_path)
    async with desk.running():
        await telegram.people.say(acme, customer, OUTAGE)
        await telegram.until(lambda: telegram.sent(acme) and desk.paged())
        receipt, chat = telegram.sent(acme)[0], desk.paged()[0]
        assert receipt["text"].startswith("T-1 · P0")
        assert receipt["reply_to_message"]["text"] == OUTAGE
        await telegram.until(lambda: forum.topics)

        page = telegram.sent(chat)[0]
        button = page["reply_markup"]["inline_keyboard"][0][0]
        assert button["callback_data"] == "v:ack T-1"
        engineer = telegram.world.users[chat.id]
        query = await telegram.people.press(chat, engineer, page["message_id"], button["text"])
        await telegram.until(lambda: query in telegram.methods.query_answers)
        assert "T-1" in telegram.methods.query_answers[query]["text"]
        await telegram.until(lambda: any(engineer.first_name in m["text"] for m in telegram.sent(acme)))


async def test_restart_forgets_nothing_and_repeats_nothing(
    telegram: FakeTelegram, tmp_path: Path, acme: Chat, customer: User
) -> None:
    """The same message again, as after a crash before Telegram heard of the commit."""
    desk = Desk(telegram, tmp_path)
    async with desk.running():
        message = await telegram.people.say(acme, customer, OUTAGE)
        await telegram.until(lambda: telegram.sent(acme))
    await telegram.updates.put_raw({"message": message})
    async with desk.running():
        await telegram.until(lambda: not telegram.updates.pending)
    tickets = [m["text"] for m in telegram.sent(acme) if m["text"].startswith("T-")]
    assert len(tickets) == 1
