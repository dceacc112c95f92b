"""`dawnline verify-contact`: a code goes there, and only then is anybody woken by it."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator

import pytest
from storage.sqlite.schema import scripts

from tests.fakes.ntfy_server import FakeNtfy
from tests.fakes.phone.server import FakeProvider
from tests.integration.cli.terminal import Said, Terminal

PHONE = "+4915112345678"


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as server:
        yield server
    assert server.violations == []


@pytest.fixture
def desk(fresh: Terminal, provider: FakeProvider) -> Terminal:
    """Ada has a telephone; the provider is configured."""
    policy = fresh.directory / "dawnline.toml"
    words = policy.read_text()
    ada = re.search(r'identities = \{ slack = "U0ADA0001"[^}]*\}', words)
    assert ada is not None
    more = ada[0].replace("}", f', phone = "{PHONE}", push = "ada-x7" }}')
    number = f'\n[[phone.numbers]]\nnumber = "{provider.account.number}"\n'
    policy.write_text(words.replace(ada[0], more) + number)
    lines = (
        f"TWILIO_ACCOUNT_SID={provider.account.sid}",
        f"TWILIO_AUTH_TOKEN={provider.account.token}",
        "PUBLIC_URL=https://desk.example",
        "WEB=off",
        f"DAWNLINE_PHONE_API_URL={provider.url}",
    )
    (fresh.directory / ".env").write_text("\n".join(lines) + "\n")
    return fresh


async def ask(desk: Terminal, *words: str) -> Said:
    """In a thread of its own, for the provider lives in this one."""
    return await asyncio.to_thread(desk.ask, "verify-contact", *words)


def code_in(text: str) -> str:
    digits = re.search(r"\b\d{6}\b|\b\d(?: \d){5}\b", text)
    assert digits is not None, text
    return digits[0].replace(" ", "")


async def test_by_text(desk: Terminal, provider: FakeProvider) -> None:
    said = await ask(desk, "ada")
    assert (said.code, said.err) == (0, ""), said.err
    assert f"A code is on its way to {PHONE} (sms)" in said.out
    (text,) = provider.texts
    assert text["To"] == PHONE
    code = code_in(text["Body"])
    assert code not in said.out
    checked = await asyncio.to_thread(desk.ask, "check")
    assert f"ada: phone {PHONE} is not confirmed and not used yet: dawnline verify-contact ada" in checked.out
    assert "ada: push ada-x7 is not confirmed" in checked.out
    assert "verify-contact ada --via push" in checked.out
    confirmed = await ask(desk, "ada", "--code", code, "--json")
    assert confirmed.json == {"engineer": "ada", "contact": PHONE, "via": "sms", "confirmed": True}
    after = (await asyncio.to_thread(desk.ask, "check", "--json")).json
    assert after["unconfirmed"] == [{"engineer": "ada", "kind": "push", "contact": "ada-x7"}]
    listed = (await ask(desk, "--list", "--json")).json
    assert [(each["kind"], each["confirmed_at"] is not None) for each in listed] == [
        ("phone", True),
        ("push", False),
    ]


async def test_by_call_the_digits_are_said_one_by_one(desk: Terminal, provider: FakeProvider) -> None:
    said = await ask(desk, "ada", "--via", "call", "--json")
    assert said.json == {"engineer": "ada", "contact": PHONE, "via": "call", "sent": True}
    (call,) = provider.calls
    code = code_in(call["Twiml"])
    assert (await ask(desk, "ada", "--via", "call", "--code", f" {code} ")).code == 0


async def test_by_push_a_topic_is_confirmed_and_no_telephone(desk: Terminal) -> None:
    async with FakeNtfy() as server:
        with (desk.directory / ".env").open("a") as settings:
            settings.write(f"NTFY_URL={server.url}\n")
        said = await ask(desk, "ada", "--via", "push", "--json")
        assert said.json == {"engineer": "ada", "contact": "ada-x7", "via": "push", "sent": True}
        (message,) = server.messages
        assert (message["topic"], message.get("actions", [])) == ("ada-x7", [])
        code = code_in(message["message"])
    assert (await ask(desk, "ada", "--code", code)).code == 1
    assert (await ask(desk, "ada", "--via", "push", "--code", code)).code == 0
    listed = (await ask(desk, "--list", "--json")).json
    assert [(each["kind"], each["confirmed_at"] is not None) for each in listed] == [
        ("phone", False),
        ("push", True),
    ]


async def test_the_list_for_people(desk: Terminal) -> None:
    said = await ask(desk, "--list")
    assert said.code == 0
    assert [line.split() for line in said.out.splitlines() if "ada" in line] == [
        ["ada", "phone", PHONE, "not", "confirmed"],
        ["ada", "push", "ada-x7", "not", "confirmed"],
    ]
    assert not (desk.directory / "dawnline.db").exists()


async def test_a_store_that_cannot_be_looked_at_is_said_and_no_fault(desk: Terminal) -> None:
    with (desk.directory / ".env").open("a") as settings:
        settings.write("DATABASE_URL=postgresql://127.0.0.1:9/nothing\n")
    said = await asyncio.to_thread(desk.ask, "check")
    assert (said.code, "the store could not be looked at" in said.out) == (0, True)
    assert (await asyncio.to_thread(desk.ask, "check", "--json")).json["unconfirmed"] is None


async def test_a_wrong_code_confirms_nothing_and_five_are_too_many(
    desk: Terminal, provider: FakeProvider
) -> None:
    assert "No code was sent" in (await ask(desk, "ada", "--code", "123456")).err
    await ask(desk, "ada")
    code = code_in(provider.texts[0]["Body"])
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for left in (4, 3, 2, 1, 0):
        said = await ask(desk, "ada", "--code", wrong)
        assert (said.code, f"Tries left: {left}" in said.err) == (1, True)
    said = await ask(desk, "ada", "--code", code)
    assert (said.code, "Too many wrong codes" in said.err) == (1, True)


async def test_a_code_that_could_not_be_sent(desk: Terminal, provider: FakeProvider) -> None:
    await provider.go_away()
    said = await ask(desk, "ada")
    assert (said.code, f"could not be sent to {PHONE}" in said.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "there is no engineer ''; there are: ada, leo"),
        (("mei",), "there is no engineer 'mei'; there are: ada, leo"),
        (("leo",), "leo has neither a phone nor a push topic"),
        (("ada", "--via", "push"), "push is not configured; it needs NTFY_URL in .env"),
        (("ada", "--via", "pigeon"), "'pigeon' is not one of"),
    ],
)
async def test_wrong_use(desk: Terminal, words: tuple[str, ...], what: str) -> None:
    said = await ask(desk, *words)
    assert said.code == 2
    assert what in " ".join(re.sub(r"[│╭╮╰╯─]", " ", said.err).split())


def test_where_there_is_no_store_nothing_is_confirmed_and_none_is_made(desk: Terminal) -> None:
    missing = desk.ask("check", "--json").json["unconfirmed"]
    assert [each["contact"] for each in missing] == [PHONE, "ada-x7"]
    assert not (desk.directory / "dawnline.db").exists()


def test_checking_makes_no_store(fresh: Terminal) -> None:
    assert fresh.ask("check").code == 0
    assert not (fresh.directory / "dawnline.db").exists()


def test_checking_brings_no_store_up_to_date(desk: Terminal) -> None:
    """People check before they upgrade, and a desk of the version before may be at work."""
    path = desk.directory / "dawnline.db"
    old = sqlite3.connect(path)
    for script in scripts()[:3]:
        old.executescript(script)
    old.execute("PRAGMA user_version = 3")
    old.close()
    said = desk.ask("check", "--json")
    assert (said.code, said.json["unconfirmed"]) == (0, None)
    assert "could not be looked at" in desk.ask("check").out
    again = sqlite3.connect(path)
    assert again.execute("PRAGMA user_version").fetchone() == (3,)
    again.close()
