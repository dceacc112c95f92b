"""Whatever mails come in whatever order: each is accounted for, and no stranger is let into a ticket."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.engine.loop import Engine
from bot.inbound import Address, Formal, MessagePosted, Nature, Person, Undelivered
from bot.intake.ledger import Outcome
from bot.messages.catalogue import Catalogue
from bot.play.clock import VirtualClock
from bot.play.stage import stage
from bot.ports import Store, Transaction
from bot.settings import load_policy
from bot.work import House
from hypothesis import given, settings
from hypothesis import strategies as st
from storage.sqlite.store import open_store

from tests.unit.tickets.builders import START

POLICY = load_policy(Path(__file__).parents[2] / "acceptance" / "mail_desk.toml")
ACME = Customer("acme", "Acme", identities=(Identity("email-domain", "acme.example"),))
SENDERS = (
    "dana@acme.example",
    "finn@acme.example",
    "eve@elsewhere.example",
    "ada@ops.example",
    "x@qq.com",
    "",
)
WORDS = ("Production is down", "Thank you", "ack", "ack T-1", "How do I rotate the key?", "", "resolve fixed")


def letter(
    number: int, by: str, verified: bool, text: str, formal: Formal, again: int | None
) -> MessagePosted:
    key = f"<{number if again is None else min(again, number)}@x>"
    author = Person("email", by, by.title(), verified=verified and bool(by))
    private = not formal.copies
    return MessagePosted(key, Address("email", by), key, author, text, START, private=private, formal=formal)


reports = st.builds(
    Undelivered,
    st.sampled_from([*SENDERS, "support@ops.example"]),
    st.just("550 5.1.1"),
    permanent=st.booleans(),
    late=st.booleans(),
    complaint=st.booleans(),
)
formals = st.builds(
    Formal,
    subject=st.sampled_from(["Down", "Re: Down [T-1]", ""]),
    nature=st.sampled_from([*[Nature.PERSON] * 6, *Nature]),
    token=st.sampled_from([None, None, 1, 2, 99]),
    to_page=st.booleans(),
    answers=st.lists(st.sampled_from(["<0@x>", "<1@x>", "<nobody@x>"]), max_size=2).map(tuple),
    quoted=st.sampled_from([None, 1, 77]),
    copies=st.lists(st.sampled_from(SENDERS[:-1]), max_size=2, unique=True).map(tuple),
    undelivered=st.lists(reports, max_size=2).map(tuple),
    spam=st.booleans(),
)
mails = st.lists(
    st.tuples(
        st.sampled_from(SENDERS),
        st.booleans(),
        st.sampled_from(WORDS),
        formals,
        st.none() | st.integers(0, 12),
    ),
    max_size=12,
)


async def play(store: Store, letters: Sequence[MessagePosted]) -> None:
    clock = VirtualClock(START)
    channels = {name: stage(name, clock) for name in ("slack", "email")}
    able = {name: channel.capabilities for name, channel in channels.items()}
    house, woken = House.build(POLICY, Catalogue.load(), able), asyncio.Event()
    engine = Engine(store, clock, house, channels, woken)
    desk = Desk(store, clock, house, woken.set)

    async def introduce(tx: Transaction) -> None:
        tx.customers.save(ACME)

    await store.write(introduce)
    for each in letters:
        await desk.receive(each)
        await engine.settle()
    await held(store, letters)


async def held(store: Store, letters: Sequence[MessagePosted]) -> None:
    found = await store.read(lambda tx: tx.ledger.since(START, limit=1000))
    first = {each.event_key: each for each in reversed(letters)}
    assert {each.event_key for each in found} == set(first)
    for entry in found:
        assert "could not be handled" not in entry.reason
        item, formal = first[entry.event_key], first[entry.event_key].formal
        assert formal is not None
        if item.author.id.startswith("eve") and entry.outcome is Outcome.APPENDED:
            await held_of_strangers(store, letters, entry.ticket)
        if item.author.id.startswith("ada") and not item.author.verified:
            assert entry.outcome not in (Outcome.COMMAND, Outcome.ENGINEER, Outcome.APPENDED)


async def held_of_strangers(store: Store, letters: Sequence[MessagePosted], number: int | None) -> None:
    """Eve is in a ticket that she opened, or into which our own token once led her."""
    assert number is not None
    ticket = await store.read(lambda tx: tx.tickets.get(number))
    hers = [each.formal.token for each in letters if each.author.id.startswith("eve") and each.formal]
    assert ticket.reporter.startswith("eve") or number in hers


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(mails)
def test_each_is_accounted_for(
    given_: list[tuple[str, bool, str, Formal, int | None]],
) -> None:
    letters = [
        letter(number, by, verified, text, formal, again)
        for number, (by, verified, text, formal, again) in enumerate(given_)
    ]
    with TemporaryDirectory() as directory:
        asyncio.run(_on_a_file(Path(directory) / "desk.db", letters))


async def _on_a_file(path: Path, letters: Sequence[MessagePosted]) -> None:
    store = await open_store(path, alone=True)
    try:
        await play(store, letters)
    finally:
        await store.close()
