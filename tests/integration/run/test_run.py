"""`dawnline run` as a process: it serves, stops gracefully, and loses nothing when it is killed."""

import json
import re
import shutil
import signal
from pathlib import Path

import httpx
import pytest
from bot.clock import SystemClock

from tests.fakes import slack_events as said
from tests.fakes.slack_blocks import Json
from tests.fakes.slack_server import BOT_TOKEN, FakeSlack
from tests.fakes.slack_world import BOT_USER
from tests.fakes.small_desk import POLICY
from tests.integration.run.process import REPOSITORY, Process, dawnline
from tests.servers.ports import free_port

OUTAGE = "Production is down for everyone"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "dawnline.toml").write_text(POLICY, "utf-8")
    return tmp_path


def settings(slack: FakeSlack, port: int) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": said.SIGNING_SECRET,
        "PUBLIC_URL": "https://desk.example",
        "WEB": "off",
        "DAWNLINE_SLACK_API_URL": slack.base_url,
        "PORT": str(port),
    }


async def deliver(port: int, event: Json) -> int:
    """Slack calls the desk; the status it answers with."""
    body = json.dumps(event)
    now = int(SystemClock().now().timestamp())
    headers = {**said.JSON, **said.signature(body, now)}
    async with httpx.AsyncClient(verify=False) as client:  # noqa: S501 - loopback, without TLS
        answer = await client.post(f"http://127.0.0.1:{port}/slack/events", content=body, headers=headers)
    return answer.status_code


async def readiness(port: int) -> httpx.Response:
    async with httpx.AsyncClient(verify=False) as client:  # noqa: S501
        return await client.get(f"http://127.0.0.1:{port}/readyz")


def outage(slack: FakeSlack) -> Json:
    kept = slack.world.post(slack.world.conversations["C1"], "U1", OUTAGE)
    return said.callback(said.message("C1", "U1", OUTAGE, ts=kept["ts"]))


def receipts(slack: FakeSlack) -> list[Json]:
    return [each for each in slack.world.conversations["C1"].messages.values() if each["user"] == BOT_USER]


async def stopped(process: Process) -> None:
    assert await process.end(signal.SIGTERM) == 0, "".join(process.said)
    assert "desk stopped" in "".join(process.said)


async def test_a_desk_serves_and_stops(slack: FakeSlack, desk: Path) -> None:
    port = free_port()
    async with dawnline(desk, settings(slack, port), "run") as process:
        await process.until_it_says("slack connected")
        ready = await readiness(port)
        assert (ready.status_code, ready.json()["ready"]) == (200, True)

        assert await deliver(port, outage(slack)) == 200
        await slack.until(lambda: receipts(slack))
        await stopped(process)

    assert BOT_TOKEN not in "".join(process.said)
    slack.take_violations()


@pytest.mark.slow
async def test_a_killed_desk_remembers_what_it_confirmed(slack: FakeSlack, desk: Path) -> None:
    port = free_port()
    event = outage(slack)
    async with dawnline(desk, settings(slack, port), "run") as process:
        await process.until_it_says("slack connected")
        assert await deliver(port, event) == 200
        await process.end(signal.SIGKILL)

    async with dawnline(desk, settings(slack, port), "run") as process:
        await process.until_it_says("slack connected")
        assert await deliver(port, event) == 200  # Slack, not having heard, delivers again
        await slack.until(lambda: receipts(slack) and slack.called("conversations.create"))
        await stopped(process)

    assert len(receipts(slack)) == 1
    slack.take_violations()


async def test_a_second_desk_on_the_same_store_is_refused(slack: FakeSlack, desk: Path) -> None:
    port = free_port()
    async with dawnline(desk, settings(slack, port), "run") as first:
        await first.until_it_says("slack connected")
        async with dawnline(desk, settings(slack, free_port()), "run") as second:
            await second.until_it_says("another desk already runs")
            assert await second.child.wait() == 2


async def test_a_taken_port_is_said_so(slack: FakeSlack, desk: Path) -> None:
    port = free_port()
    async with dawnline(desk, settings(slack, port), "run") as first:
        await first.until_it_says("slack connected")
        other = desk / "other"
        other.mkdir()
        shutil.copy(desk / "dawnline.toml", other)
        async with dawnline(other, settings(slack, port), "run") as second:
            line = await second.until_it_says("PORT")
            assert str(port) in line
            assert await second.child.wait() == 2


async def test_with_no_tokens_it_says_what_is_missing_and_runs(tmp_path: Path) -> None:
    shutil.copy(REPOSITORY / "dawnline.example.toml", tmp_path / "dawnline.toml")
    async with dawnline(tmp_path, {"PORT": str(free_port())}, "run") as process:
        await process.until_it_says("desk started")
        await stopped(process)
    said_before = "".join(process.said)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "TELEGRAM_BOT_TOKEN"):
        assert name in said_before


@pytest.mark.parametrize("configured", [False, True])
async def test_only_where_nothing_is_configured_people_come_in_without_proof(
    tmp_path: Path, configured: bool
) -> None:
    name = "dawnline.toml" if configured else "dawnline.example.toml"
    shutil.copy(REPOSITORY / "dawnline.example.toml", tmp_path / name)
    port = free_port()
    async with dawnline(tmp_path, {"PORT": str(port)}, "run") as process:
        await process.until_it_says("desk started")
        here = f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(verify=False, base_url=here) as client:  # noqa: S501
            page = await client.get("/sign-in")
            csrf = re.search(r'name="csrf" value="([^"]*)"', page.text)
            assert csrf is not None
            form = {"csrf": csrf[1], "who": "engineer"}
            came = await client.post("/sign-in/try", data=form, headers={"origin": here})
        await stopped(process)
    assert ("/sign-in/try" in page.text) is not configured
    assert (came.status_code, came.headers.get("location")) == ((403, None) if configured else (303, "/desk"))


async def test_a_wrong_configuration_is_listed_whole(desk: Path) -> None:
    (desk / "dawnline.toml").write_text(POLICY.replace('architect"\nregion', 'wizard"\nregion'), "utf-8")
    async with dawnline(desk, {"PORT": "many", "SLACK_BOT_TOKEN": "nonsense"}, "run") as process:
        assert await process.child.wait() == 2
        assert process.child.stderr is not None
        faults = (await process.child.stderr.read()).decode()
    for key in ("PORT", "SLACK_BOT_TOKEN", "tier"):
        assert key in faults
    assert "Traceback" not in faults
