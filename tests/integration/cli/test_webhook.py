"""`dawnline webhook`: made, listed, tried, enabled, given a new secret and removed; where it may not lead."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from bot.clock import SystemClock
from bot.webhooks.webhook import Webhook
from storage.sqlite.store import open_store

from tests.fakes.webhook_receiver import FakeReceiver, Fault
from tests.integration.cli.terminal import Said, Terminal


@pytest.fixture
async def receiver() -> AsyncIterator[FakeReceiver]:
    async with FakeReceiver(SystemClock()) as found:
        yield found
    assert found.violations == []


@pytest.fixture
def at_home(desk: Terminal) -> Terminal:
    """A desk whose webhooks may lead into its own network."""
    policy = desk.directory / "dawnline.toml"
    policy.write_text(policy.read_text() + "\n[webhooks]\nallow_private = true\n")
    return desk


async def ask(desk: Terminal, *words: str) -> Said:
    """In a thread of its own, for the receiver lives in this one."""
    return await asyncio.to_thread(desk.ask, "webhook", *words)


async def added(desk: Terminal, receiver: FakeReceiver, *words: str) -> str:
    said = await ask(desk, "add", f"{receiver.url}/hook", "--json", *words)
    assert said.code == 0, said.err
    receiver.secrets["/hook"] = said.json["secret"]
    return str(said.json["id"])


async def test_its_life(at_home: Terminal, receiver: FakeReceiver) -> None:
    said = await ask(at_home, "add", f"{receiver.url}/hook", "--event", "ticket.opened", "--customer", "acme")
    assert (said.code, said.err) == (0, "")
    name, secret = said.out.split()[0], said.out.partition("shown only now: ")[2].split()[0]
    assert said.out.startswith(f"{name} posts ticket.opened to {receiver.url}/hook.")
    receiver.secrets["/hook"] = secret
    (row,) = (await ask(at_home, "list", "--json")).json
    assert (row["id"], row["events"], row["customer"]) == (name, ["ticket.opened"], "acme")
    assert (row["state"], row["created_by"]) == ("active", "operator")
    assert (await ask(at_home, "test", name)).out == f"{name} took it.\n"
    rotated = await ask(at_home, "secret", name, "--rotate", "--json")
    assert rotated.json["secret"] not in ("", secret)
    assert (await ask(at_home, "test", name, "--json")).json == {"id": name, "arrived": True, "reason": None}
    receiver.secrets["/hook"] = rotated.json["secret"]
    await ask(at_home, "test", name)
    assert [(each.type, each.signatures) for each in receiver.taken] == [
        ("webhook.test", 1),
        ("webhook.test", 2),
        ("webhook.test", 2),
    ]
    listed = await ask(at_home, "list")
    assert (secret in listed.out, rotated.json["secret"] in listed.out, name in listed.out) == (
        False,
        False,
        True,
    )
    assert (await ask(at_home, "remove", name)).out == f"{name} is removed.\n"
    assert "There are no webhooks" in (await ask(at_home, "list")).out


async def test_a_trial_that_does_not_arrive(at_home: Terminal, receiver: FakeReceiver) -> None:
    name = await added(at_home, receiver)
    receiver.always = Fault(500)
    said = await ask(at_home, "test", name)
    assert said.code == 1
    assert said.err == f"{name} did not take it: the receiver answered with status 500\n"
    said = await ask(at_home, "test", name, "--json")
    assert (said.code, said.json["arrived"]) == (1, False)


async def test_a_disabled_one_is_enabled(at_home: Terminal, receiver: FakeReceiver) -> None:
    name = await added(at_home, receiver)
    await disable(at_home.directory, name)
    (row,) = (await ask(at_home, "list", "--json")).json
    assert (row["state"], row["disabled_for"]) == ("gone", "gone")
    assert (await ask(at_home, "test", name)).code == 0
    assert (await ask(at_home, "enable", name)).out == f"{name} is active.\n"
    (row,) = (await ask(at_home, "list", "--json")).json
    assert (row["state"], row["disabled_at"]) == ("active", None)


async def disable(directory: Path, name: str) -> None:
    store = await open_store(directory / "dawnline.db")

    async def unit(tx: object) -> None:
        made: Webhook = await tx.webhooks.get(name)  # type: ignore[attr-defined]
        tx.webhooks.save(replace(made, disabled_at=made.created_at, disabled_for="gone"))  # type: ignore[attr-defined]

    await store.write(unit)
    await store.close()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "http://example.com/"), 1, "must be https"),
        (("add", "https://127.0.0.1/"), 1, "not on the public Internet"),
        (("add", "https://localhost/"), 1, "allow_private"),
        (("add", "https://[::1]/"), 1, "not on the public Internet"),
        (("add", "https://2130706433/"), 1, "not on the public Internet"),
        (("add", "https://nobody.invalid/"), 1, "Nobody knows the host nobody.invalid"),
        (("add", "example.com"), 1, "no address for a webhook"),
        (("add", "https://a.example/", "--event", "ticket.opend"), 2, "ticket.opened"),
        (("test", "wh_1"), 1, "There is no webhook wh_1"),
        (("enable", "wh_1"), 1, "There is no webhook wh_1"),
        (("remove", "wh_1"), 1, "There is no webhook wh_1"),
        (("secret", "wh_1", "--rotate"), 1, "There is no webhook wh_1"),
        (("secret", "wh_1"), 2, "--rotate"),
        (("add",), 2, "URL"),
    ],
)
def test_the_answer_is_no(desk: Terminal, words: tuple[str, ...], code: int, told: str) -> None:
    said = desk.ask("webhook", *words)
    assert said.code == code
    assert told in said.err
    assert desk.ask("webhook", "list", "--json").json == []


async def test_customers_must_be_known_and_near_misses_are_named(
    at_home: Terminal, receiver: FakeReceiver
) -> None:
    said = await ask(at_home, "add", f"{receiver.url}/hook", "--customer", "nobody")
    assert (said.code, said.err) == (1, "I know no customer “nobody”.\n")
    name = await added(at_home, receiver)
    assert f"Did you mean {name}?" in (await ask(at_home, "remove", name[:-1])).err
