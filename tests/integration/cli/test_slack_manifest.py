"""`dawnline slack manifest`."""

import pytest

from tests.integration.cli.terminal import Terminal


def test_socket_mode_by_default_and_without_any_configuration(fresh: Terminal) -> None:
    (fresh.directory / "dawnline.toml").unlink()
    found = fresh.run("slack", "manifest").json
    assert found["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in found["settings"]["event_subscriptions"]


@pytest.mark.parametrize("url", ["https://desk.example.com", "https://desk.example.com/"])
def test_with_a_public_address(fresh: Terminal, url: str) -> None:
    found = fresh.run("slack", "manifest", "--url", url).json
    assert found["settings"]["socket_mode_enabled"] is False
    wanted = "https://desk.example.com/slack/events"
    assert found["settings"]["event_subscriptions"]["request_url"] == wanted
    assert {command["url"] for command in found["features"]["slash_commands"]} == {wanted}


def test_in_chinese(fresh: Terminal) -> None:
    assert "接手工单" in fresh.run("slack", "manifest", "--lang", "zh").out


@pytest.mark.parametrize(
    "url", ["desk.example.com", "http://desk.example.com", "https://x.example/slack/events"]
)
def test_what_is_no_public_address(fresh: Terminal, url: str) -> None:
    said = fresh.run("slack", "manifest", "--url", url)
    assert (said.code, said.out) == (2, "")
    assert "https://desk.example.com" in " ".join(said.err.split())
