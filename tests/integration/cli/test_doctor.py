"""`dawnline doctor` against the strict fakes: what is well, how to mend what is not, what was not tried."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from adapters.slack.manifest import BOT_SCOPES
from bot.cli.zones import disagreements, first_difference, packaged, zones_of
from bot.clock import SystemClock
from bot.settings import load_policy

from tests.fakes.oidc_provider import SECRET, FakeProvider
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, FakeSlack
from tests.fakes.telegram_server import TOKEN, FakeTelegram
from tests.integration.cli.conftest import HERE
from tests.integration.cli.terminal import Said, Terminal
from tests.servers.imap import PASSWORD as IMAP_PASSWORD
from tests.servers.imap import USER as IMAP_USER
from tests.servers.pymap_server import Pymap
from tests.servers.smtp import mail_server

NOT_SET_UP = ["email · skipped", "phone · skipped", "push · skipped"]
ENGINEERS = ("U0ADA0001", "U0LEO0001", "U0TOM0001")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    server = FakeSlack(SystemClock().now, BOT_SCOPES)
    await server.start()
    for user in ENGINEERS:
        server.world.user(user, user)
    server.world.channel("C0ACME0001", ENGINEERS)
    yield server
    await server.stop()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(now=SystemClock().now) as server:
        ada = server.world.user(1001, "Ada", "ada")
        server.world.private(ada)
        server.world.group(-1007, "Zeta", [ada])
        yield server


@pytest.fixture
def connected(desk: Terminal, slack: FakeSlack, telegram: FakeTelegram) -> Terminal:
    """The desk after the story, with both channels configured."""
    lines = (
        f"SLACK_BOT_TOKEN={BOT_TOKEN}",
        f"SLACK_APP_TOKEN={APP_TOKEN}",
        f"DAWNLINE_SLACK_API_URL={slack.base_url}",
        f"TELEGRAM_BOT_TOKEN={TOKEN}",
        f"DAWNLINE_TELEGRAM_API_URL={telegram.url}",
    )
    (desk.directory / ".env").write_text("\n".join(lines) + "\n")
    return desk


async def doctor(desk: Terminal, *words: str) -> Said:
    """In a thread of its own, for the fakes live in this one."""
    return await asyncio.to_thread(desk.ask, "doctor", *words)


def marks(said: Said, mark: str) -> list[str]:
    """What the lines with this mark are about."""
    return [line[2:].partition(": ")[0] for line in said.out.splitlines() if line.startswith(mark)]


async def test_all_is_well(connected: Terminal) -> None:
    said = await doctor(connected)
    assert (said.code, said.err, marks(said, "✗")) == (0, "", []), said.out
    well = marks(said, "✓")
    assert well[:2] == ["store · database", "time zones · database"]
    assert {"slack · scopes", "slack · conversation C0ACME0001 (acme)"} <= {*well}
    assert "slack · direct messages to Tom Okafor" in well
    assert {"telegram · token", "telegram · privacy mode", "telegram · group -1007 (zeta)"} <= {*well}


async def test_a_failure_says_how_to_mend_it_and_the_rest_is_still_tried(
    connected: Terminal, slack: FakeSlack, telegram: FakeTelegram
) -> None:
    slack.world.scopes = frozenset(BOT_SCOPES) - {"pins:write"}
    telegram.world.reads_all_messages = False
    said = await doctor(connected)
    assert said.code == 1
    assert marks(said, "✗") == ["slack · scopes", "telegram · privacy mode"]
    assert "pins:write" in said.out
    assert "/setprivacy" in said.out
    assert "telegram · group -1007 (zeta)" in marks(said, "✓")


async def test_only_so_many_groups_are_tried_and_the_rest_is_said(connected: Terminal) -> None:
    said = await doctor(connected, "--groups", "0")
    assert said.code == 0
    assert marks(said, "–") == [*NOT_SET_UP, "slack · groups", "telegram · groups"]
    assert "1 of customers' groups were not tried; --groups tries more" in said.out


async def test_json(connected: Terminal) -> None:
    found = (await doctor(connected, "--json")).json
    assert found[0]["area"] == "store"
    assert {(each["area"], each["ok"]) for each in found} == {
        ("store", True),
        ("time zones", True),
        ("slack", True),
        ("telegram", True),
        ("email", None),
        ("phone", None),
        ("push", None),
    }


def test_a_channel_that_is_not_configured_says_what_it_needs(fresh: Terminal) -> None:
    said = fresh.ask("doctor")
    assert said.code == 0
    assert marks(said, "–") == ["slack · skipped", "telegram · skipped", *NOT_SET_UP]
    assert "SLACK_BOT_TOKEN: " in said.out
    assert "@BotFather" in said.out


async def test_e_mail(fresh: Terminal) -> None:
    server = Pymap()
    await server.start()
    async with mail_server() as relay:
        address = f"{quote(IMAP_USER)}:{quote(IMAP_PASSWORD)}@localhost:{server.port}"
        lines = (f"IMAP_URL=imap://{address}", f"SMTP_URL=smtp://localhost:{relay.port}")
        (fresh.directory / ".env").write_text("\n".join(lines) + "\n")
        policy = fresh.directory / "dawnline.toml"
        policy.write_text(
            policy.read_text().replace("identities = {", 'identities = { email = "a@b.example",', 1)
        )
        said = await doctor(fresh)
    await server.stop()
    assert said.code == 0, said.out
    assert {"email · mailbox IMAP_URL", "email · relay"} <= {*marks(said, "✓")}
    assert IMAP_PASSWORD not in said.out


async def test_single_sign_on(fresh: Terminal) -> None:
    async with FakeProvider(SystemClock().now) as provider:
        lines = (f"OIDC_ISSUER={provider.issuer}", "OIDC_CLIENT_ID=desk", f"OIDC_CLIENT_SECRET='{SECRET}'")
        (fresh.directory / ".env").write_text("\n".join(lines) + "\n")
        said = await doctor(fresh)
        provider.document = {"code_challenge_methods_supported": ["plain"]}
        ill = await doctor(fresh)
    assert said.code == 0, said.out
    assert "single sign-on · issuer" in marks(said, "✓")
    assert "redirect URI: register it at the provider, to the letter: http://127.0.0.1:8080/" in said.out
    assert (ill.code, marks(ill, "✗")) == (1, ["single sign-on · PKCE"])
    assert SECRET not in said.out + ill.out


def test_a_store_that_cannot_be_opened(fresh: Terminal) -> None:
    (fresh.directory / "dawnline.db").write_text("this is no database, however long one looks at it")
    said = fresh.ask("doctor")
    assert said.code == 1
    assert marks(said, "✗") == ["store · database"]
    assert "DATABASE_URL" in said.out
    assert marks(said, "✓") == ["time zones · database"]


async def test_no_token_is_shown_whatever_goes_wrong(
    connected: Terminal, slack: FakeSlack, telegram: FakeTelegram
) -> None:
    await slack.stop()
    said = await doctor(connected)
    assert said.code == 1
    for secret in (BOT_TOKEN, APP_TOKEN, TOKEN, TOKEN.partition(":")[2]):
        assert secret not in said.out + said.err


def test_zones_that_differ_are_named_with_both_times() -> None:
    now = SystemClock().now()
    assert list(disagreements(["Europe/Berlin", "Asia/Kathmandu"], now)) == []
    at = first_difference(packaged("Europe/Berlin"), ZoneInfo("Etc/GMT-1"), now)
    assert at is not None, "Berlin has summer time"
    assert first_difference(packaged("Asia/Kolkata"), ZoneInfo("Asia/Kolkata"), now) is None


def test_a_machine_that_does_not_know_of_summer_time(fresh: Terminal) -> None:
    """Its Europe/Berlin is the file of a zone that never changes its clocks."""
    zones = fresh.directory / "zoneinfo"
    (zones / "Europe").mkdir(parents=True)
    winter = files("tzdata").joinpath("zoneinfo", "Etc", "GMT-1").read_bytes()
    (zones / "Europe" / "Berlin").write_bytes(winter)
    ran = subprocess.run(
        [Path(sys.executable).with_name("dawnline"), "doctor"],
        capture_output=True,
        text=True,
        check=False,
        cwd=fresh.directory,
        env={"PYTHONTZPATH": str(zones)},
    )
    assert ran.returncode == 1
    said = Said(ran.returncode, ran.stdout, ran.stderr)
    assert marks(said, "✗") == ["time zones · database"]
    assert "Europe/Berlin: at " in said.out
    assert "PYTHONTZPATH" in said.out


def test_the_zones_looked_at_are_those_of_the_policy() -> None:
    assert zones_of(load_policy(HERE / "desk.toml")) == ("Europe/Berlin",)
