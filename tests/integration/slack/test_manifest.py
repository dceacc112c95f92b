"""The manifest, and the settings that go with it."""

import json
import re

import pytest
from adapters.slack.manifest import BOT_EVENTS, BOT_SCOPES, manifest
from adapters.slack.settings import SlackSettings
from bot.errors import ConfigurationError
from bot.messages.catalogue import LANGUAGES, Catalogue

COMMANDS = """/ack /escalate /ticket /tickets /update /priority /assign /wait /note /resolve /reopen /discard
/merge
/oncall /override /link /dawnline"""
# https://docs.slack.dev/reference/events: which scope each subscription needs.
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "channel_id_changed": "channels:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "reaction_added": "reactions:read",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_is_there_once(language: str) -> None:
    commands = manifest(Catalogue.load(), language=language)["features"]["slash_commands"]
    assert [command["command"] for command in commands] == COMMANDS.split()
    for command in commands:
        assert re.fullmatch(r"/[a-z]{1,31}", command["command"])
        assert 0 < len(command["description"]) <= 2000
        assert 0 < len(command["usage_hint"]) <= 1000


def test_no_command_takes_one_of_slacks_own_names() -> None:
    own = {"/help", "/open", "/status", "/invite", "/join", "/leave", "/me", "/msg", "/dm", "/remind", "/who"}
    assert not own & set(COMMANDS.split())


def test_every_subscription_has_its_scope() -> None:
    assert set(BOT_EVENTS) == set(EVENT_SCOPES)
    assert set(EVENT_SCOPES.values()) <= set(BOT_SCOPES)


def test_socket_mode_needs_no_address() -> None:
    made = manifest(Catalogue.load())
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(made)
    assert all("url" not in command for command in made["features"]["slash_commands"])
    assert made["oauth_config"]["scopes"]["bot"] == sorted(BOT_SCOPES)


def test_http_names_its_address_everywhere() -> None:
    url = "https://desk.example/slack/events"
    made = manifest(Catalogue.load(), url)
    assert made["settings"]["socket_mode_enabled"] is False
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": url}
    assert {command["url"] for command in made["features"]["slash_commands"]} == {url}


def faults(*args: str | None, **more: str | None) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        SlackSettings(*args, **more)  # type: ignore[arg-type]  # wrong on purpose
    return [fault.key for fault in caught.value.faults]


def test_settings_name_everything_that_is_missing() -> None:
    assert faults("xapp-1") == ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]
    assert faults("xoxb-1", "xoxb-1") == ["SLACK_APP_TOKEN"]
    assert faults("xoxb-1", public_url="desk.example") == ["PUBLIC_URL", "SLACK_SIGNING_SECRET"]
    assert faults("xoxb-1", public_url="https://desk.example", signing_secret=" ") == ["SLACK_SIGNING_SECRET"]


def test_settings_show_no_secret() -> None:
    settings = SlackSettings(
        "xoxb-secret", "xapp-secret", "signing-secret", public_url="https://desk.example/"
    )
    assert "secret" not in repr(settings).replace("signing_secret", "")
    assert settings.events_url == "https://desk.example/slack/events"
