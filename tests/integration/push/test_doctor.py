"""What `dawnline doctor` finds at a strict ntfy server. Nobody hears of it."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest
from adapters.push.doctor import examine
from adapters.push.settings import PushSettings
from bot.findings import Finding

from tests.fakes.ntfy_server import FakeNtfy

PUBLIC = "https://desk.example"
TLS = httpx.create_ssl_context()
MEI, JUN = "mei-3f9a01bc77d2e4a1", "jun-b18c40de52aa9f07"


@pytest.fixture
async def server() -> AsyncIterator[FakeNtfy]:
    async with FakeNtfy(token="tk_secret") as made:
        yield made
    assert (made.messages, made.violations) == ([], [])


async def found(
    server: str, people: Mapping[str, str], token: str | None = "tk_secret", public: str | None = PUBLIC
) -> dict[str, Finding]:
    settings = PushSettings(server, b"s", token, public, TLS)
    findings = [each async for each in examine(settings, {}, people)]
    assert "tk_" not in repr(findings)
    return {each.about: each for each in findings}


async def test_all_is_well(server: FakeNtfy) -> None:
    findings = await found(server.url, {MEI: "Mei"})
    assert [(each.about, each.ok) for each in findings.values()] == [
        ("server", True),
        ("topic of Mei", True),
        ("button", True),
    ]
    assert f"{PUBLIC}/push/act/" in findings["button"].text


async def test_a_topic_that_is_closed_to_us(server: FakeNtfy) -> None:
    server.closed.add(JUN)
    findings = await found(server.url, {MEI: "Mei", JUN: "Jun"})
    assert (findings["topic of Mei"].ok, findings["topic of Jun"].ok) == (True, False)
    assert f"`ntfy access USER {JUN} rw`" in findings["topic of Jun"].text


async def test_a_wrong_token_is_not_blamed_on_the_server(server: FakeNtfy) -> None:
    findings = await found(server.url, {MEI: "Mei"}, token="tk_old")
    assert (findings["server"].ok, findings["topic of Mei"].ok) == (True, False)
    assert "does not know NTFY_TOKEN" in findings["topic of Mei"].text


@pytest.mark.parametrize(
    ("topic", "fine"),
    [
        ("mei", False),
        ("dawnline-on-call-mei-chen", False),
        ("acmeoncallengineers", False),
        ("mei-491701234567", False),
        ("3f9a01bc77d", False),
        ("3f9a01bc77d2", True),
        (MEI, True),
    ],
)
async def test_a_topic_that_anybody_may_read_must_not_be_guessed(topic: str, fine: bool) -> None:
    async with FakeNtfy() as server:
        finding = (await found(server.url, {topic: "Mei"}, token=None))["topic of Mei"]
    assert (finding.ok, "openssl rand -hex 8" in finding.text) == (fine, not fine)


async def test_a_token_does_not_close_a_topic_to_others(server: FakeNtfy) -> None:
    assert (await found(server.url, {"mei": "Mei"}))["topic of Mei"].ok
    server.unguarded = True
    assert not (await found(server.url, {"mei": "Mei"}))["topic of Mei"].ok


async def test_without_an_address_there_is_no_button(server: FakeNtfy) -> None:
    button = (await found(server.url, {}, public=None))["button"]
    assert (button.ok, "PUBLIC_URL is not set" in button.text) == (False, True)


async def test_a_server_that_is_ill_or_gone(server: FakeNtfy) -> None:
    server.healthy = False
    findings = await found(server.url, {MEI: "Mei"})
    assert (findings["server"].ok, "topic of Mei" in findings) == (False, False)
    assert "does not answer" in (await found("http://127.0.0.1:9", {MEI: "Mei"}))["server"].text
