"""The two channels on the real client."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest
from adapters.phone.channel import CALL_CAPABILITIES, SMS_CAPABILITIES, CallChannel, SmsChannel
from adapters.phone.providers import Providers
from adapters.phone.twiml import spoken_twiml
from bot.errors import OutcomeUnknown, RateLimited, Unreachable
from bot.inbound import Address
from bot.outgoing import Capabilities, Edit, Invite, Limit, OpenRoom, Outgoing, Pin, Post, Receipt, Spoken

from tests.fakes.manual_clock import ManualClock
from tests.fakes.phone.server import FakeProvider, lost_reply, refusal, too_many
from tests.integration.phone_out.stage import ANA, PUBLIC_URL, call, providers_of, settings, text

LINE = Address("call", ANA)


@pytest.fixture
async def providers(provider: FakeProvider, clock: ManualClock) -> AsyncIterator[Providers]:
    async with providers_of(provider, clock=clock) as made:
        yield made


@pytest.fixture
async def calls(provider: FakeProvider, providers: Providers) -> CallChannel:
    return CallChannel(settings(provider), providers)


@pytest.fixture
async def texts(provider: FakeProvider, providers: Providers) -> SmsChannel:
    return SmsChannel(settings(provider), providers)


async def test_a_page_goes_on_with_its_step(provider: FakeProvider, calls: CallChannel) -> None:
    receipt = await calls.send(call(spoken=Spoken("page", ("1042", "7"), "zh"), key="page:7/a#b"))
    (placed,) = provider.calls
    assert receipt == Receipt(LINE, placed.sid)
    assert placed.form == {
        "To": [ANA],
        "From": [provider.account.number],
        "Method": ["POST"],
        "StatusCallback": [f"{PUBLIC_URL}/phone/status?key=page%3A7%2Fa%23b"],
        "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        "Timeout": ["25"],
        "MachineDetection": ["Enable"],
        "AsyncAmd": ["true"],
        "AsyncAmdStatusCallback": [f"{PUBLIC_URL}/phone/machine?key=page%3A7%2Fa%23b"],
        "AsyncAmdStatusCallbackMethod": ["POST"],
        "TimeLimit": ["110"],
        "Url": [f"{PUBLIC_URL}/phone/voice/page/1042+7"],
    }


async def test_words_alone_are_read_out(provider: FakeProvider, calls: CallChannel) -> None:
    words = "Your code is 4 <2> & 7"
    await calls.send(call(words, spoken=Spoken(language="zh")))
    (placed,) = provider.calls
    assert placed["Twiml"] == spoken_twiml(words, "zh", settings(provider))
    assert placed["TimeLimit"] == "110"
    assert not {"Url", "Method"} & placed.form.keys()


async def test_words_that_say_nothing_of_how_are_read_in_english(
    provider: FakeProvider, calls: CallChannel
) -> None:
    await calls.send(call("hello"))
    assert provider.calls[0]["Twiml"] == spoken_twiml("hello", "en", settings(provider))


@pytest.mark.parametrize(("words", "grown"), [("&" * 1500, "&amp;"), ("a<" * 750, "a&lt;")])
async def test_words_that_grow_when_escaped_are_cut_to_fit(
    provider: FakeProvider, calls: CallChannel, words: str, grown: str
) -> None:
    await calls.send(call(words))
    assert len(provider.calls[0]["Twiml"]) <= 4000
    assert grown * 250 in provider.calls[0]["Twiml"]


async def test_the_longest_words_are_read_out_whole(provider: FakeProvider, calls: CallChannel) -> None:
    await calls.send(call("支付" * 750))
    assert "支付" * 750 in provider.calls[0]["Twiml"]


async def test_whoever_is_put_through_talks_longer(provider: FakeProvider, calls: CallChannel) -> None:
    await calls.send(call(spoken=Spoken("ring", ("CA1",))))
    assert provider.calls[0]["TimeLimit"] == "3600"
    assert provider.calls[0]["Url"] == f"{PUBLIC_URL}/phone/voice/ring/CA1"


async def test_a_text(provider: FakeProvider, texts: SmsChannel) -> None:
    receipt = await texts.send(text("T-1042 · P1: 支付失败. Reply 1", key="page:7/a b"))
    (sent,) = provider.texts
    assert receipt == Receipt(Address("sms", ANA), sent.sid)
    assert sent.form == {
        "To": [ANA],
        "From": [provider.account.number],
        "Body": ["T-1042 · P1: 支付失败. Reply 1"],
        "StatusCallback": [f"{PUBLIC_URL}/phone/status?key={quote('page:7/a b', safe='')}"],
    }


async def test_a_long_text_goes_in_order_under_its_one_key(provider: FakeProvider, texts: SmsChannel) -> None:
    receipt = await texts.send(text(f"{'a' * 1600} {'b' * 1500}\n{'c' * 200}"))
    assert [each["Body"] for each in provider.texts] == ["a" * 1600, "b" * 1500, "c" * 200]
    assert {each["StatusCallback"] for each in provider.texts} == {f"{PUBLIC_URL}/phone/status?key=page%3A1"}
    assert receipt.message_id == provider.texts[-1].sid


async def test_a_retry_goes_on_where_the_last_try_ended(provider: FakeProvider, texts: SmsChannel) -> None:
    long = text(f"{'a' * 1600} {'b' * 1600}")
    with pytest.raises(RateLimited):
        await _second_meets(provider, texts, long)
    await texts.send(long)
    assert [each["Body"][0] for each in provider.texts] == ["a", "b"]
    await texts.send(long)
    assert len(provider.texts) == 4


async def test_other_words_under_the_key_are_sent_whole(provider: FakeProvider, texts: SmsChannel) -> None:
    with pytest.raises(RateLimited):
        await _second_meets(provider, texts, text(f"{'a' * 1600} {'b' * 1600}"))
    await texts.send(text(f"{'c' * 1600} {'d' * 1600}"))
    assert [each["Body"][0] for each in provider.texts] == ["a", "c", "d"]


async def test_half_sent_texts_are_not_kept_for_ever(provider: FakeProvider, texts: SmsChannel) -> None:
    """Far more than ever wait; the oldest is then sent whole again."""
    words = f"{'a' * 1600} b"
    for number in range(66):
        with pytest.raises(RateLimited):
            await _second_meets(provider, texts, text(words, key=str(number)))
    await texts.send(text(words, key="65"))
    await texts.send(text(words, key="0"))
    assert [each["Body"][0] for each in provider.texts[66:]] == ["b", "a", "b"]


async def _second_meets(provider: FakeProvider, texts: SmsChannel, post: Post) -> None:
    """The second part is refused for now."""
    provider.fail("Messages", None, too_many("1"))
    await texts.send(post)


@pytest.mark.parametrize("words", ["", " \n\t "])
async def test_an_empty_text_is_never_sent(provider: FakeProvider, texts: SmsChannel, words: str) -> None:
    with pytest.raises(Unreachable):
        await texts.send(text(words))
    assert provider.asked == []


@pytest.mark.parametrize(
    "to",
    [
        "",
        "030 123456",
        "4930123456",
        "+0301234567",
        "+49 30 123456",
        "+49301234567890123",
        "+٤٩٣٠١٢٣٤٥٦",
        "C01",
    ],
)
async def test_what_is_no_number_is_never_asked_for(
    provider: FakeProvider, calls: CallChannel, texts: SmsChannel, to: str
) -> None:
    with pytest.raises(Unreachable):
        await calls.send(call(to=to))
    with pytest.raises(Unreachable):
        await texts.send(text(to=to))
    assert provider.asked == []


@pytest.mark.parametrize(
    ("message", "what"),
    [
        (Edit("k", LINE, "CA1", "other words"), "change what was said"),
        (OpenRoom("k", "call", "T-1", "topic"), "open rooms"),
        (Invite("k", LINE, (ANA,)), "invite"),
        (Pin("k", LINE, "CA1"), "pin"),
    ],
)
async def test_what_a_telephone_cannot_do(
    provider: FakeProvider, calls: CallChannel, texts: SmsChannel, message: Outgoing, what: str
) -> None:
    with pytest.raises(Unreachable, match=f"call: cannot {what}"):
        await calls.send(message)
    with pytest.raises(Unreachable, match=f"sms: cannot {what}"):
        await texts.send(message)
    assert provider.asked == []


async def test_errors_are_the_cores_own(
    provider: FakeProvider, calls: CallChannel, texts: SmsChannel
) -> None:
    provider.fail("Calls", lost_reply())
    provider.fail("Messages", refusal(400, 21610, "Attempt to send to unsubscribed recipient"))
    with pytest.raises(OutcomeUnknown):
        await calls.send(call())
    with pytest.raises(Unreachable):
        await texts.send(text())


async def test_limits(provider: FakeProvider, providers: Providers, texts: SmsChannel) -> None:
    channel = CallChannel(settings(provider, calls_at_once=2), providers)
    assert channel.limits(ANA) == (Limit("call:pace", 1, 1.0), Limit("call:lines", 2, 120.0))
    assert texts.limits(ANA) == (Limit("sms:pace", 1, 1.0),)


async def test_what_they_can_do(calls: CallChannel, texts: SmsChannel) -> None:
    """As the core and the played channels count on."""
    able: dict[str, Any] = {
        "direct": True,
        "sparing": True,
        "wakes": True,
        "verified": True,
        "reported": True,
    }
    able |= dict.fromkeys(["can_edit", "can_thread", "can_find", "can_ack_inline", "can_open_room"], False)
    spoken = Capabilities(**able, max_length=1500, spoken=True, lines="call:lines")
    written = Capabilities(**able, max_length=1600, coded=True)
    assert (calls.name, calls.capabilities, CALL_CAPABILITIES) == ("call", spoken, spoken)
    assert (texts.name, texts.capabilities, SMS_CAPABILITIES) == ("sms", written, written)
    assert await calls.find("page:1", LINE) is None
    assert await texts.find("page:1", LINE) is None
