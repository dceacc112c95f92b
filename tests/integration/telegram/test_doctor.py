"""Doctor: each thing that would not work is named, with the way to mend it."""

from datetime import timedelta

import pytest
from adapters.telegram.doctor import examine
from adapters.telegram.settings import TelegramSettings
from bot.findings import Finding

from tests.fakes.telegram_server import START, TOKEN, FakeTelegram, bad_gateway
from tests.fakes.telegram_world import Chat, User
from tests.integration.telegram.stage import ACME, FORUM, PUBLIC_URL, SECRET, ManualClock, settings


class Examination:
    """What doctor finds, by what it looked at."""

    def __init__(self, telegram: FakeTelegram, clock: ManualClock) -> None:
        self.telegram = telegram
        self.clock = clock

    async def found(self, chosen: TelegramSettings | None = None) -> dict[str, Finding]:
        chosen = chosen or settings(self.telegram, forum=FORUM)
        findings = examine(chosen, self.clock, {str(ACME): "acme"}, {"701": "Ana"})
        return {finding.about: finding async for finding in findings}

    async def mend(self, about: str, chosen: TelegramSettings | None = None) -> str:
        """The advice for the only thing that is wrong."""
        findings = await self.found(chosen)
        wrong = [name for name, finding in findings.items() if not finding.ok]
        assert wrong == [about]
        return findings[about].text


GROUP_CHECK = f"group {ACME} (acme)"
FORUM_CHECK = f"desk forum {FORUM}"
PEOPLE_CHECK = "direct messages to Ana"


@pytest.fixture
async def examination(
    telegram: FakeTelegram, clock: ManualClock, acme: Chat, forum: Chat, engineer: User
) -> Examination:
    telegram.world.private(engineer)
    return Examination(telegram, clock)


async def test_all_is_well(examination: Examination) -> None:
    findings = await examination.found()
    assert all(finding.ok for finding in findings.values())
    assert list(findings) == [
        "token",
        "clock",
        "privacy mode",
        "webhook",
        FORUM_CHECK,
        GROUP_CHECK,
        PEOPLE_CHECK,
    ]
    assert not examination.telegram.called("sendMessage")


async def test_refused_token(examination: Examination) -> None:
    mend = await examination.mend("token", settings(examination.telegram, token="424242:AAwrong"))
    assert "@BotFather" in mend
    assert "AAwrong" not in mend
    examination.telegram.violations.clear()


async def test_telegram_out_of_reach(examination: Examination) -> None:
    async with FakeTelegram() as gone:
        address = gone.url
    mend = await examination.mend("token", TelegramSettings(TOKEN, address))
    assert "DAWNLINE_TELEGRAM_API_URL" in mend


async def test_privacy_mode(examination: Examination) -> None:
    examination.telegram.world.reads_all_messages = False
    assert "/setprivacy" in await examination.mend("privacy mode")


@pytest.mark.parametrize(("seconds", "side"), [(-300, "ahead of"), (300, "behind")])
async def test_clock_skew(examination: Examination, seconds: int, side: str) -> None:
    examination.telegram.now = lambda: START + timedelta(seconds=seconds)
    assert f"300 s {side}" in await examination.mend("clock")


async def test_not_in_the_group(examination: Examination, telegram: FakeTelegram, acme: Chat) -> None:
    acme.statuses[telegram.world.bot.id] = "kicked"
    assert "kicked" in await examination.mend(GROUP_CHECK)


async def test_no_administrator(examination: Examination, telegram: FakeTelegram, acme: Chat) -> None:
    acme.statuses[telegram.world.bot.id] = "member"
    assert "reactions do not" in await examination.mend(GROUP_CHECK)


async def test_group_unknown(examination: Examination, telegram: FakeTelegram) -> None:
    del telegram.world.chats[ACME]
    assert "check the id" in await examination.mend(GROUP_CHECK)


async def test_group_migrated(examination: Examination, acme: Chat) -> None:
    acme.moved_to = -1001000000099
    assert "-1001000000099" in await examination.mend(GROUP_CHECK)


async def test_forum_without_topics(examination: Examination, forum: Chat) -> None:
    forum.is_forum = False
    assert "Topics" in await examination.mend(FORUM_CHECK)


async def test_forum_without_rights(examination: Examination, forum: Chat) -> None:
    forum.rights = frozenset({"can_pin_messages"})
    assert (await examination.mend(FORUM_CHECK)).endswith("Manage topics")


async def test_forum_without_administrator(
    examination: Examination, telegram: FakeTelegram, forum: Chat
) -> None:
    forum.statuses[telegram.world.bot.id] = "member"
    assert "no administrator" in await examination.mend(FORUM_CHECK)


async def test_engineer_never_pressed_start(examination: Examination, telegram: FakeTelegram) -> None:
    del telegram.world.chats[701]
    assert "press Start" in await examination.mend(PEOPLE_CHECK)


async def test_what_could_not_be_tried(examination: Examination, telegram: FakeTelegram) -> None:
    telegram.fail("getChatMember", bad_gateway())
    assert "could not be tried" in await examination.mend(FORUM_CHECK)


class TestWebhook:
    URL = PUBLIC_URL + "/telegram/webhook"

    def by_webhook(self, telegram: FakeTelegram) -> TelegramSettings:
        return settings(telegram, public_url=PUBLIC_URL, secret=SECRET)

    async def test_somebody_elses(self, examination: Examination, telegram: FakeTelegram) -> None:
        telegram.updates.webhook = {"url": "https://elsewhere.example/"}
        assert "another" in await examination.mend("webhook")

    async def test_not_registered_yet(self, examination: Examination, telegram: FakeTelegram) -> None:
        assert "start the desk" in await examination.mend("webhook", self.by_webhook(telegram))

    async def test_failing(self, examination: Examination, telegram: FakeTelegram) -> None:
        telegram.updates.webhook = {"url": self.URL}
        telegram.updates.last_error = "Wrong response from the webhook: 502 Bad Gateway"
        assert "502" in await examination.mend("webhook", self.by_webhook(telegram))

    async def test_fine(self, examination: Examination, telegram: FakeTelegram) -> None:
        telegram.updates.webhook = {"url": self.URL}
        assert (await examination.found(self.by_webhook(telegram)))["webhook"].ok
