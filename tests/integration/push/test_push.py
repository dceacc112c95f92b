"""Pages pushed to a strict ntfy server, and buttons that come back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from adapters.push.app import PushApp
from adapters.push.channel import PushChannel
from adapters.push.settings import PushSettings
from bot.errors import DeliveryError, OutcomeUnknown, RateLimited, StoreError, Temporary, Unreachable
from bot.inbound import Address, Answer, VerbInvoked
from bot.outgoing import Button, OpenRoom, Post, Sound
from starlette.applications import Starlette

from tests.fakes.manual_clock import ManualClock
from tests.fakes.ntfy_server import FakeNtfy, Fault
from tests.fakes.recording_inbox import RecordingInbox

PUBLIC = "https://desk.example"
TLS = httpx.create_ssl_context()
ACK = Button("Acknowledge", "ack T-1")
ESCALATE = Button("Escalate", "escalate T-1")


@dataclass(slots=True)
class Bench:
    server: FakeNtfy
    inbox: RecordingInbox
    clock: ManualClock
    app: PushApp
    running: asyncio.Task[None]
    device: httpx.AsyncClient

    async def press(self, label: str, message: int = -1) -> httpx.Response:
        """As the app does it."""
        actions = {each["label"]: each for each in self.server.messages[message]["actions"]}
        return await self.device.request(actions[label]["method"], actions[label]["url"])


def settings(server: FakeNtfy, public: str | None = PUBLIC) -> PushSettings:
    return PushSettings(server.url, b"secret", server.token, public, TLS)


def page(
    text: str = "P0 T-1 · Acme\nvideo is black", sound: Sound = Sound.ALARM, topic: str = "mei-x7"
) -> Post:
    return Post("page:1", Address("push", topic), text, buttons=(ACK, ESCALATE), sound=sound)


@pytest.fixture
async def server() -> AsyncIterator[FakeNtfy]:
    async with FakeNtfy(token="tk_secret") as made:
        yield made


@pytest.fixture
async def bench(server: FakeNtfy) -> AsyncIterator[Bench]:
    inbox, clock = RecordingInbox(), ManualClock()
    app = PushApp(settings(server), inbox, clock)
    running = asyncio.create_task(app.run())
    await asyncio.wait({running}, timeout=0)
    transport = httpx.ASGITransport(Starlette(routes=list(app.routes())))
    async with httpx.AsyncClient(transport=transport) as device:
        yield Bench(server, inbox, clock, app, running, device)
    app.stop()
    await running
    await app.close()
    assert server.violations == []


async def test_a_page_with_its_buttons(bench: Bench) -> None:
    receipt = await bench.app.channel.send(page())
    assert receipt.message_id == "m1"
    (message,) = bench.server.messages
    assert (message["title"], message["message"]) == ("P0 T-1 · Acme", "video is black")
    assert (message["priority"], message["topic"]) == (5, "mei-x7")
    assert [(each["label"], each["method"], each["clear"]) for each in message["actions"]] == [
        ("Acknowledge", "POST", True),
        ("Escalate", "POST", True),
    ]


@pytest.mark.parametrize(
    ("sound", "priority"), [(Sound.SILENT, 2), (Sound.NORMAL, 3), (Sound.LOUD, 4), (Sound.ALARM, 5)]
)
async def test_how_loud_it_is(bench: Bench, sound: Sound, priority: int) -> None:
    await bench.app.channel.send(page(sound=sound))
    assert bench.server.messages[0]["priority"] == priority


async def test_ntfy_takes_three_buttons(bench: Bench) -> None:
    buttons = tuple(Button(f"Button {n}", f"ack T-{n}") for n in range(4))
    await bench.app.channel.send(replace(page(), buttons=buttons))
    assert len(bench.server.messages[0]["actions"]) == 3


async def test_the_whole_desk_is_one_visitor_of_the_server(bench: Bench) -> None:
    """60 at once, then one every 5 seconds: https://docs.ntfy.sh/config/#rate-limiting"""
    (limit,) = bench.app.channel.limits("mei-x7")
    assert bench.app.channel.limits("jun-k2") == (limit,)
    assert (limit.count, limit.seconds / limit.count) == (60, 5.0)


@pytest.mark.parametrize("before", ["", "a", "ab"])
async def test_long_words_stay_a_message(bench: Bench, before: str) -> None:
    """ntfy makes a file of whatever fills its 4,096 bytes, and refuses it where files are not allowed."""
    await bench.app.channel.send(page(f"标题\n{before}{'黑屏' * 3000}"))
    assert bench.server.messages[0]["message"].endswith("…")


async def test_no_word_of_a_long_first_line_is_lost(bench: Bench) -> None:
    first = "P0 T-1 " + "a very long name " * 20 + "end"
    await bench.app.channel.send(page(f"{first}\nvideo is black"))
    await bench.app.channel.send(page("one line"))
    long, short = bench.server.messages
    assert (long["title"].endswith("…"), long["message"]) == (True, f"{first}\nvideo is black")
    assert (short["title"], short["message"]) == ("one line", "one line")


async def test_acknowledging_by_button(bench: Bench) -> None:
    bench.inbox.answer = lambda verb: Answer("You have T-1.")
    await bench.app.channel.send(page())
    answer = await bench.press("Acknowledge")
    assert (answer.status_code, answer.json()) == (200, {"text": "You have T-1."})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    verb = bench.inbox.only(VerbInvoked)
    assert (verb.text, verb.author.id, verb.at, verb.private) == (
        "ack T-1",
        "mei-x7",
        Address("push", "mei-x7"),
        True,
    )
    told = bench.server.messages[-1]
    assert (told["message"], told["priority"]) == ("You have T-1.", 2)


