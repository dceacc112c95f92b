"""The way out: what is posted, what Slack's refusals mean, and what a restart can still find."""

from dataclasses import replace
from datetime import timedelta

import pytest
from adapters.slack.channel import SlackChannel
from adapters.slack.people import Introduction
from adapters.slack.wire import SlackRefusal, new_session, web_client
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, Temporary, Unreachable
from bot.inbound import Address
from bot.outgoing import Button, Edit, Limit, Pin, Post

from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import BOT_TOKEN, FakeSlack, Fault
from tests.fakes.slack_world import World, markup, mentions

AT = Address("slack", "C1")


def post(text: str = "T-1 · P0", key: str = "k1", at: Address = AT, reply_to: str | None = None) -> Post:
    return Post(key, at, text, reply_to)


def stored(world: World, ts: str, conversation: str = "C1") -> Json:
    return world.conversations[conversation].messages[ts]


async def test_a_post(channel: SlackChannel, world: World) -> None:
    receipt = await channel.send(
        replace(post(), buttons=(Button("Acknowledge", "ack T-1"), Button("Note", "note")))
    )

    assert receipt.at == AT
    message = stored(world, receipt.message_id)
    assert message["metadata"] == {"event_type": "dawnline", "event_payload": {"key": "k1"}}
    assert (message["unfurl_links"], message["unfurl_media"], message["link_names"]) == (False, False, False)
    buttons = message["blocks"][-1]["elements"]
    assert [(button["text"]["text"], button["value"]) for button in buttons] == [
        ("Acknowledge", "ack T-1"),
        ("Note", "note"),
    ]


async def test_a_post_that_answers_goes_into_the_thread(channel: SlackChannel, world: World) -> None:
    root = world.post(world.conversations["C1"], "U1", "video is black")["ts"]
    by_reply = await channel.send(post(reply_to=root))
    by_thread = await channel.send(
        post(at=Address("slack", "C1", root), reply_to="1780000000.999999", key="k2")
    )

    for receipt in (by_reply, by_thread):
        assert receipt.at == Address("slack", "C1", root)
        assert stored(world, receipt.message_id)["thread_ts"] == root


@pytest.mark.parametrize(
    "words",
    [
        "<!channel> <!here> <!everyone> <@U2> <#C1> <!subteam^S1>",
        "@channel @here @everyone #general",
        "*bold* _it_ ~gone~ `code` ```block```",
        "<https://evil.example|your bank>",
        "&lt;!channel&gt; &amp;lt;!channel&amp;gt; :smile:",
        "https://x.io/?a=<!channel>",
        "> quote\n1. list\n• dot",
    ],
)
async def test_customer_words_stay_words(channel: SlackChannel, world: World, words: str) -> None:
    receipt = await channel.send(post(words))
    await channel.send(Edit("e1", AT, receipt.message_id, words))

    message = stored(world, receipt.message_id)
    assert (mentions(message), markup(message)) == ([], [])
    (section,) = message["blocks"]
    assert section["text"] == {"type": "plain_text", "text": words, "emoji": False}


async def test_the_judge_of_injections_sees_them(world: World) -> None:
    """Otherwise the test above proves nothing."""
    naive = {"text": "<!channel> <@U2> *bold* @here", "link_names": True}
    assert mentions(naive) == ["<!channel>", "<@U2>", "@here"]
    assert markup(naive) == ["*bold*"]


@pytest.mark.parametrize(
    "text", ["x" * 12_000, "&" * 12_000, "😀" * 6_000, "word " * 2_400, "line\n" * 2_400]
)
async def test_long_texts_arrive_whole(channel: SlackChannel, world: World, text: str) -> None:
    receipt = await channel.send(replace(post(text), buttons=(Button("Acknowledge", "ack"),)))
    sections = [block for block in stored(world, receipt.message_id)["blocks"] if block["type"] == "section"]
    shown = "".join(section["text"]["text"] for section in sections)
    assert shown.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")


