"""The provider's webhooks: signed, once, in the core's words, and never without an answer on the line."""

from collections.abc import AsyncIterator

import httpx
import pytest
from adapters.phone.form import Form
from adapters.phone.inbound import Request
from adapters.phone.line import TRIES, Line, Step
from adapters.phone.webhook import MOST
from bot.errors import StoreError
from bot.inbound import Address, CallEnded, Fate, MessagePosted, Recorded, Reported, Transcribed
from bot.telephone import Ask, GoOn, HangUp, Hold, Join, Leave, Pause, Record, Say, Script
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.manual_clock import START
from tests.fakes.phone.twiml import read
from tests.integration.phone_in.stage import DANA, PUBLIC, SETTINGS, Stage, stage

HELLO = Say("Hello Acme <Video> & “Sons”\x00\x0b 🎉", "en")
ASK = Script((Ask((HELLO, Say("请按 1", "zh")), "menu", ("0",), keys="12", hints=("outage", "故障")),))


@pytest.fixture
async def phone() -> AsyncIterator[Stage]:
    async with stage() as made:
        yield made


async def test_a_call_and_a_key(phone: Stage) -> None:
    phone.board.says(ASK, Script((HELLO, HangUp())))
    dana = phone.caller()
    await dana.ring()
    assert dana.hears == "Hello Acme <Video> & “Sons”   🎉\n请按 1"
    assert dana.languages == ("en-GB", "cmn-CN")
    await dana.press("1")
    first, second = phone.board.heard
    assert (first.step, first.party.number, first.party.textable) == ("", DANA, True)
    assert (first.call, first.heard_at, first.digits) == (dana.sid, START, "")
    assert (second.step, second.about, second.digits) == ("menu", ("0",), "1")
    assert dana.over


async def test_words_instead_of_a_key_and_nothing_at_all(phone: Stage) -> None:
    phone.board.says(ASK)
    dana = phone.caller()
    await dana.ring()
    await dana.say("It's an outage")
    await dana.silent()
    assert [(each.digits, each.speech) for each in phone.board.heard[1:]] == [
        ("", "It's an outage"),
        ("", ""),
    ]


async def test_withheld_and_forged_numbers(phone: Stage) -> None:
    for number in ("anonymous", "+266696687", ""):
        await phone.caller(number).ring()
    await phone.caller(StirVerstat="TN-Validation-Failed-C").ring()
    *withheld, forged = [each.party for each in phone.board.heard]
    assert {each.number for each in withheld} == {""}
    assert (forged.number, forged.doubtful) == (DANA, True)


async def test_every_instruction_is_twiml_that_the_provider_takes(phone: Stage) -> None:
    for line, verb in (
        (Record("message"), "Record"),
        (Hold("CA1", "hold", "left"), "Enqueue"),
        (Join("CA1", "greeting", "joined", ("CA1",)), "Dial"),
        (Leave(), "Leave"),
        (GoOn("menu", ("a b", "ü")), "Redirect"),
        (HangUp(), "Hangup"),
        (Pause(2), ""),
    ):
        phone.board.says(Script((line,)))
        dana = phone.caller()
        dana.sid = "CA1"
        answer = await dana._ask(f"{PUBLIC}/phone/voice")
        assert answer.headers["content-type"].startswith("text/xml")
        assert read(answer.content).verb == verb


async def test_what_a_step_is_about_comes_back_as_it_was(phone: Stage) -> None:
    about = ("12", "a b%&?", "ü中", "7")
    phone.board.says(Script((GoOn("page", about),)), Script((HangUp(),)))
    await phone.caller().ring()
    assert (phone.board.heard[1].step, phone.board.heard[1].about) == ("page", about)


async def test_a_message_after_the_tone(phone: Stage) -> None:
    phone.board.says(Script((Record("message"),)), Script((HELLO, HangUp())))
    dana = phone.caller()
    await dana.ring()
    recording = await dana.speak_after_the_tone(21)
    await dana.transcript(recording, "nobody can join")
    await dana.transcript(recording, "", status="failed")
    recorded, words = phone.inbox.committed
    assert isinstance(recorded, Recorded)
    assert (recorded.seconds, recorded.call, recorded.at) == (21, dana.sid, Address("call", DANA))
    assert recorded.url == f"https://provider.example/{recording[0]}"
    assert isinstance(words, Transcribed)
    assert words.text == "nobody can join"


