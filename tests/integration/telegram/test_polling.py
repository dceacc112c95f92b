"""Polling: nothing is confirmed before it is committed, and nothing stops it for good."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from adapters.telegram.app import TelegramApp
from adapters.telegram.intake import ATTEMPTS
from bot.engine.presence import Turn
from bot.errors import Malformed, StoreError
from bot.inbound import Inbound, MessagePosted, Unreadable

from tests.fakes.telegram_server import FakeTelegram, Fault, bad_gateway, cut, refusal, too_many
from tests.fakes.telegram_world import Chat, User
from tests.fakes.turns import MyTurn
from tests.integration.telegram.stage import (
    CATALOGUE,
    PUBLIC_URL,
    SECRET,
    ManualClock,
    RecordingInbox,
    running,
    settings,
)


def texts(inbox: RecordingInbox) -> list[str]:
    return [item.text for item in inbox.committed if isinstance(item, MessagePosted)]


@pytest.mark.usefixtures("desk")
class TestCommitFirst:
    async def test_not_confirmed_before_the_commit(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        inbox.gate.clear()
        await telegram.people.say(acme, customer, "black")
        await inbox.until(lambda: inbox.offered)
        assert telegram.updates.confirmed == []
        assert len(telegram.called("getUpdates")) == 1
        inbox.gate.set()
        await telegram.until(lambda: telegram.updates.confirmed)

    async def test_store_outage_skips_nothing_and_keeps_the_order(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock, acme: Chat, customer: User
    ) -> None:
        inbox.faults += [StoreError("disk full")] * 3
        for words in ("one", "two", "three"):
            await telegram.people.say(acme, customer, words)
        for _ in range(3):
            assert telegram.updates.confirmed == []
            await clock.advance(30)
        await inbox.until(lambda: len(inbox.committed) == 3)
        assert texts(inbox) == ["one", "two", "three"]

    @pytest.mark.parametrize("first", ["stuck", "passes"])
    async def test_one_chat_in_trouble_does_not_hold_up_another(
        self,
        telegram: FakeTelegram,
        inbox: RecordingInbox,
        clock: ManualClock,
        acme: Chat,
        customer: User,
        first: str,
    ) -> None:
        other = telegram.world.group(-1001000000005, "Globex", [customer])
        inbox.faulty = lambda item: StoreError("locked") if getattr(item, "text", "") == "stuck" else None
        groups = {"stuck": acme, "passes": other}
        for words in sorted(groups, reverse=first == "stuck"):
            await telegram.people.say(groups[words], customer, words)
        await inbox.until(lambda: inbox.committed)
        assert texts(inbox) == ["passes"]
        inbox.faulty = lambda item: None
        await clock.advance(30)
        await inbox.until(lambda: len(inbox.committed) == 2)
        assert texts(inbox) == ["passes", "stuck"]

    async def test_redelivery_is_committed_once(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        await telegram.people.say(acme, customer, "black")
        await inbox.until(lambda: inbox.committed)
        await telegram.updates.put_raw({"message": dict(acme.messages[100])})
        await inbox.until(lambda: len(inbox.offered) == 2)
        assert texts(inbox) == ["black"]

    async def test_malformed_is_recorded_and_skipped(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        inbox.faults.append(Malformed("no such day"))
        await telegram.people.say(acme, customer, "poison")
        await telegram.people.say(acme, customer, "words")
        await inbox.until(lambda: len(inbox.committed) == 2)
        poison = inbox.committed[0]
        assert isinstance(poison, Unreadable)
        assert ("poison" in poison.raw, poison.reason) == (True, "no such day")

    async def test_malformed_even_as_unreadable_is_skipped(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        inbox.faults += [Malformed("no"), Malformed("not even so")]
        await telegram.people.say(acme, customer, "poison")
        await telegram.people.say(acme, customer, "words")
        await inbox.until(lambda: inbox.committed)
        assert texts(inbox) == ["words"]

    async def test_an_update_that_always_fails_is_set_aside(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock, acme: Chat, customer: User
    ) -> None:
        """A bug in the desk must cost one line in the ledger, not the whole channel."""

        def fault(item: Inbound) -> Exception | None:
            return (
                ZeroDivisionError("a bug")
                if isinstance(item, MessagePosted) and item.text == "poison"
                else None
            )

        inbox.faulty = fault
        await telegram.people.say(acme, customer, "poison")
        await telegram.people.say(acme, customer, "words")
        for _ in range(ATTEMPTS - 1):
            assert inbox.committed == []
            await clock.advance(30)
        await inbox.until(lambda: len(inbox.committed) == 2)
        assert isinstance(inbox.committed[0], Unreadable)
        assert texts(inbox) == ["words"]

    @pytest.mark.parametrize(
        "fault", [bad_gateway(), cut(), refusal(500, "Internal Server Error"), too_many(1)]
    )
    async def test_trouble_at_telegram_is_waited_out(
        self,
        telegram: FakeTelegram,
        inbox: RecordingInbox,
        clock: ManualClock,
        acme: Chat,
        customer: User,
        fault: Fault,
    ) -> None:
        telegram.fail("getUpdates", fault)
        await telegram.people.say(acme, customer, "one")
        await inbox.until(lambda: inbox.committed)
        await clock.advance(1)
        await telegram.people.say(acme, customer, "two")
        await inbox.until(lambda: len(inbox.committed) == 2)

    async def test_waits_as_long_as_telegram_asks(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock, acme: Chat, customer: User
    ) -> None:
        telegram.fail("getUpdates", too_many(120))
        await telegram.people.say(acme, customer, "one")
        await inbox.until(lambda: inbox.committed)
        await clock.advance(119)
        asked = len(telegram.called("getUpdates"))
        await clock.advance(1)
        await telegram.until(lambda: len(telegram.called("getUpdates")) > asked)

    async def test_comes_back_after_another_poller(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock, acme: Chat, customer: User
    ) -> None:
        telegram.fail("getUpdates", refusal(409, "Conflict: terminated by other getUpdates request"))
        await telegram.people.say(acme, customer, "one")
        await inbox.until(lambda: inbox.committed)
        await clock.advance(1)
        await telegram.people.say(acme, customer, "two")
        await inbox.until(lambda: len(inbox.committed) == 2)

    async def test_menu_is_registered_in_both_languages(self, telegram: FakeTelegram) -> None:
        english = telegram.methods.commands["default", ""]
        chinese = telegram.methods.commands["default", "zh"]
        assert [each["command"] for each in english] == [each["command"] for each in chinese]
        meaning = CATALOGUE.template("zh", "verb.ack")
        assert telegram.methods.commands["default", "zh"][0]["description"] == f"[T-12] – {meaning}"
        assert {"ack", "ticket", "override", "link", "help", "dawnline"} < {
            each["command"] for each in english
        }


class TestStartAndStop:
    @pytest.fixture
    async def app(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock
    ) -> AsyncIterator[TelegramApp]:
        app = TelegramApp(settings(telegram), inbox, clock, CATALOGUE, MyTurn())
        yield app
        await app.close()

    async def test_killed_before_the_commit_the_next_start_gets_it(
        self,
        telegram: FakeTelegram,
        inbox: RecordingInbox,
        clock: ManualClock,
        acme: Chat,
        customer: User,
        app: TelegramApp,
    ) -> None:
        inbox.gate.clear()
        await telegram.people.say(acme, customer, "black")
        task = asyncio.create_task(app.run())
        await inbox.until(lambda: inbox.offered)
        task.cancel()
        await asyncio.wait({task})
        inbox.gate.set()
        async with running(TelegramApp(settings(telegram), inbox, clock, CATALOGUE, MyTurn())):
            await inbox.until(lambda: inbox.committed)
        assert texts(inbox) == ["black"]

    async def test_graceful_stop_confirms_what_is_committed(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, app: TelegramApp
    ) -> None:
        await telegram.people.say(acme, customer, "black")
        async with running(app):
            await inbox.until(lambda: inbox.committed)
        assert telegram.updates.pending == []

    async def test_stop_finishes_the_batch_at_hand(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, app: TelegramApp
    ) -> None:
        inbox.gate.clear()
        await telegram.people.say(acme, customer, "black")
        async with running(app):
            await inbox.until(lambda: inbox.offered)
            app.stop()
            inbox.gate.set()
        assert (texts(inbox), telegram.updates.pending) == (["black"], [])

    async def test_stop_does_not_wait_for_the_store_to_heal(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, app: TelegramApp
    ) -> None:
        inbox.faulty = lambda item: StoreError("disk full")
        await telegram.people.say(acme, customer, "black")
        async with running(app):
            await inbox.until(lambda: inbox.offered)
        assert len(telegram.updates.pending) == 1

    async def test_start_outlasts_an_outage(
        self, telegram: FakeTelegram, clock: ManualClock, app: TelegramApp
    ) -> None:
        telegram.fail("getMe", bad_gateway(), refusal(401, "Unauthorized"), too_many(3))
        telegram.fail("deleteWebhook", cut())
        task = asyncio.create_task(app.run())
        for seconds in (1, 2, 4, 8):
            assert not app.ready
            await clock.advance(seconds)
        await asyncio.wait_for(app.until_ready(), 5)
        app.stop()
        await task

    async def test_stop_during_an_outage(
        self, telegram: FakeTelegram, clock: ManualClock, app: TelegramApp
    ) -> None:
        telegram.fail("getMe", bad_gateway())
        task = asyncio.create_task(app.run())
        await telegram.until(lambda: telegram.called("getMe"))
        app.stop()
        await asyncio.wait_for(task, 5)

    async def test_leftover_webhook_is_removed_and_its_updates_kept(
        self,
        telegram: FakeTelegram,
        inbox: RecordingInbox,
        clock: ManualClock,
        acme: Chat,
        customer: User,
        app: TelegramApp,
    ) -> None:
        async with running(
            TelegramApp(
                settings(telegram, public_url=PUBLIC_URL, secret=SECRET), inbox, clock, CATALOGUE, MyTurn()
            )
        ):
            await telegram.people.say(acme, customer, "black")
        async with running(app):
            await inbox.until(lambda: inbox.committed)
        assert telegram.updates.webhook is None

    async def test_stop_without_telegram_to_hear_of_it(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, app: TelegramApp
    ) -> None:
        inbox.gate.clear()
        await telegram.people.say(acme, customer, "black")
        async with running(app):
            await inbox.until(lambda: inbox.offered)
            telegram.fail("getUpdates", cut())
            app.stop()
            inbox.gate.set()
        assert texts(inbox) == ["black"]

    async def test_works_without_its_menu(self, telegram: FakeTelegram, app: TelegramApp) -> None:
        telegram.fail("setMyCommands", too_many(600))
        async with running(app):
            assert app.ready


async def test_readers_take_turns_and_every_update_is_taken_once(
    telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock, acme: Chat, customer: User
) -> None:
    """The second worker waits for its turn without touching the bot's updates."""
    mine, theirs = MyTurn(), Turn("telegram")
    first = TelegramApp(settings(telegram), inbox, clock, CATALOGUE, mine)
    second = TelegramApp(settings(telegram), inbox, clock, CATALOGUE, theirs)
    async with running(first), running(second):
        await telegram.people.say(acme, customer, "one")
        await inbox.until(lambda: len(inbox.committed) == 1)
        mine.end()
        theirs.settle(mine=True)
        await telegram.people.say(acme, customer, "two")
        await inbox.until(lambda: "two" in texts(inbox))
    assert list(dict.fromkeys(texts(inbox))) == ["one", "two"]
    keys = [each.event_key for each in inbox.committed]
    assert len(set(keys)) == 2  # what comes again has the same key, and the ledger knows it
    assert telegram.updates.pending == []