async def test_an_empty_text_is_no_reason_to_lose_the_buttons(channel: SlackChannel) -> None:
    await channel.send(replace(post(""), buttons=(Button("Acknowledge", "ack"),)))


async def test_an_edit_keeps_the_key(channel: SlackChannel, world: World) -> None:
    receipt = await channel.send(replace(post(), buttons=(Button("Acknowledge", "ack"),)))
    for _ in range(2):
        again = await channel.send(Edit("e1", AT, receipt.message_id, "T-1 · acknowledged"))
    assert again == receipt

    message = stored(world, receipt.message_id)
    assert [block["type"] for block in message["blocks"]] == ["section"]
    assert message["blocks"][0]["text"]["text"] == "T-1 · acknowledged"
    assert await channel.find("k1", AT) == receipt


async def test_a_direct_message_is_opened_once(channel: SlackChannel, slack: FakeSlack, world: World) -> None:
    at = Address("slack", "U2")
    first = await channel.send(post("page 1", "k1", at))
    await channel.send(post("page 2", "k2", at))
    await channel.send(Edit("e1", at, first.message_id, "page 1, acknowledged"))

    assert first.at == Address("slack", world.direct("U2").id)
    assert len(slack.called("conversations.open")) == 1
    assert await channel.find("k2", at) is not None


async def test_a_pin_may_be_repeated(channel: SlackChannel, slack: FakeSlack, world: World) -> None:
    receipt = await channel.send(post())
    for _ in range(2):
        assert (await channel.send(Pin("p", AT, receipt.message_id))).at == AT
    assert world.conversations["C1"].pins == [receipt.message_id]
    assert slack.take_violations() == ["pins.add: already_pinned"]


async def test_one_a_second_and_channel(channel: SlackChannel) -> None:
    assert channel.limits("C1") == (Limit("slack:C1", 1, 1.0),)
    assert channel.limits("C1") != channel.limits("C2")