async def test_how_a_call_ended(phone: Stage) -> None:
    dana = phone.caller()
    await dana.ring()
    await dana.hang_up(times=2)
    ended = phone.inbox.only(CallEnded)
    assert (ended.call, ended.status, ended.sequence) == (dana.sid, "completed", 1)
    await phone.exchange.post(f"{PUBLIC}/phone/status", {**dana._form(), "CallStatus": "ringing"})
    assert len(phone.inbox.committed) == 1


@pytest.mark.parametrize(
    ("told", "fate", "over"),
    [
        ({"CallStatus": "ringing"}, Fate.PENDING, False),
        ({"CallStatus": "in-progress"}, Fate.PENDING, False),
        ({"CallStatus": "completed"}, Fate.PENDING, True),
        ({"CallStatus": "busy"}, Fate.FAILED, True),
        ({"CallStatus": "no-answer"}, Fate.FAILED, True),
        ({"CallStatus": "failed"}, Fate.FAILED, True),
        ({"CallStatus": "canceled"}, Fate.FAILED, True),
        ({"MessageSid": "SM1", "MessageStatus": "sent"}, Fate.PENDING, False),
        ({"MessageSid": "SM1", "MessageStatus": "delivered"}, Fate.DELIVERED, False),
        ({"MessageSid": "SM1", "MessageStatus": "a-word-of-tomorrow"}, Fate.PENDING, False),
        ({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}, Fate.FAILED, False),
    ],
)
async def test_what_became_of_ours(phone: Stage, told: dict[str, str], fate: Fate, over: bool) -> None:
    key = "page:1:2:P0:0:mei:call"
    url = f"{PUBLIC}/phone/status?key=page%3A1%3A2%3AP0%3A0%3Amei%3Acall"
    form = {"AccountSid": phone.exchange.account.sid, "To": DANA, "SequenceNumber": "2", **told}
    assert (await phone.exchange.post(url, form)).status_code == httpx.codes.NO_CONTENT
    reported = phone.inbox.only(Reported)
    assert (reported.key.partition("#")[0], reported.fate, reported.over) == (key, fate, over)
    assert reported.at == Address("sms" if "MessageSid" in told else "call", DANA)
    assert ("30003" in reported.reason) == ("ErrorCode" in told)


@pytest.mark.parametrize(
    ("who", "fate"),
    [
        ("human", Fate.DELIVERED),
        ("machine_start", Fate.FAILED),
        ("machine_end_beep", Fate.FAILED),
        ("fax", Fate.FAILED),
        ("unknown", Fate.PENDING),
    ],
)
async def test_who_answered(phone: Stage, who: str, fate: Fate) -> None:
    form = {"AccountSid": phone.exchange.account.sid, "CallSid": "CA1", "AnsweredBy": who}
    await phone.exchange.post(f"{PUBLIC}/phone/machine?key=page%3A1", form)
    reported = phone.inbox.only(Reported)
    assert (reported.key, reported.fate, reported.sequence) == ("page:1", fate, None)


async def test_a_text(phone: Stage) -> None:
    form = {
        "AccountSid": phone.exchange.account.sid,
        "MessageSid": "SM1",
        "From": DANA,
        "To": "+4930555000",
        "Body": "video is black",
        "NumMedia": "1",
        "MediaUrl0": "https://provider.example/Media/ME1",
        "MediaContentType0": "image/png",
    }
    for _ in range(2):
        answer = await phone.exchange.post(f"{PUBLIC}/phone/sms", form)
        assert read(answer.content).says == ()
    posted = phone.inbox.only(MessagePosted)
    assert (posted.at, posted.author.id, posted.text) == (Address("sms", DANA), DANA, "video is black")
    assert [(each.name, each.content_type) for each in posted.attachments] == [("ME1", "image/png")]
    await phone.exchange.post(f"{PUBLIC}/phone/sms", {**form, "MessageSid": "SM2", "From": "MYBANK"})
    assert phone.inbox.offered[-1].at == Address("sms", "MYBANK")  # type: ignore[union-attr]


