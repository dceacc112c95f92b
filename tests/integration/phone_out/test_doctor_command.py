"""`dawnline doctor` looks at the telephone too."""

import asyncio
from pathlib import Path
from re import sub

import pytest
from bot.configuration.variables import VARIABLES

from tests.fakes.phone.server import FakeProvider
from tests.integration.cli.conftest import HERE
from tests.integration.cli.terminal import Terminal
from tests.integration.phone_out.stage import PUBLIC_URL


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, provider: FakeProvider) -> Terminal:
    numbers = (f"+4915112345{last}" for last in range(100, 1000))
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    policy = (HERE / "desk.toml").read_text()
    numbered = sub(r"identities = \{", lambda _: f'identities = {{ phone = "{next(numbers)}",', policy)
    ours = f'[[phone.numbers]]\nnumber = "{provider.account.number}"\n'
    (tmp_path / "dawnline.toml").write_text(f"{numbered}\n{ours}")
    lines = (
        f"TWILIO_ACCOUNT_SID={provider.account.sid}",
        f"TWILIO_AUTH_TOKEN={provider.account.token}",
        f"DAWNLINE_PHONE_API_URL={provider.url}",
        f"PUBLIC_URL={PUBLIC_URL}",
        "WEB=off",
    )
    (tmp_path / ".env").write_text("\n".join(lines) + "\n")
    return Terminal(tmp_path)


async def test_the_number_is_to_lead_to_the_desk(desk: Terminal, provider: FakeProvider) -> None:
    said = await asyncio.to_thread(desk.ask, "doctor", "--json")
    found = {each["about"]: each for each in said.json if each["area"] == "phone"}
    assert said.code == 1
    assert found["account"]["ok"]
    assert f"set 'A call comes in' to {PUBLIC_URL}/phone/voice" in found["number +15551234567"]["text"]
