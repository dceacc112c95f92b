"""Slack's events in the core's words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from adapters.slack.inbound import people_in, translate
from adapters.slack.message import Heard, instant
from adapters.slack.people import Identity, Profile
from bot.inbound import (
    Address,
    Attachment,
    ConversationMigrated,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
)

from tests.fakes import slack_events as said
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_world import BOT_ID, BOT_USER, TEAM

ME = Identity(TEAM, BOT_USER, BOT_ID)
KNOWN = {
    "U1": Profile("Alice", TEAM),
    "U2": Profile("Eve", TEAM),
    "U9": Profile("Wang Li (Acme)", said.OTHER_TEAM),
}


def read(event: Json, me: Identity = ME) -> Inbound | None:
    body = said.callback(event)
    return translate(Heard(body, body["event"], me, KNOWN))


def posted(event: Json) -> MessagePosted:
    item = read(event)
    assert isinstance(item, MessagePosted)
    return item


def test_a_message() -> None:
    assert posted(said.message("C1", "U1", "video is black", ts="1780000000.000100")) == MessagePosted(
        event_key="message:C1:1780000000.000100",
        at=Address("slack", "C1"),
        message_id="1780000000.000100",
        author=Person("slack", "U1", "Alice"),
        text="video is black",
        sent_at=datetime(2026, 5, 28, 20, 26, 40, 100, tzinfo=UTC),
    )


def test_a_reply_answers_its_threads_root() -> None:
    item = posted(said.reply("C1", "U1", "since noon", "1780000000.000100"))
    assert (item.reply_to, item.at.thread) == ("1780000000.000100", "1780000000.000100")


def test_a_root_with_replies_is_no_reply() -> None:
    item = posted(
        said.message("C1", "U1", "x", ts="1780000000.000100", thread_ts="1780000000.000100", reply_count=2)
    )
    assert (item.reply_to, item.at.thread) == (None, None)


def test_a_direct_message_is_private() -> None:
    assert posted(said.message("D1", "U1", "help")).private
    assert not posted(said.message("C1", "U1", "help")).private


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("a &lt;b&gt; &amp;amp; &amp;lt;", "a <b> &amp; &lt;"),
        ("ask <@U2> or <@U777>", "ask @Eve or @U777"),
        ("thanks <@U9>!", "thanks @Wang_Li_Acme!"),
        ("in <#C7|general> or <#C8|> or <#C9>", "in #general or #C8 or #C9"),
        ("<!here> <!channel|channel> <!subteam^S1|@oncall>", "@here @channel @oncall"),
        ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
        ("see <https://x.io/a?b=1&amp;c=2>", "see https://x.io/a?b=1&c=2"),
        ("see <https://x.io/|the docs>", "see the docs (https://x.io/)"),
        ("see <http://example.com|example.com>", "see example.com"),
        ("<mailto:a@x.io|a@x.io> <tel:+4930|+49 30>", "a@x.io +49 30 (tel:+4930)"),
        ("thanks :pray: :acme-logo:", "thanks 🙏 :acme-logo:"),
        ("at 12:30:45 c:x:y", "at 12:30:45 c:x:y"),
        ("`<` is not a token", "`<` is not a token"),
        ("", ""),
    ],
)
def test_text_is_made_readable(raw: str, readable: str) -> None:
    assert posted(said.message("C1", "U1", raw)).text == readable


def test_a_rich_messages_own_emoji_are_spelled_out() -> None:
    emoji = {"type": "emoji", "name": "wave", "skin_tone": 4, "unicode": "1f44b-1f3fd"}
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "hi "}, emoji]}
    blocks = [{"type": "rich_text", "elements": [section]}]
    item = posted(said.message("C1", "U1", "hi :wave::skin-tone-4: :x:", blocks=blocks))
    assert item.text == "hi 👋🏽 :x:"


@pytest.mark.parametrize(
    ("raw", "text", "addressed"),
    [
        ("<@U0BOT> ack T-12", "ack T-12", True),
        ("  <@U0BOT|dawnline>, ack", "ack", True),
        ("<@U0BOT> <@U0BOT>: assign T-1 <@U2>", "assign T-1 @U2", True),
        ("<@U0BOT>", "", True),
        ("<@U0BOT2> ack", "@U0BOT2 ack", False),
        ("somebody ask <@U0BOT>", "somebody ask @U0BOT", False),
    ],
)
def test_a_leading_mention_addresses_the_desk(raw: str, text: str, addressed: bool) -> None:
    for event in (said.message("C1", "U2", raw), said.app_mention(said.message("C1", "U2", raw))):
        item = posted(event)
        assert (item.text, item.addressed) == (text, addressed)


def test_files_are_references() -> None:
    files = [said.file("F1", "log.txt", "text/plain", 2048), {"id": "F2", "mode": "tombstone"}]
    item = posted(said.file_share("C1", "U1", "the log", files))
    assert item.text == "the log"
    assert item.attachments == (
        Attachment("F1", "log.txt", "text/plain", 2048, "https://home.slack.com/files/U1/F1/log.txt"),
        Attachment("F2", "F2"),
    )


def test_a_forwarded_message_keeps_its_words() -> None:
    shared = {"is_share": True, "author_name": "Alice", "text": "video is &lt;black&gt;", "fallback": "x"}
    preview = {"from_url": "https://x.io", "text": "a page's title"}
    item = posted(said.message("C1", "U2", "look", attachments=[shared, preview]))
    assert item.text == "look\n> Alice: video is <black>"


def test_an_integration_that_writes_into_attachments_only() -> None:
    alarm = said.bot_message("C1", "") | {
        "attachments": [{"text": "disk &gt; 90 %", "fallback": "x"}, {"fallback": "db1"}]
    }
    assert posted(alarm).text == "disk > 90 %\ndb1"


@pytest.mark.parametrize(
    "event",
    [
        said.bot_message("C1", "disk full"),
        said.message("C1", "U8", "disk full", bot_id="B0OTHER"),
        said.message("C1", "USLACKBOT", "reminder"),
    ],
)
def test_other_bots_are_known_as_bots(event: Json) -> None:
    assert posted(event).author.is_bot
    assert not posted(said.message("C1", "U1", "disk full")).author.is_bot


def test_people_of_another_workspace_carry_it() -> None:
    author = posted(said.connect_message("C1", "U9", "视频黑屏")).author
    assert author == Person("slack", "U9", "Wang Li (Acme)", said.OTHER_TEAM)


def test_an_unknown_guests_name_comes_with_the_event() -> None:
    assert posted(said.connect_message("C1", "U555", "hi")).author.name == "Wang Li"


def test_a_reaction_finds_the_workspace_in_the_profile() -> None:
    item = read(said.reaction_added("C1", "U9", "1780000000.000100", "eyes"))
    assert isinstance(item, ReactionAdded)
    assert item.author.workspace == said.OTHER_TEAM


def test_workspaces_of_our_own_enterprise_are_no_strangers() -> None:
    grid = replace(ME, enterprise="E1")
    item = read(said.connect_message("C1", "U1", "hi", team="E1"), grid)
    assert isinstance(item, MessagePosted)
    assert item.author.workspace is None


def test_an_edit() -> None:
    original = said.reply("C1", "U1", "video is blck", "1780000000.000100")
    item = read(said.message_changed(original, "video is &lt;black&gt;"))
    assert isinstance(item, MessageEdited)
    assert (item.message_id, item.text, item.author.id) == (original["ts"], "video is <black>", "U1")
    assert item.at.thread == "1780000000.000100"
    assert item.edited_at > instant(original["ts"])


def test_a_link_preview_is_no_edit() -> None:
    assert read(said.message_unfurled(said.message("C1", "U1", "see https://example.com"))) is None


@pytest.mark.parametrize("how", [said.message_deleted, said.thread_root_deleted])
def test_a_deletion(how: object) -> None:
    assert callable(how)
    original = said.message("C1", "U1", "oops")
    item = read(how(original))
    assert isinstance(item, MessageDeleted)
    assert item.message_id == original["ts"]
    assert item.author is not None
    assert item.author.id == "U1"


def test_edits_and_deletions_of_our_own_messages_are_not_heard() -> None:
    ours = said.own_message("C1", "T-1")
    assert read(said.message_changed(ours, "T-1 · acknowledged")) is None
    assert read(said.message_deleted(ours)) is None


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        ("eyes", "👀"),
        ("white_check_mark", "✅"),
        ("ticket", "🎫"),
        ("+1::skin-tone-3", "👍"),
        ("rotating_light", "🚨"),
    ],
)
def test_a_reaction_is_the_character_itself(name: str, emoji: str) -> None:
    item = read(said.reaction_added("C1", "U2", "1780000000.000100", name))
    assert isinstance(item, ReactionAdded)
    assert (item.emoji, item.message_id, item.at) == (emoji, "1780000000.000100", Address("slack", "C1"))


def test_custom_and_own_reactions_and_those_to_files_say_nothing() -> None:
    assert read(said.reaction_added("C1", "U2", "1780000000.000100", "acme-logo")) is None
    assert read(said.reaction_added("C1", BOT_USER, "1780000000.000100", "eyes")) is None
    to_file = said.reaction_added("C1", "U2", "1780000000.000100", "eyes") | {
        "item": {"type": "file", "file": "F1"}
    }
    assert read(to_file) is None


@pytest.mark.parametrize(
    "subtype", ["channel_join", "group_topic", "pinned_item", "message_replied", "bot_add"]
)
def test_slacks_own_remarks_are_no_messages(subtype: str) -> None:
    assert read(said.message("C1", "U1", "<@U1> has joined the channel", subtype=subtype)) is None


def test_a_channel_that_changes_its_id() -> None:
    changed = {
        "type": "channel_id_changed",
        "old_channel_id": "G1",
        "new_channel_id": "C1",
        "event_ts": "1780000000.0",
    }
    item = read(changed)
    assert isinstance(item, ConversationMigrated)
    assert (item.old_conversation, item.new_conversation) == ("G1", "C1")


def test_whose_names_are_worth_asking_for() -> None:
    assert set(people_in(said.callback(said.message("C1", "U1", "ask <@U2>")))) == {"U1", "U2"}
    changed = said.message_changed(said.message("C1", "U1", "x"), "ask <@U3|eve>")
    assert set(people_in(said.callback(changed))) == {"U1", "U3"}
    assert set(people_in(said.callback(said.reaction_added("C1", "U2", "1.1", "eyes")))) == {"U2"}
