"""Buttons and typed commands get an answer, privately where Telegram can, and never in the way."""

import pytest
from adapters.telegram.app import TelegramApp
from bot.errors import StoreError
from bot.inbound import Address, Answer, MessagePosted, VerbInvoked
from bot.outgoing import Button, Post

from tests.fakes.telegram_params import Json
from tests.fakes.telegram_server import FakeTelegram, refusal, silence, too_many
from tests.fakes.telegram_world import Chat, User
from tests.integration.telegram.stage import FORUM, ManualClock, RecordingInbox
from tests.integration.telegram.test_channel import ACK, GROUP

TAKEN = Answer("T-1042 is yours.")


@pytest.fixture
async def card(desk: TelegramApp, acme: Chat) -> int:
    """A ticket card with buttons in the customer's group."""
    buttons = (ACK, Button("Notes", "note T-1042"))
    receipt = await desk.channel.send(Post("card", GROUP, "T-1042 open", buttons=buttons))
    return int(receipt.message_id)


def toast(telegram: FakeTelegram, query: str) -> Json:
    return telegram.methods.query_answers[query]


class TestButtons:
    async def test_press(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, card: int
    ) -> None:
        inbox.answer = lambda invoked: TAKEN
        query = await telegram.people.press(acme, engineer, card, "Acknowledge")
        invoked = await inbox.next(VerbInvoked)
        assert (invoked.text, invoked.reply_to, invoked.message_id) == ("ack T-1042", str(card), None)
        assert (invoked.at, invoked.author.id, invoked.private) == (GROUP, "701", False)
        await telegram.until(lambda: query in telegram.methods.query_answers)
        assert toast(telegram, query) == {"text": "T-1042 is yours.", "show_alert": False}

    async def test_refusal_is_an_alert(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, card: int
    ) -> None:
        inbox.answer = lambda invoked: Answer("Only engineers can do that.", refused=True)
        query = await telegram.people.press(acme, customer, card, "Acknowledge")
        await telegram.until(lambda: query in telegram.methods.query_answers)
        assert toast(telegram, query)["show_alert"]

    async def test_button_in_a_topic(
        self, telegram: FakeTelegram, inbox: RecordingInbox, desk: TelegramApp, forum: Chat, engineer: User
    ) -> None:
        thread = telegram.world.open_topic(forum, "T-1042", engineer)
        at = Address("telegram", str(FORUM), str(thread))
        receipt = await desk.channel.send(Post("card", at, "T-1042", buttons=(ACK,)))
        await telegram.people.press(forum, engineer, int(receipt.message_id), "Acknowledge")
        assert (await inbox.next(VerbInvoked)).at == at

    @pytest.mark.usefixtures("desk")
    async def test_button_on_a_message_too_old_to_be_shown(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User
    ) -> None:
        await telegram.people.press_on_vanished(acme, engineer, 7, "v:ack T-1042")
        invoked = await inbox.next(VerbInvoked)
        assert (invoked.at, invoked.reply_to) == (GROUP, "7")

    async def test_long_answer_is_cut_in_the_toast_and_whole_in_private(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, card: int
    ) -> None:
        inbox.answer = lambda invoked: Answer("word " * 60)
        direct = telegram.world.private(engineer)
        query = await telegram.people.press(acme, engineer, card, "Notes")
        await telegram.until(lambda: telegram.sent(direct))
        assert toast(telegram, query)["text"].endswith("…")
        assert telegram.sent(direct)[0]["text"] == ("word " * 60).strip()
        assert len(telegram.sent(acme)) == 1

    async def test_button_pressed_before_a_long_outage(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, card: int
    ) -> None:
        """The query is too old to be answered, but what was asked for is done and said."""
        telegram.world.private(engineer)
        inbox.answer = lambda invoked: TAKEN
        telegram.fail("answerCallbackQuery", refusal(400, "Bad Request: query is too old"))
        await telegram.people.press(acme, engineer, card, "Acknowledge")
        await telegram.until(lambda: telegram.sent(telegram.world.chats[701]))
        await inbox.next(VerbInvoked)

    @pytest.mark.usefixtures("desk")
    async def test_meaningless_button_stops_spinning(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        query = await telegram.people.press_on_vanished(acme, customer, 7, "game:1")
        await telegram.until(lambda: query in telegram.methods.query_answers)
        assert inbox.offered == []

    async def test_redelivered_press_counts_once(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, card: int
    ) -> None:
        inbox.answer = lambda invoked: TAKEN
        query = await telegram.people.press(acme, engineer, card, "Acknowledge")
        pressed = telegram.updates.pending[0]["callback_query"]
        await telegram.until(lambda: query in telegram.methods.query_answers)
        await telegram.updates.put_raw({"callback_query": pressed})
        await telegram.until(lambda: len(telegram.called("answerCallbackQuery")) == 2)
        await inbox.next(VerbInvoked)
        assert len(telegram.sent(acme)) == 1

    async def test_nothing_is_said_before_the_commit(
        self,
        telegram: FakeTelegram,
        inbox: RecordingInbox,
        clock: ManualClock,
        acme: Chat,
        engineer: User,
        card: int,
    ) -> None:
        inbox.faults.append(StoreError("disk full"))
        inbox.answer = lambda invoked: TAKEN
        query = await telegram.people.press(acme, engineer, card, "Acknowledge")
        await inbox.until(lambda: inbox.offered)
        assert telegram.called("answerCallbackQuery") == []
        await clock.advance(1)
        await telegram.until(lambda: query in telegram.methods.query_answers)


@pytest.mark.usefixtures("desk")
class TestTypedCommands:
    @pytest.fixture(autouse=True)
    def answering(self, inbox: RecordingInbox) -> None:
        inbox.answer = lambda invoked: TAKEN

    async def test_answer_goes_to_the_askers_own_chat(
        self, telegram: FakeTelegram, acme: Chat, engineer: User
    ) -> None:
        """Customers read along in their group."""
        direct = telegram.world.private(engineer)
        await telegram.people.say(acme, engineer, "/tickets")
        await telegram.until(lambda: telegram.sent(direct))
        assert telegram.sent(acme) == []

    async def test_else_as_a_reply(self, telegram: FakeTelegram, acme: Chat, customer: User) -> None:
        await telegram.people.say(acme, customer, "/ack T-1042")
        await telegram.until(lambda: telegram.sent(acme))
        (reply,) = telegram.sent(acme)
        assert (reply["text"], reply["reply_to_message"]["message_id"]) == ("T-1042 is yours.", 100)

    async def test_on_the_spot_in_the_desks_own_group(
        self, telegram: FakeTelegram, forum: Chat, engineer: User
    ) -> None:
        direct = telegram.world.private(engineer)
        thread = telegram.world.open_topic(forum, "T-1042", engineer)
        await telegram.people.say(forum, engineer, "/tickets", topic=thread)
        await telegram.until(lambda: telegram.sent(forum))
        assert telegram.sent(forum)[0]["message_thread_id"] == thread
        assert telegram.sent(direct) == []

    async def test_in_a_direct_chat(self, telegram: FakeTelegram, engineer: User) -> None:
        direct = telegram.world.private(engineer)
        await telegram.people.say(direct, engineer, "/oncall")
        await telegram.until(lambda: telegram.sent(direct))

    async def test_anonymous_administrators_have_no_direct_chat(
        self, telegram: FakeTelegram, acme: Chat
    ) -> None:
        await telegram.people.say_anonymously(acme, "/help")
        await telegram.until(lambda: telegram.sent(acme))
        assert "reply_to_message" in telegram.sent(acme)[0]

    async def test_an_answer_mentions_nobody(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        inbox.answer = lambda invoked: Answer("no ticket named @ana", refused=True)
        await telegram.people.say(acme, customer, "/ack @ana")
        await telegram.until(lambda: telegram.sent(acme))
        assert "entities" not in telegram.sent(acme)[0]

    async def test_an_answer_that_hangs_holds_nobody_up(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        telegram.fail("sendMessage", silence())
        await telegram.people.say(acme, customer, "/help")
        await telegram.until(lambda: telegram.called("sendMessage"))
        await telegram.people.say(acme, customer, "video is black")
        await inbox.until(lambda: len(inbox.committed) == 2)
        assert isinstance(inbox.committed[1], MessagePosted)
        telegram.hang_up()

    async def test_an_answer_that_is_refused_is_given_up(
        self, telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
    ) -> None:
        telegram.fail("sendMessage", too_many(9))
        await telegram.people.say(acme, customer, "/help")
        await telegram.until(lambda: telegram.called("sendMessage"))
        await telegram.people.say(acme, customer, "video is black")
        await inbox.until(lambda: len(inbox.committed) == 2)
        assert telegram.sent(acme) == []