async def test_a_wrong_signature_is_refused_and_counted(phone: Stage) -> None:
    dana = phone.caller()
    dana.sid = "CA1"
    paths = ("voice", "voice/menu/0", "sms", "status?key=a", "machine?key=a", "recording", "transcript")
    for path in paths:
        answer = await phone.exchange.post(f"{PUBLIC}/phone/{path}", dana._form(), signature="bm8=")
        assert answer.status_code == httpx.codes.FORBIDDEN
    unsigned = await phone.exchange.client.post(f"{PUBLIC}/phone/voice", data=dana._form())
    assert unsigned.status_code == httpx.codes.FORBIDDEN
    assert phone.door.refused == len(paths) + 1
    assert (phone.board.heard, phone.inbox.offered) == ([], [])


async def test_a_request_that_comes_twice_has_the_same_key(phone: Stage) -> None:
    phone.board.says(ASK)
    dana = phone.caller()
    await dana.ring()
    await dana.press("1")
    await dana.again()
    await dana.press("1")
    keys = [each.event_key for each in phone.board.heard]
    assert keys[1] == keys[2]
    assert len({*keys}) == 3


async def test_without_the_providers_token_by_what_it_says(phone: Stage) -> None:
    phone.board.says(ASK)
    dana = phone.caller()
    dana.sid = "CA1"
    for digits in ("1", "1", "2"):
        form = {**dana._form(), "Digits": digits}
        url = f"{PUBLIC}/phone/voice/menu/0"
        signed = await phone.exchange.post(url, form)
        headers = {"X-Twilio-Signature": signed.request.headers["X-Twilio-Signature"]}
        await phone.exchange.client.post(url, data=form, headers=headers)
    plain = [each.event_key for each in phone.board.heard[1::2]]
    assert (plain[0] == plain[1], plain[1] == plain[2]) == (True, False)


async def test_replays_of_a_call_that_is_over_are_refused(phone: Stage) -> None:
    phone.board.says(Script(refused=True))
    dana = phone.caller()
    await dana.ring()
    assert dana.last is not None
    assert dana.last.status_code == httpx.codes.CONFLICT


async def test_while_the_store_is_away_nobody_is_hung_up_on(phone: Stage) -> None:
    """Asked again in a moment; the call's start stays what it was."""
    phone.board.faults.extend([StoreError("away"), StoreError("away")])
    phone.board.says(ASK)
    dana = phone.caller()
    await dana.ring()
    assert dana.document.verb == "Gather"
    assert [each.heard_at for each in phone.board.heard] == [START] * 3
    assert len(phone.board.heard) == 3


async def test_after_a_while_the_caller_can_at_least_say_it(phone: Stage) -> None:
    phone.board.faults.extend([StoreError("away")] * (TRIES + 1))
    dana = phone.caller()
    await dana.ring()
    assert (dana.document.verb, dana.hears) == ("Record", "Something went wrong.\n出了问题。")


async def test_a_desk_that_takes_too_long_is_asked_again_and_goes_on(phone: Stage) -> None:
    """The provider would hang up on the caller; what the desk is at is not broken off."""
    phone.board.gate.clear()
    line = Line(SETTINGS, phone.board, patience=0.01)
    form = Form({"CallSid": ("CA1",), "From": (DANA,), "To": ("+4930555000",)})
    step = Step(f"{PUBLIC}/phone/voice", "", (), {}, Request(form, "", START))
    document = read(bytes((await line.answer(step)).body))
    assert (document.verb, document.text) == (
        "Redirect",
        f"{step.again()}",
    )
    assert document.text.startswith(f"{PUBLIC}/phone/voice?try=1&since=2026-11-02T09%3A00%3A00Z&key=CA1")
    phone.board.gate.set()
    await phone.board.until_heard(1)