async def test_pressed_twice_it_is_once(bench: Bench) -> None:
    await bench.app.channel.send(page())
    await bench.press("Escalate", 0)
    await bench.press("Escalate", 0)
    assert len(bench.inbox.committed) == 1


async def test_a_no_is_said(bench: Bench) -> None:
    bench.inbox.answer = lambda verb: Answer("Jun has T-1 already.", refused=True)
    await bench.app.channel.send(page())
    assert (await bench.press("Acknowledge", 0)).status_code == 409


async def test_what_came_of_it_is_done_even_when_it_cannot_be_told(bench: Bench) -> None:
    bench.inbox.answer = lambda verb: Answer("You have T-1.")
    await bench.app.channel.send(page())
    bench.server.faults.append(Fault(500))
    assert (await bench.press("Acknowledge")).status_code == 200


async def test_whoever_only_looks_acknowledges_nothing(bench: Bench) -> None:
    await bench.app.channel.send(page())
    url = bench.server.messages[0]["actions"][0]["url"]
    assert (await bench.device.get(url)).status_code == 405
    asked = await bench.device.options(url)
    assert (asked.status_code, asked.headers["Access-Control-Allow-Methods"]) == (204, "POST")
    assert bench.inbox.offered == []


async def test_buttons_that_are_not_ours_or_worn_out(bench: Bench) -> None:
    await bench.app.channel.send(page())
    url = bench.server.messages[0]["actions"][0]["url"]
    assert (await bench.device.post(f"{url}x")).status_code == 403
    assert (await bench.device.post(f"{PUBLIC}/push/act/abc")).status_code == 403
    assert bench.app.refused == 2
    sleeper = asyncio.create_task(bench.clock.sleep_until(None))
    await bench.clock.advance(timedelta(hours=24, seconds=1).total_seconds())
    assert (await bench.device.post(url)).status_code == 410
    sleeper.cancel()
    assert bench.inbox.offered == []


async def test_not_committed_is_not_done(bench: Bench) -> None:
    bench.inbox.faults.append(StoreError("away"))
    await bench.app.channel.send(page())
    answer = await bench.press("Acknowledge")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert (await bench.press("Acknowledge")).status_code == 200


async def test_before_run_and_after_stop_nothing_is_taken(bench: Bench) -> None:
    await bench.app.channel.send(page())
    url = bench.server.messages[0]["actions"][0]["url"]
    bench.app.stop()
    await bench.running
    assert (bench.app.ready, (await bench.press("Acknowledge")).status_code) == (False, 503)
    later = PushApp(settings(bench.server), bench.inbox, bench.clock)
    transport = httpx.ASGITransport(Starlette(routes=list(later.routes())))
    async with httpx.AsyncClient(transport=transport) as device:
        assert (later.ready, (await device.post(url)).status_code) == (False, 503)
    await later.close()
    assert bench.inbox.offered == []


async def test_without_an_address_there_is_no_button(server: FakeNtfy) -> None:
    app = PushApp(settings(server, None), RecordingInbox(), ManualClock())
    await app.channel.send(page())
    await app.close()
    assert "actions" not in server.messages[0]


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault(429, {"Retry-After": "7"}), RateLimited, "7 s"),
        (Fault(429), RateLimited, "5 s"),
        (Fault(500), Temporary, "status 500"),
        (Fault(429, {"Retry-After": "86400"}), RateLimited, "600 s"),
        (Fault(401), Temporary, "refuses NTFY_TOKEN"),
        (Fault(403), Temporary, "refuses NTFY_TOKEN"),
        (Fault(404, body='{"error": "no such thing"}'), Unreachable, "no such thing"),
        (Fault(413), Unreachable, "status 413"),
        (Fault(), OutcomeUnknown, "does not answer"),
    ],
)
async def test_what_a_server_answers(
    bench: Bench, fault: Fault, kind: type[DeliveryError], words: str
) -> None:
    bench.server.faults.append(fault)
    with pytest.raises(kind, match=words) as caught:
        await bench.app.channel.send(page())
    assert type(caught.value) is kind
    assert "tk_secret" not in repr(caught.value)


async def test_a_server_that_says_nothing_leaves_it_open(server: FakeNtfy) -> None:
    channel = PushChannel(settings(server), ManualClock(), httpx.Timeout(0.2, connect=5.0))
    server.faults.append(Fault(silent=True))
    with pytest.raises(OutcomeUnknown, match="ReadTimeout"):
        await channel.send(page())
    await channel.close()


async def test_nobody_there_and_nothing_that_push_could_do(bench: Bench) -> None:
    with pytest.raises(Unreachable):
        await bench.app.channel.send(OpenRoom("k", "push", "room", "topic"))
    with pytest.raises(Unreachable, match="no topic"):
        await bench.app.channel.send(page(topic="../admin"))
    away = PushApp(PushSettings("http://127.0.0.1:9", b"s", "tk_secret", tls=TLS), bench.inbox, bench.clock)
    with pytest.raises(Temporary, match="cannot be reached") as caught:
        await away.channel.send(page())
    # The library's error carries the request, and that the token.
    assert (caught.value.__cause__, caught.value.__suppress_context__) == (None, True)
    await away.close()
