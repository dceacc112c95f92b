"""The Channel port on the real client."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from adapters.telegram.app import TelegramApp
from adapters.telegram.channel import TelegramChannel
from bot.errors import DeliveryError, MovedTo, OutcomeUnknown, RateLimited, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Button, Edit, Invite, Limit, OpenRoom, Pin, Post, Receipt

from tests.fakes.telegram_server import (
    TOKEN,
    FakeTelegram,
    Fault,
    bad_gateway,
    cut,
    lost_reply,
    refusal,
    too_many,
)
from tests.fakes.telegram_world import Chat, User
from tests.fakes.turns import MyTurn
from tests.integration.telegram.stage import ACME, CATALOGUE, FORUM, ManualClock, RecordingInbox, settings

GROUP = Address("telegram", str(ACME))
ACK = Button("Acknowledge", "ack T-1042")


@pytest.fixture
async def channel(
    telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock
) -> AsyncIterator[TelegramChannel]:
    app = TelegramApp(settings(telegram, forum=FORUM), inbox, clock, CATALOGUE, MyTurn())
    yield app.channel
    await app.close()


def post(text: str = "hello", at: Address = GROUP, **more: Any) -> Post:
    return Post("key-1", at, text, **more)


async def test_post(telegram: FakeTelegram, channel: TelegramChannel, acme: Chat) -> None:
    receipt = await channel.send(post("T-1042 · P1"))
    assert receipt == Receipt(GROUP, "100")
    (message,) = telegram.sent(acme)
    assert message["text"] == "T-1042 · P1"
    (call,) = telegram.called("sendMessage")
    assert json.loads(call["link_preview_options"]) == {"is_disabled": True}
    assert "parse_mode" not in call


async def test_direct_message(telegram: FakeTelegram, channel: TelegramChannel, engineer: User) -> None:
    chat = telegram.world.private(engineer)
    await channel.send(post(at=Address("telegram", "701")))
    assert len(telegram.sent(chat)) == 1


async def test_post_into_topic_as_reply(
    telegram: FakeTelegram, channel: TelegramChannel, forum: Chat, engineer: User
) -> None:
    thread = telegram.world.open_topic(forum, "Acme", engineer)
    asked = await telegram.people.say(forum, engineer, "and?", topic=thread)
    at = Address("telegram", str(FORUM), str(thread))
    receipt = await channel.send(post(at=at, reply_to=str(asked["message_id"])))
    assert receipt.at == at
    (message,) = telegram.sent(forum)
    assert message["message_thread_id"] == thread
    assert message["reply_to_message"]["message_id"] == asked["message_id"]


async def test_reply_to_a_vanished_message_is_still_posted(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    await channel.send(post(reply_to="99999"))
    assert len(telegram.sent(acme)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "<b>bold</b> <a href='http://x.example'>x</a>",
        "*bold* _it_ [x](tg://user?id=501) `code`",
        "&lt;&amp;",
        "\\n",
    ],
)
async def test_customer_words_stay_words(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat, words: str
) -> None:
    await channel.send(post(words))
    (message,) = telegram.sent(acme)
    assert message["text"] == words
    assert "entities" not in message


async def test_customer_words_mention_nobody(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    await channel.send(post("please @ana, @everyone: write to al@x.example (@bob)"))
    (message,) = telegram.sent(acme)
    assert "entities" not in message
    assert (
        message["text"].replace("\N{WORD JOINER}", "")
        == "please @ana, @everyone: write to al@x.example (@bob)"
    )
    assert "al@x.example" in message["text"]


async def test_buttons_carry_verbs(telegram: FakeTelegram, channel: TelegramChannel, acme: Chat) -> None:
    many = tuple(Button(f"B{number}", f"note T-{number}") for number in range(4))
    await channel.send(post(buttons=(ACK, *many)))
    (message,) = telegram.sent(acme)
    rows = message["reply_markup"]["inline_keyboard"]
    assert rows[0][0] == {"text": "Acknowledge", "callback_data": "v:ack T-1042"}
    assert [len(row) for row in rows] == [3, 2]


@pytest.mark.parametrize(("size", "kept"), [(62, True), (63, False)])
async def test_a_verb_too_long_costs_only_its_button(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat, size: int, kept: bool
) -> None:
    await channel.send(post(buttons=(Button("Long", "x" * size),)))
    (message,) = telegram.sent(acme)
    assert ("reply_markup" in message) is kept


async def test_long_text_is_split_at_line_ends(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    lines = [f"{number:04} " + "x" * 95 for number in range(100)]
    receipt = await channel.send(post("\n".join(lines), buttons=(ACK,), reply_to="1"))
    messages = telegram.sent(acme)
    assert "\n".join(message["text"] for message in messages) == "\n".join(lines)
    assert len(messages) == 3
    assert receipt.message_id == str(messages[0]["message_id"])
    assert ["reply_markup" in message for message in messages] == [True, False, False]


async def test_long_text_without_breaks_or_with_wide_characters(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    """Telegram counts UTF-16: each of these is two units."""
    words = "\N{GRINNING FACE}" * 5000
    await channel.send(post(words))
    assert "".join(message["text"] for message in telegram.sent(acme)) == words


async def test_a_retry_goes_on_after_the_part_that_arrived(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    long = post("a" * 4096 + "b" * 4096 + "c")
    telegram.fail("sendMessage", arrives(), arrives(), too_many(7))
    with pytest.raises(RateLimited):
        await channel.send(long)
    receipt = await channel.send(long)
    assert [message["text"][0] for message in telegram.sent(acme)] == ["a", "b", "c"]
    assert receipt.message_id == "100"


async def test_other_words_under_the_same_key_start_anew(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    telegram.fail("sendMessage", arrives(), too_many(7))
    with pytest.raises(RateLimited):
        await channel.send(post("a" * 4097))
    await channel.send(post("b" * 4097))
    assert [message["text"][0] for message in telegram.sent(acme)] == ["a", "b", "b"]


def arrives() -> Fault:
    """No fault at all: keeps the place of a call that goes well before one that does not."""
    chat = {"id": ACME, "type": "supergroup", "title": "Acme"}
    sent = {"message_id": 100, "date": 1, "chat": chat, "text": "a"}
    return Fault(executes=True, status=200, body={"ok": True, "result": sent})


async def test_edit(telegram: FakeTelegram, channel: TelegramChannel, acme: Chat) -> None:
    receipt = await channel.send(post("T-1 open", buttons=(ACK,)))
    edited = await channel.send(Edit("key-2", GROUP, receipt.message_id, "T-1 taken by @ana"))
    assert edited == receipt
    (message,) = telegram.sent(acme)
    assert message["text"] == "T-1 taken by @\N{WORD JOINER}ana"
    assert "reply_markup" not in message


@pytest.mark.usefixtures("acme")
async def test_edit_to_the_same_is_a_success(channel: TelegramChannel) -> None:
    receipt = await channel.send(post("T-1 open", buttons=(ACK,)))
    assert await channel.send(Edit("k", GROUP, receipt.message_id, "T-1 open", (ACK,))) == receipt


async def test_edit_too_long_is_shortened(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    receipt = await channel.send(post())
    await channel.send(Edit("k", GROUP, receipt.message_id, "x" * 5000))
    (message,) = telegram.sent(acme)
    assert len(message["text"]) == 4096
    assert message["text"].endswith("…")


async def test_edit_of_unknown_or_foreign_messages(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat, customer: User
) -> None:
    await telegram.people.say(acme, customer, "mine")
    for message_id in ("100", "4711"):
        with pytest.raises(Unreachable):
            await channel.send(Edit("k", GROUP, message_id, "yours"))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (refusal(403, "Forbidden: bot was kicked from the supergroup chat"), Unreachable),
        (refusal(403, "Forbidden: bot was blocked by the user"), Unreachable),
        (refusal(400, "Bad Request: chat not found"), Unreachable),
        (refusal(400, "Bad Request: TOPIC_CLOSED"), Unreachable),
        (refusal(401, "Unauthorized"), Temporary),
        (refusal(500, "Internal Server Error"), OutcomeUnknown),
        (bad_gateway(), OutcomeUnknown),
        (cut(), OutcomeUnknown),
        (lost_reply(), OutcomeUnknown),
        (Fault(status=200, body="<html>sign in to the wireless network</html>"), OutcomeUnknown),
    ],
)
@pytest.mark.usefixtures("acme")
async def test_errors_in_the_cores_words(
    telegram: FakeTelegram, channel: TelegramChannel, fault: Fault, error: type[DeliveryError]
) -> None:
    telegram.fail("sendMessage", fault)
    with pytest.raises(error) as caught:
        await channel.send(post())
    assert type(caught.value) is error
    assert TOKEN.partition(":")[2] not in repr(caught.value)


@pytest.mark.usefixtures("acme")
async def test_flood_control(telegram: FakeTelegram, channel: TelegramChannel) -> None:
    telegram.fail("sendMessage", too_many(17))
    with pytest.raises(RateLimited) as caught:
        await channel.send(post())
    assert caught.value.retry_after == timedelta(seconds=17)


@pytest.mark.usefixtures("acme")
async def test_flood_control_that_does_not_say_how_long(
    telegram: FakeTelegram, channel: TelegramChannel
) -> None:
    telegram.fail("sendMessage", Fault(status=429, body="slow down"))
    with pytest.raises(RateLimited) as caught:
        await channel.send(post())
    assert caught.value.retry_after > timedelta()


async def test_the_real_limit_of_a_group(
    telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
) -> None:
    telegram.limits_on = True
    for _ in range(20):
        await channel.send(post())
    with pytest.raises(RateLimited) as caught:
        await channel.send(post())
    assert caught.value.retry_after == timedelta(seconds=60)


async def test_group_that_became_a_supergroup(
    telegram: FakeTelegram, channel: TelegramChannel, customer: User
) -> None:
    small = telegram.world.group(-77, "Acme", [customer])
    await telegram.people.migrate(small, ACME)
    with pytest.raises(MovedTo) as caught:
        await channel.send(post(at=Address("telegram", "-77")))
    assert caught.value.conversation == str(ACME)


@pytest.mark.parametrize("conversation", ["4711", "-4711", "@acme", "C0123"])
async def test_unknown_conversation(channel: TelegramChannel, conversation: str) -> None:
    with pytest.raises(Unreachable):
        await channel.send(post(at=Address("telegram", conversation)))


@pytest.mark.parametrize("thread", ["1", "4711"])
@pytest.mark.usefixtures("forum")
async def test_unknown_topic(channel: TelegramChannel, thread: str) -> None:
    with pytest.raises(Unreachable):
        await channel.send(post(at=Address("telegram", str(FORUM), thread)))


async def test_person_who_never_pressed_start(
    telegram: FakeTelegram, channel: TelegramChannel, engineer: User
) -> None:
    telegram.world.private(engineer).statuses = {}
    with pytest.raises(Unreachable, match="initiate"):
        await channel.send(post(at=Address("telegram", "701")))


async def test_telegram_out_of_reach_is_temporary(inbox: RecordingInbox, clock: ManualClock) -> None:
    async with FakeTelegram() as gone:
        app = TelegramApp(settings(gone), inbox, clock, CATALOGUE, MyTurn())
    with pytest.raises(Temporary):
        await app.channel.send(post())
    await app.close()
    with pytest.raises(Temporary):
        await app.channel.send(post())


class TestRooms:
    ROOM = OpenRoom("room-1", "telegram", "T-1042 video is black", "P0 · @acme", people=("701", "999"))

    async def test_room_is_a_topic_that_names_the_people(
        self, telegram: FakeTelegram, channel: TelegramChannel, forum: Chat
    ) -> None:
        receipt = await channel.send(self.ROOM)
        (thread,) = forum.topics
        assert receipt == Receipt(Address("telegram", str(FORUM), str(thread)))
        assert forum.topics[thread] == "T-1042 video is black"
        (head,) = telegram.sent(forum)
        assert head["message_thread_id"] == thread
        assert head["text"] == "P0 · @\N{WORD JOINER}acme\n👥 Ana 999"
        assert [entity["user"]["id"] for entity in head["entities"]] == [701, 999]

    async def test_retry_opens_no_second_topic(
        self, telegram: FakeTelegram, channel: TelegramChannel, forum: Chat
    ) -> None:
        telegram.fail("sendMessage", too_many(3))
        with pytest.raises(RateLimited):
            await channel.send(self.ROOM)
        await channel.send(self.ROOM)
        assert len(forum.topics) == 1

    async def test_invite_names_people_at_the_right_place_in_the_text(
        self, telegram: FakeTelegram, channel: TelegramChannel, acme: Chat
    ) -> None:
        await channel.send(Invite("i", GROUP, ("501", "701")))
        (message,) = telegram.sent(acme)
        units = message["text"].encode("utf-16-le")
        spans = [(2 * each["offset"], 2 * (each["offset"] + each["length"])) for each in message["entities"]]
        assert [units[start:end].decode("utf-16-le") for start, end in spans] == ["Wei", "Ana"]

    async def test_pin(self, channel: TelegramChannel, acme: Chat) -> None:
        receipt = await channel.send(post("timeline"))
        await channel.send(Pin("p", GROUP, receipt.message_id))
        await channel.send(Pin("p", GROUP, receipt.message_id))
        assert acme.pinned == [int(receipt.message_id)]

    async def test_no_right_to_pin_or_open(self, channel: TelegramChannel, acme: Chat, forum: Chat) -> None:
        acme.rights = forum.rights = frozenset()
        receipt = await channel.send(post("timeline"))
        for refused in (Pin("p", GROUP, receipt.message_id), self.ROOM):
            with pytest.raises(Unreachable, match=r"(?i)not enough rights"):
                await channel.send(refused)

    async def test_without_a_forum_there_are_no_rooms(
        self, telegram: FakeTelegram, inbox: RecordingInbox, clock: ManualClock
    ) -> None:
        app = TelegramApp(settings(telegram), inbox, clock, CATALOGUE, MyTurn())
        assert not app.channel.capabilities.can_open_room
        with pytest.raises(Unreachable):
            await app.channel.send(self.ROOM)
        await app.close()


async def test_what_it_says_of_itself(channel: TelegramChannel) -> None:
    assert channel.name == "telegram"
    assert channel.capabilities.can_edit
    assert channel.capabilities.can_open_room
    assert not channel.capabilities.can_find
    assert await channel.find("key-1", GROUP) is None
    every = Limit("telegram", 30, 1.0)
    assert channel.limits("701") == (every, Limit("telegram:701:second", 1, 1.0))
    assert channel.limits("-7") == (
        every,
        Limit("telegram:-7:second", 1, 1.0),
        Limit("telegram:-7:minute", 20, 60.0),
    )
