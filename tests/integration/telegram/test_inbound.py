"""What people do on Telegram, as the desk hears it."""

import pytest
from adapters.telegram.app import TelegramApp
from bot.inbound import (
    Address,
    Attachment,
    ConversationMigrated,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    Unreadable,
    VerbInvoked,
)

from tests.fakes.telegram_people import document, photo, voice
from tests.fakes.telegram_server import START, FakeTelegram
from tests.fakes.telegram_world import Chat, User
from tests.integration.telegram.stage import ACME, RecordingInbox

pytestmark = pytest.mark.usefixtures("desk")

WEI = Person("telegram", "501", "Wei")
STICKER = {
    "file_id": "s1",
    "file_unique_id": "s1",
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "\N{THUMBS UP SIGN}",
}
VENUE = {"location": {"latitude": 1.5, "longitude": 2.5}, "title": "HQ", "address": "Main St 1"}
POLL = {
    "id": "1",
    "question": "Lunch?",
    "options": [{"text": text, "voter_count": 0, "persistent_id": text} for text in ("yes", "no")],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
GROUP = Address("telegram", str(ACME))


async def test_message(telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User) -> None:
    await telegram.people.say(acme, customer, "video is black in room 42")
    assert await inbox.next(MessagePosted) == MessagePosted(
        event_key=f"424242:message:{ACME}:100",
        at=GROUP,
        message_id="100",
        author=WEI,
        text="video is black in room 42",
        sent_at=START,
    )


async def test_private_message(telegram: FakeTelegram, inbox: RecordingInbox, customer: User) -> None:
    await telegram.people.say(telegram.world.private(customer), customer, "hello?")
    posted = await inbox.next(MessagePosted)
    assert (posted.at, posted.private) == (Address("telegram", "501"), True)


async def test_reply(telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User) -> None:
    """A supergroup numbers reply chains like topics, but one cannot post into them."""
    await telegram.people.say(acme, customer, "black again")
    await telegram.people.say(acme, customer, "room 42, I mean", reply_to=100)
    await inbox.until(lambda: len(inbox.committed) == 2)
    reply = inbox.committed[1]
    assert isinstance(reply, MessagePosted)
    assert (reply.reply_to, reply.at) == ("100", GROUP)


async def test_topic_message_answers_nothing(
    telegram: FakeTelegram, inbox: RecordingInbox, forum: Chat, engineer: User
) -> None:
    thread = await telegram.people.open_topic(forum, engineer, "Acme video")
    await telegram.people.say(forum, engineer, "first words", topic=thread)
    await telegram.people.say(forum, engineer, "an answer", topic=thread, reply_to=thread + 1)
    await inbox.until(lambda: len(inbox.committed) == 2)
    first, second = inbox.committed
    assert isinstance(first, MessagePosted)
    assert isinstance(second, MessagePosted)
    assert (first.at.thread, first.reply_to) == (str(thread), None)
    assert (second.at.thread, second.reply_to) == (str(thread), str(thread + 1))


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("/ack T-1042", "ack T-1042"),
        ("/ACK@Dawnline_Bot T-1042", "ack T-1042"),
        ("/ack", "ack"),
        ("/dawnline resolve T-7 fixed", "resolve T-7 fixed"),
        ("/dawnline", "help"),
        ("/start", "start"),
        ("/update T-12 eta=2h\nStill looking.", "update T-12 eta=2h\nStill looking."),
        ("/akc T-1042", "akc T-1042"),
    ],
)
async def test_command(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, typed: str, heard: str
) -> None:
    await telegram.people.say(acme, engineer, typed)
    invoked = await inbox.next(VerbInvoked)
    assert (invoked.text, invoked.message_id, invoked.invoked_at) == (heard, "100", START)


async def test_command_as_reply(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, engineer: User
) -> None:
    await telegram.people.say(acme, customer, "video is black")
    await telegram.people.say(acme, engineer, "/ticket", reply_to=100)
    await inbox.until(lambda: len(inbox.committed) == 2)
    invoked = inbox.committed[1]
    assert isinstance(invoked, VerbInvoked)
    assert (invoked.reply_to, invoked.message_id) == ("100", "101")


async def test_command_in_a_caption_keeps_the_photo(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    await telegram.people.post(acme, customer, photo("p1", "/ticket video is black"))
    invoked = await inbox.next(VerbInvoked)
    assert invoked.text == "ticket video is black"
    assert [each.id for each in invoked.attachments] == ["p1-1280"]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("@dawnline_bot ack T-7", "ack T-7"),
        ("@Dawnline_Bot: ack", "ack"),
        ("\N{WAVING HAND SIGN} hello @dawnline_bot", "\N{WAVING HAND SIGN} hello"),
        ("@dawnline_bot /ack T-7", "ack T-7"),
        ("video @dawnline_bot\nis black", "video \nis black"),
        ("黑屏 @dawnline_bot", "黑屏"),
        ("@dawnline_bot", ""),
    ],
)
async def test_mention(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, typed: str, heard: str
) -> None:
    await telegram.people.say(acme, engineer, typed)
    posted = await inbox.next(MessagePosted)
    assert (posted.addressed, posted.text) == (True, heard)