async def test_what_our_own_code_fails_on_is_recorded(phone: Stage) -> None:
    phone.board.faults.append(RuntimeError("a bug"))
    dana = phone.caller()
    await dana.ring()
    assert (dana.document.verb, dana.hears) == ("Record", "Something went wrong.\n出了问题。")
    await dana.speak_after_the_tone()
    assert phone.board.heard[-1].step == "message"


async def test_what_is_not_committed_must_come_again(phone: Stage) -> None:
    phone.inbox.faults.append(StoreError("away"))
    form = {"AccountSid": phone.exchange.account.sid, "MessageSid": "SM1", "From": DANA, "Body": "x"}
    answer = await phone.exchange.post(f"{PUBLIC}/phone/sms", form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


async def test_before_it_is_open_and_after(phone: Stage) -> None:
    phone.door.close()
    dana = phone.caller()
    await dana.ring()
    assert dana.last is not None
    assert dana.last.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert phone.board.heard == []


async def test_bodies_that_are_none(phone: Stage) -> None:
    url, client = f"{PUBLIC}/phone/voice", phone.exchange.client
    assert (await client.post(url, content=b"x" * (MOST + 1))).status_code == 413
    assert (await client.get(url)).status_code == 405
    answer = await phone.exchange.post(url, {"AccountSid": phone.exchange.account.sid})
    assert (answer.status_code, "CallSid" in answer.text) == (400, True)


PATHS = """voice voice/menu/0 voice/page/1 sms status status?key=a machine?key=a recording transcript"""
FIELDS = """CallSid From To CallStatus Digits SpeechResult MessageSid Body NumMedia MediaUrl0 Timestamp
SequenceNumber RecordingDuration Direction AnsweredBy MessageStatus TranscriptionText StirVerstat
QueueResult"""
FORMS = st.dictionaries(
    st.sampled_from(FIELDS.split()), st.text(st.characters(codec="utf-8"), max_size=30), max_size=10
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(PATHS.split()), FORMS)
async def test_whatever_is_signed_is_answered(path: str, form: dict[str, str]) -> None:
    async with stage() as phone:
        phone.board.says(ASK)
        answer = await phone.exchange.post(f"{PUBLIC}/phone/{path}", form)
        assert answer.status_code in (200, 204, 400)
        if answer.status_code == 200:
            read(answer.content)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=200))
async def test_whatever_is_not_signed_is_refused(body: bytes) -> None:
    async with stage() as phone:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "eA=="}
        answer = await phone.exchange.client.post(f"{PUBLIC}/phone/voice", content=body, headers=headers)
        assert answer.status_code == 403


def test_the_caller_is_strict() -> None:
    """What a provider would not understand fails here too."""
    for wrong in (
        "<Response><Say>hi",
        "<response/>",
        "<Response><Shout>hi</Shout></Response>",
        '<Response><Say volume="9">hi</Say></Response>',
        "<Response><Gather><Dial/></Gather></Response>",
        '<Response><Gather action="/menu"/></Response>',
    ):
        with pytest.raises(AssertionError):
            read(wrong)


async def test_silence_after_the_tone_is_no_recording(phone: Stage) -> None:
    form = {"AccountSid": phone.exchange.account.sid, "CallSid": "CA1", "RecordingStatus": "absent"}
    answer = await phone.exchange.post(f"{PUBLIC}/phone/recording", form)
    assert (answer.status_code, phone.inbox.offered) == (204, [])


async def test_what_was_pressed_while_the_store_was_away_is_not_lost(phone: Stage) -> None:
    phone.board.says(ASK)
    dana = phone.caller()
    await dana.ring()
    phone.board.faults.extend([StoreError("away"), StoreError("away")])
    await dana.press("2")
    first, *_, last = phone.board.heard[1:]
    assert (last.digits, last.event_key, last.step) == ("2", first.event_key, "menu")


async def test_nobody_is_asked_for_a_message_for_ever(phone: Stage) -> None:
    phone.board.faults.extend([RuntimeError("a bug")] * 2)
    dana = phone.caller()
    await dana.ring()
    await dana.speak_after_the_tone()
    assert dana.over
