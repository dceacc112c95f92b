"""Every failure the doctor finds says how to mend it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from adapters.slack.doctor import examine
from adapters.slack.manifest import BOT_SCOPES
from adapters.slack.settings import SlackSettings
from bot.clock import SystemClock
from bot.findings import Finding

from tests.fakes.slack_server import FakeSlack, Fault
from tests.fakes.slack_world import World
from tests.integration.slack.stage import http_settings, socket_settings


async def findings(settings: SlackSettings, conversation: str = "C1", user: str = "U2") -> dict[str, Finding]:
    found = examine(settings, SystemClock(), {conversation: "Acme"}, {user: "Eve"})
    return {finding.about: finding async for finding in found}


async def test_all_is_well(slack: FakeSlack, world: World) -> None:
    found = await findings(socket_settings(slack))
    assert list(found) == [
        "bot token",
        "scopes",
        "clock",
        "app token",
        "conversation C1 (Acme)",
        "direct messages to Eve",
    ]
    assert [finding for finding in found.values() if not finding.ok] == []
    assert slack.called("chat.postMessage") == []


async def test_over_http_no_app_token_is_needed(slack: FakeSlack, world: World) -> None:
    found = await findings(http_settings(slack))
    assert found["signing secret"] == Finding(
        "signing secret", True, "set; Slack must send to https://desk.example/slack/events"
    )


async def test_a_wrong_bot_token(slack: FakeSlack, world: World) -> None:
    found = await findings(replace(socket_settings(slack), bot_token="xoxb-wrong"))
    assert list(found) == ["bot token"]
    assert "copy the Bot User OAuth Token anew" in found["bot token"].text
    slack.take_violations()


async def test_a_wrong_app_token(slack: FakeSlack, world: World) -> None:
    found = await findings(replace(socket_settings(slack), app_token="xapp-wrong"))
    assert not found["app token"].ok
    assert "connections:write" in found["app token"].text
    slack.take_violations()


async def test_missing_scopes_are_named(slack: FakeSlack, world: World) -> None:
    world.scopes = frozenset(BOT_SCOPES) - {"pins:write"}
    finding = (await findings(socket_settings(slack)))["scopes"]
    assert not finding.ok
    assert "pins:write (pin the incident's timeline)" in finding.text
    assert "dawnline slack manifest" in finding.text


@pytest.mark.parametrize(("skew", "words"), [(-3600, "3600 s ahead of Slack"), (3600, "3600 s behind Slack")])
async def test_a_wrong_clock(slack: FakeSlack, world: World, skew: int, words: str) -> None:
    slack.clock_skew = timedelta(seconds=skew)
    finding = (await findings(socket_settings(slack)))["clock"]
    assert not finding.ok
    assert words.split()[2] in finding.text
    assert "set-ntp" in finding.text


async def test_conversations_the_app_cannot_work_in(slack: FakeSlack, world: World) -> None:
    world.channel("C2", bot=False)
    world.channel("C3").is_archived = True
    world.channel("C4", bot=False, kind="private")
    for conversation, words in (
        ("C2", "/invite @Dawnline"),
        ("C3", "unarchive"),
        ("C4", "if the channel is private"),
    ):
        finding = (await findings(socket_settings(slack), conversation))[
            f"conversation {conversation} (Acme)"
        ]
        assert not finding.ok
        assert words in finding.text
    slack.take_violations()


async def test_engineers_who_cannot_be_paged(slack: FakeSlack, world: World) -> None:
    world.user("U8", "Gone").deleted = True
    for user in ("U8", "U404"):
        finding = (await findings(socket_settings(slack), user=user))["direct messages to Eve"]
        assert not finding.ok
        assert "dawnline.toml" in finding.text
    slack.take_violations()


async def test_slack_away(slack: FakeSlack, world: World) -> None:
    slack.fail_next(Fault("auth.test", "status", status=503))
    (finding,) = (await findings(socket_settings(slack))).values()
    assert (finding.ok, finding.text) == (False, "Slack answered with status 503")