async def test_mention_by_name_in_a_caption(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User
) -> None:
    """Somebody picked the bot from the list of members: an entity with the user, no @name."""
    picked = {"type": "text_mention", "offset": 0, "length": 8, "user": telegram.world.bot.json()}
    await telegram.people.post(acme, engineer, photo("p1", "Dawnline note") | {"caption_entities": [picked]})
    posted = await inbox.next(MessagePosted)
    assert (posted.addressed, posted.text) == (True, "note")


async def test_mention_of_others_is_no_address(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    await telegram.people.say(acme, customer, "@ana have you seen mail@dawnline_bot?")
    posted = await inbox.next(MessagePosted)
    assert not posted.addressed


async def test_edit(telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User) -> None:
    message = await telegram.people.say(acme, customer, "video is balck")
    await telegram.people.edit(acme, message, "video is black")
    await inbox.until(lambda: len(inbox.committed) == 2)
    edited = inbox.committed[1]
    assert isinstance(edited, MessageEdited)
    assert (edited.message_id, edited.text, edited.edited_at) == ("100", "video is black", START)


async def test_two_edits_in_one_second_are_two(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    message = await telegram.people.say(acme, customer, "a")
    message = await telegram.people.edit(acme, message, "b")
    await telegram.people.edit(acme, message, "c")
    await inbox.until(lambda: len(inbox.committed) == 3)


@pytest.mark.parametrize(
    ("content", "attachment", "text"),
    [
        (photo("p1", "see?"), Attachment("p1-1280", "photo", "image/jpeg", 90_000), "see?"),
        (document("d1", "a.log", "text/plain", 7), Attachment("d1", "a.log", "text/plain", 7), ""),
        (voice("v1", 3), Attachment("v1", "voice", "audio/ogg", 6_000), ""),
    ],
)
async def test_attachments(
    telegram: FakeTelegram,
    inbox: RecordingInbox,
    acme: Chat,
    customer: User,
    content: dict[str, object],
    attachment: Attachment,
    text: str,
) -> None:
    await telegram.people.post(acme, customer, content)
    posted = await inbox.next(MessagePosted)
    assert (posted.attachments, posted.text) == ((attachment,), text)


async def test_album_loses_no_photo(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    await telegram.people.send_album(acme, customer, "three views", photos=3)
    await inbox.until(lambda: len(inbox.committed) == 3)
    heard = [
        (item.text, len(item.attachments)) for item in inbox.committed if isinstance(item, MessagePosted)
    ]
    assert heard == [("three views", 1), ("", 1), ("", 1)]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"location": {"latitude": 52.5, "longitude": 13.4}}, "\N{ROUND PUSHPIN} 52.5, 13.4"),
        ({"contact": {"first_name": "Bo", "phone_number": "+491"}}, "Bo: +491"),
        ({"sticker": STICKER}, "\N{THUMBS UP SIGN}"),
        ({"venue": VENUE, "location": VENUE["location"]}, "HQ, Main St 1\n\N{ROUND PUSHPIN} 1.5, 2.5"),
        ({"poll": POLL}, "Lunch?\n- yes\n- no"),
        ({"dice": {"emoji": "\N{GAME DIE}", "value": 3}}, "\N{GAME DIE}"),
    ],
)
async def test_content_without_text(
    telegram: FakeTelegram,
    inbox: RecordingInbox,
    acme: Chat,
    customer: User,
    content: dict[str, object],
    text: str,
) -> None:
    await telegram.people.post(acme, customer, content)
    assert (await inbox.next(MessagePosted)).text == text


@pytest.mark.parametrize(("given", "heard"), [("👀", "👀"), ("💯", "✅"), ("✍", "🎫")])
async def test_reaction(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User, given: str, heard: str
) -> None:
    await telegram.people.react(acme, engineer, 100, [given], before=[])
    reaction = await inbox.next(ReactionAdded)
    assert (reaction.emoji, reaction.message_id, reaction.author.id) == (heard, "100", "701")


async def test_only_new_reactions_count(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, engineer: User
) -> None:
    await telegram.people.react(acme, engineer, 100, ["👍"], before=["👍", "👀"])
    await telegram.people.react(acme, engineer, 100, ["👍", "👀"], before=["👍"])
    assert (await inbox.next(ReactionAdded)).emoji == "👀"


async def test_migration_is_reported_once_under_one_key(
    telegram: FakeTelegram, inbox: RecordingInbox, customer: User
) -> None:
    small = telegram.world.group(-77, "Acme", [customer])
    await telegram.people.migrate(small, -1001000000077)
    await inbox.until(lambda: len(inbox.offered) == 2)
    migrated = await inbox.next(ConversationMigrated)
    assert (migrated.old_conversation, migrated.new_conversation) == ("-77", "-1001000000077")


