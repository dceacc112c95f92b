"""Every failure the doctor finds says how to mend it."""

from dataclasses import replace

import pytest
from adapters.phone.doctor import examine
from bot.findings import Finding

from tests.fakes.phone.server import FakeProvider, broken
from tests.integration.phone_out.stage import PUBLIC_URL, provider_of, settings

RIGHT = {
    "voice_url": f"{PUBLIC_URL}/phone/voice",
    "voice_method": "POST",
    "sms_url": f"{PUBLIC_URL}/phone/sms",
    "sms_method": "POST",
    "status_callback": f"{PUBLIC_URL}/phone/status",
    "status_callback_method": "POST",
    "voice_application_sid": "",
    "trunk_sid": None,
    "capabilities": {"voice": True, "sms": True, "mms": False},
}


@pytest.fixture(autouse=True)
def set_up(provider: FakeProvider, second: FakeProvider) -> None:
    provider.hooks, second.hooks = dict(RIGHT), dict(RIGHT)


async def findings(*servers: FakeProvider) -> list[Finding]:
    return [finding async for finding in examine(settings(*servers), {}, {})]


async def number_with(provider: FakeProvider, **hooks: object) -> Finding:
    provider.hooks = RIGHT | hooks
    return (await findings(provider))[-1]


async def test_all_is_well(provider: FakeProvider, second: FakeProvider) -> None:
    assert await findings(provider, second) == [
        Finding("account", True, "active at 127.0.0.1 (+15551234567)"),
        Finding("number +15551234567", True, f"calls and texts to it come in at {PUBLIC_URL}"),
        Finding("account of the second provider", True, "active at 127.0.0.1 (+15557654321)"),
        Finding("number +15557654321", True, f"calls and texts to it come in at {PUBLIC_URL}"),
    ]
    assert {each.method for each in provider.asked} == {"GET"}


async def test_a_wrong_token(provider: FakeProvider, second: FakeProvider) -> None:
    both = settings(provider, second)
    wrong = tuple(replace(each, auth_token="wrong") for each in both.providers)
    found = [each async for each in examine(replace(both, providers=wrong), {}, {})]
    assert [each.ok for each in found] == [False, False]
    assert "check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and" in found[0].text
    assert "check TWILIO_ACCOUNT_SID_2, TWILIO_AUTH_TOKEN_2 and" in found[1].text


async def test_a_provider_that_is_away(provider: FakeProvider) -> None:
    await provider.go_away()
    (finding,) = await findings(provider)
    assert not finding.ok
    assert "firewall" in finding.text


async def test_a_suspended_account(provider: FakeProvider) -> None:
    provider.about = {"status": "suspended", "type": "Full"}
    (finding,) = await findings(provider)
    assert finding == Finding("account", False, "it is suspended: ask 127.0.0.1 (+15551234567) why")


async def test_a_trial_account_is_said(provider: FakeProvider) -> None:
    provider.about = {"status": "active", "type": "Trial"}
    finding = (await findings(provider))[0]
    assert finding.ok
    assert "reaches only numbers that were verified" in finding.text


async def test_a_number_of_somebody_else(provider: FakeProvider) -> None:
    provider.hooks = None
    finding = (await findings(provider))[-1]
    assert finding.text == (
        "it is none of the account's: correct [[phone.numbers]] in dawnline.toml, or buy the number"
    )
    assert not finding.ok


async def test_a_number_that_only_holds_ours(provider: FakeProvider) -> None:
    """The provider finds every number that has ours in it."""
    shorter = replace(provider_of(provider), number=provider.account.number[:-1])
    one = replace(settings(provider), providers=(shorter,))
    assert [each.ok async for each in examine(one, {}, {})] == [True, False]


async def test_the_number_cannot_be_asked_for(provider: FakeProvider) -> None:
    provider.fail("IncomingPhoneNumbers", broken())
    assert [each.ok for each in await findings(provider)] == [True, False]


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (
            {"voice_url": "https://demo.twilio.com"},
            f"'A call comes in' to {PUBLIC_URL}/phone/voice (HTTP POST)",
        ),
        ({"sms_url": ""}, f"set 'A message comes in' to {PUBLIC_URL}/phone/sms (HTTP POST)"),
        ({"status_callback": None}, f"set 'Call status changes' to {PUBLIC_URL}/phone/status (HTTP POST)"),
        ({"voice_method": "GET"}, "'A call comes in'"),
        ({"status_callback_method": "GET"}, "'Call status changes'"),
        ({"voice_application_sid": "AP1"}, "a TwiML App answers its calls, take that away"),
        ({"trunk_sid": "TK1"}, "a SIP trunk answers its calls, take that away"),
        ({"capabilities": {"voice": True, "sms": False}}, "it takes no texts, so take another"),
        ({"capabilities": {"voice": False, "sms": True}}, "it takes no calls, so take another"),
    ],
)
async def test_what_is_to_be_set_right(provider: FakeProvider, hook: dict[str, object], said: str) -> None:
    finding = await number_with(provider, **hook)
    assert not finding.ok
    assert said in finding.text
    assert finding.text.count(";") == 0