async def test_a_lost_reply_is_found_afterwards(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    """The one case in which trying again blindly would post twice."""
    slack.fail_next(Fault("chat.postMessage", "lose_reply"))
    with pytest.raises(OutcomeUnknown):
        await channel.send(post())

    (message,) = world.conversations["C1"].messages.values()
    found = await channel.find("k1", AT)
    assert found is not None
    assert (found.at, found.message_id) == (AT, message["ts"])
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_lost_reply_in_a_thread_is_found_there(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    root = world.post(world.conversations["C1"], "U1", "video is black")["ts"]
    slack.fail_next(Fault("chat.postMessage", "lose_reply"))
    with pytest.raises(OutcomeUnknown):
        await channel.send(post(reply_to=root))
    found = await channel.find("k1", Address("slack", "C1", root))
    assert found is not None
    assert found.at.thread == root


async def test_where_nothing_can_be_nothing_is_found(channel: SlackChannel, slack: FakeSlack) -> None:
    """A room that may or may not have been opened; a thread that is gone."""
    assert await channel.find("room:T-1", Address("slack", "")) is None
    assert await channel.find("k1", Address("slack", "C1", "1780000000.000100")) is None
    assert slack.take_violations() == ["conversations.replies: thread_not_found"]


async def test_what_was_not_posted_is_not_found(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    slack.fail_next(Fault("chat.postMessage", "cut"))
    with pytest.raises(OutcomeUnknown):
        await channel.send(post())
    world.post(world.conversations["C1"], "U1", "video is black")
    assert await channel.find("k1", AT) is None


async def test_find_looks_through_a_busy_channel(channel: SlackChannel, world: World) -> None:
    receipt = await channel.send(post())
    for number in range(450):
        world.post(world.conversations["C1"], "U1", f"chatter {number}")
    assert await channel.find("k1", AT) == receipt


@pytest.mark.parametrize("kind", ["lose_reply", "garbage", "cut"])
async def test_nothing_is_sent_twice_by_the_sdk_itself(
    channel: SlackChannel, slack: FakeSlack, world: World, kind: str
) -> None:
    slack.fail_next(Fault("chat.postMessage", kind))
    with pytest.raises(OutcomeUnknown):
        await channel.send(post())
    assert len(slack.called("chat.postMessage")) == 1


async def test_a_limit_names_its_time(channel: SlackChannel, slack: FakeSlack) -> None:
    slack.fail_next(Fault("chat.postMessage", "rate_limit", channel="C1", retry_after=37))
    with pytest.raises(RateLimited) as caught:
        await channel.send(post())
    assert caught.value.retry_after == timedelta(seconds=37)
    await channel.send(post())


async def test_too_many_a_second_are_refused(channel: SlackChannel, slack: FakeSlack, world: World) -> None:
    slack.limit_posts = True
    world.channel("C2")
    await channel.send(post())
    with pytest.raises(RateLimited):
        await channel.send(post(key="k2"))
    await channel.send(post(key="k3", at=Address("slack", "C2")))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("chat.postMessage", "status", status=503), Temporary),
        (Fault("chat.postMessage", "status", status=500), Temporary),
        (Fault("chat.postMessage", "status", status=503, error="service_unavailable"), Temporary),
        (Fault("chat.postMessage", "status", status=504), OutcomeUnknown),
        (Fault("chat.postMessage", "refuse", error="internal_error"), OutcomeUnknown),
        (Fault("chat.postMessage", "status", status=500, error="fatal_error"), OutcomeUnknown),
        (Fault("chat.postMessage", "refuse", error="ratelimited"), RateLimited),
        (Fault("chat.postMessage", "refuse", error="token_revoked"), Temporary),
        (Fault("chat.postMessage", "refuse", error="missing_scope"), Temporary),
        (Fault("chat.postMessage", "refuse", error="restricted_action"), Unreachable),
        (Fault("chat.postMessage", "refuse", error="something_new"), Unreachable),
    ],
)
async def test_what_slacks_refusals_mean(
    channel: SlackChannel, slack: FakeSlack, fault: Fault, error: type[DeliveryError]
) -> None:
    slack.fail_next(fault)
    with pytest.raises(DeliveryError) as caught:
        await channel.send(post())
    assert type(caught.value) in (error, SlackRefusal)
    assert isinstance(caught.value, error)


async def test_unreachable_conversations_say_how_to_mend_it(
    channel: SlackChannel, slack: FakeSlack, world: World
) -> None:
    world.channel("C2", bot=False)
    world.channel("C3").is_archived = True
    world.user("U8", "Gone").deleted = True
    for conversation, words in (
        ("C2", "not_in_channel; invite the app there: /invite @Dawnline"),
        ("C3", "is_archived; .*unarchive"),
        ("C404", "channel_not_found; "),
        ("U8", "user_disabled; "),
        ("U404", "user_not_found; "),
    ):
        with pytest.raises(Unreachable, match=words):
            await channel.send(post(at=Address("slack", conversation)))
    assert len(slack.take_violations()) == 5


async def test_an_edit_of_a_message_that_is_gone_is_final(channel: SlackChannel, slack: FakeSlack) -> None:
    with pytest.raises(Unreachable, match="message_not_found"):
        await channel.send(Edit("e1", AT, "1780000000.000100", "x"))
    slack.take_violations()


async def test_no_connection_means_not_sent(slack: FakeSlack, world: World) -> None:
    client = web_client(BOT_TOKEN, "http://127.0.0.1:1/api/")
    with pytest.raises(Temporary, match="cannot be reached"):
        await SlackChannel(client, Introduction(client)).send(post())


async def test_no_answer_in_time_is_unknown(slack: FakeSlack, world: World) -> None:
    slack.fail_next(Fault("chat.postMessage", "stall"))
    client = web_client(BOT_TOKEN, slack.base_url)
    async with new_session(total=0.2) as session:
        client.session = session
        channel = SlackChannel(client, Introduction(client))
        with pytest.raises(OutcomeUnknown, match="did not answer"):
            await channel.send(post())
        assert await channel.find("k1", AT) is not None