async def test_anonymous_administrator_is_a_person_without_identity(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat
) -> None:
    await telegram.people.say_anonymously(acme, "video is black")
    posted = await inbox.next(MessagePosted)
    assert posted.author == Person("telegram", str(ACME), "Acme")


async def test_channels_speak_too(telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat) -> None:
    news = telegram.world.channel(-1001000000009, "Acme news")
    await telegram.people.say_as_channel(acme, news, "one")
    await telegram.people.forward_from_channel(acme, news, "two")
    await telegram.people.post_in_channel(news, "three")
    await inbox.until(lambda: len(inbox.committed) == 3)
    authors = {item.author for item in inbox.committed if isinstance(item, MessagePosted)}
    assert authors == {Person("telegram", "-1001000000009", "Acme news")}


async def test_none_of_our_business(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, engineer: User
) -> None:
    """Joins, leaves, commands for other bots and our own messages; only the last words here count."""
    await telegram.people.join(acme, customer)
    await telegram.people.leave(acme, customer)
    await telegram.people.say(acme, engineer, "/ack@other_bot T-1")
    await telegram.people.say(acme, telegram.world.bot, "our own words")
    await telegram.people.kick_bot(telegram.world.group(-1001000000008, "Gone"), customer)
    await telegram.people.say(acme, customer, "words")
    assert (await inbox.next(MessagePosted)).text == "words"


NOTHING_TO_HEAR = {
    "an unknown kind of update": {"holo_call": {"duration": 3}},
    "our own words, should Telegram ever send them": {
        "message": {
            "message_id": 7,
            "date": 1,
            "chat": {"id": ACME, "type": "supergroup"},
            "from": {"id": 424242, "is_bot": True, "first_name": "Dawnline"},
            "text": "T-1042 is open",
        }
    },
    "a live location that moves": {
        "edited_message": {
            "message_id": 7,
            "date": 1,
            "edit_date": 2,
            "chat": {"id": ACME, "type": "supergroup"},
            "from": {"id": 501, "is_bot": False, "first_name": "Wei"},
            "location": {"latitude": 1, "longitude": 2},
        }
    },
    "a reaction with a picture of one's own": {
        "message_reaction": {
            "chat": {"id": ACME, "type": "supergroup"},
            "message_id": 7,
            "date": 1,
            "actor_chat": {"id": ACME, "type": "supergroup"},
            "old_reaction": [],
            "new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "1"}],
        }
    },
    "a button without a message": {
        "callback_query": {
            "id": "1",
            "from": {"id": 501, "is_bot": False, "first_name": "Wei"},
            "chat_instance": "1",
            "inline_message_id": "1",
            "data": "v:ack",
        }
    },
}


@pytest.mark.parametrize("update", NOTHING_TO_HEAR.values(), ids=NOTHING_TO_HEAR.keys())
async def test_nothing_to_hear(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User, update: dict[str, object]
) -> None:
    await telegram.updates.put_raw(update)
    await telegram.people.say(acme, customer, "words")
    assert (await inbox.next(MessagePosted)).text == "words"


async def test_update_that_names_no_chat(telegram: FakeTelegram, inbox: RecordingInbox) -> None:
    await telegram.updates.put_raw({"message": {"text": "no chat, no date"}})
    assert (await inbox.next(Unreadable)).at == Address("telegram", "unknown")


async def test_unknown_kind_of_message_is_kept(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    await telegram.people.post(acme, customer, {"holo_call": {"duration": 3}, "text": ""})
    unreadable = await inbox.next(Unreadable)
    assert "holo_call" in unreadable.raw
    assert unreadable.at == GROUP


async def test_broken_update_hides_no_other(
    telegram: FakeTelegram, inbox: RecordingInbox, acme: Chat, customer: User
) -> None:
    """The library cannot parse this one; it becomes a line in the ledger and those behind it arrive."""
    await telegram.updates.put_raw({"message": {"chat": {"id": ACME}, "date": "yesterday"}})
    await telegram.people.say(acme, customer, "words")
    await inbox.until(lambda: len(inbox.committed) == 2)
    broken, _ = inbox.committed
    assert isinstance(broken, Unreadable)
    assert (broken.at, "yesterday" in broken.raw) == (GROUP, True)


async def test_with_privacy_mode_on_a_member_sees_only_commands(
    telegram: FakeTelegram, inbox: RecordingInbox, customer: User
) -> None:
    """What doctor warns of."""
    telegram.world.reads_all_messages = False
    group = telegram.world.group(-1001000000007, "Globex", [customer], bot="member")
    await telegram.people.say(group, customer, "nobody hears this")
    await telegram.people.say(group, customer, "/ticket but this")
    assert (await inbox.next(VerbInvoked)).text == "ticket but this"


async def test_desk_is_polling(desk: TelegramApp, telegram: FakeTelegram) -> None:
    assert desk.ready
    assert telegram.called("getUpdates")[0]["timeout"] == "30"
