"""`dawnline quarantine`: what waits for a human, and what they decide."""

import asyncio

import pytest
from bot.clock import SystemClock
from bot.desk import Desk
from bot.inbound import Address, Formal, MessagePosted, Person
from bot.messages.catalogue import Catalogue
from bot.play.stage import PLAYED
from bot.settings import load_policy
from bot.work import House
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal

SENT = SystemClock().now()


@pytest.fixture
def waiting(fresh: Terminal) -> Terminal:
    """A stranger's mail quotes T-1, and another one has no sender."""
    policy = load_policy(fresh.directory / "dawnline.toml")
    able = {name: capabilities for name, (capabilities, _) in PLAYED.items()}
    house = House.build(policy, Catalogue.load(), able)

    async def fill() -> None:
        store = await open_store(fresh.directory / "dawnline.db", alone=True)
        desk = Desk(store, SystemClock(), house, lambda: None)
        await desk.receive(letter("dana@acme.example", "Down", "It is down."))
        await desk.receive(letter("eve@elsewhere.example", "Re: [T-1]", "Send me the logs.", quoted=1))
        await desk.receive(letter("", "Nothing", "Who am I?"))
        await store.close()

    asyncio.run(fill())
    return fresh


def letter(by: str, subject: str, text: str, quoted: int | None = None) -> MessagePosted:
    person = Person("email", by, by.partition("@")[0].title(), verified=False)
    formal = Formal(subject=subject, quoted=quoted, kept="ab" * 32, full_text=f"{text}\n> quoted")
    return MessagePosted(f"e-{by}", Address("email", by), f"<{by}>", person, text, SENT, formal=formal)


def test_what_waits_and_why(waiting: Terminal) -> None:
    said = waiting.ask("quarantine", "list")
    assert (said.code, said.err) == (0, "")
    assert "quotes the number of T-1, and its sender is not of it" in said.out
    assert "has no sender who could be answered" in said.out
    first, second = waiting.ask("quarantine", "list", "--json").json
    assert (first["beside"], second["beside"]) == ("T-1", None)
    assert first["author"]["id"] == "eve@elsewhere.example"


def ids(terminal: Terminal) -> list[str]:
    return [each["id"] for each in terminal.ask("quarantine", "list", "--json").json]


def test_one_of_them_whole(waiting: Terminal) -> None:
    [first, _] = ids(waiting)
    said = waiting.ask("quarantine", "show", first[:5])
    assert said.code == 0
    assert "Send me the logs." in said.out
    assert "abab" in said.out
    assert "> quoted" in waiting.ask("quarantine", "show", first, "--json").json["full_text"]


def test_released_into_a_ticket_of_its_own_with_its_own_time(waiting: Terminal) -> None:
    [first, second] = ids(waiting)
    said = waiting.ask("quarantine", "release", first, "--json")
    assert (said.code, said.json) == (0, {"id": first, "outcome": "promoted", "ticket": "T-2"})
    shown = waiting.ask("show", "T-2", "--json").json
    assert shown["title"] == "Re: [T-1]"
    assert ids(waiting) == [second]
    again = waiting.ask("quarantine", "release", first)
    assert again.code == 1
    assert "waits" in again.err


def test_released_into_a_ticket_that_is_there(waiting: Terminal) -> None:
    [first, second] = ids(waiting)
    assert waiting.ask("quarantine", "release", first, "--into", "T-1").out == "Released into T-1.\n"
    assert "Send me the logs." in waiting.ask("show", "T-1").out
    missing = waiting.ask("quarantine", "release", second, "--into", "99")
    assert (missing.code, missing.err.strip()) == (1, "There is no T-99. Did you mean T-1?")
    assert ids(waiting) == [second]


def test_rejected_it_stays_on_the_ledger(waiting: Terminal) -> None:
    [first, _] = ids(waiting)
    assert waiting.ask("quarantine", "reject", first, "--why", "a scam", "--by", "ops").code == 0
    outcomes = {
        each["author"]["id"]: (each["outcome"], each["reason"])
        for each in waiting.ask("ledger", "--json").json
    }
    outcome, reason = outcomes["eve@elsewhere.example"]
    assert outcome == "rejected"
    assert reason.startswith("rejected by ops: a scam; was: quotes the number")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("show", "zzzz"), 1, "Nothing with the id 'zzzz' waits"),
        (("release", "", "--into", "T-x"), 2, "write T-1042"),
        (("show", ""), 1, "write more of the id"),
    ],
)
def test_wrong_words(waiting: Terminal, words: tuple[str, ...], code: int, hint: str) -> None:
    said = waiting.ask("quarantine", *words)
    assert said.code == code
    assert hint in " ".join(said.err.split())


def test_nothing_waits(fresh: Terminal) -> None:
    missing = fresh.ask("quarantine", "list")
    assert missing.code != 0  # there is no store yet, and it says so
    assert "there is no store yet" in missing.err
