"""`dawnline token`: what programs sign in with; and `dawnline sign-in`."""

import asyncio

import pytest
from bot.access.session import digest_of
from bot.customers.customer import Customer
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal


@pytest.fixture
def desk(fresh: Terminal) -> Terminal:
    """With one customer."""

    async def fill() -> None:
        store = await open_store(fresh.directory / "dawnline.db", alone=True)

        async def acme(tx):  # type: ignore[no-untyped-def]
            tx.customers.save(Customer("acme", "Acme"))

        await store.write(acme)
        await store.close()

    asyncio.run(fill())
    return fresh


def test_made_listed_and_revoked(desk: Terminal) -> None:
    words = ("--scope", "tickets:read", "--scope", "tickets:write", "--scope", "tickets:read")
    made = desk.ask("token", "create", "crm", *words, "--customer", "acme", "--days", "30", "--json")
    assert (made.code, made.err) == (0, "")
    assert made.json["token"].startswith("dl_")
    assert made.json["scopes"] == ["tickets:read", "tickets:write"]
    assert (made.json["customer"], made.json["engineer"], made.json["state"]) == ("acme", None, "good")
    [listed] = desk.ask("token", "list", "--json").json
    assert listed == {name: value for name, value in made.json.items() if name != "token"}
    shown = desk.ask("token", "list").out
    assert made.json["id"] in shown
    assert "never" in shown
    assert made.json["token"] not in shown
    assert desk.ask("token", "revoke", made.json["id"]).out == f"{made.json['id']} (crm) is revoked.\n"
    assert [each["state"] for each in desk.ask("token", "list", "--json").json] == ["revoked"]


def test_it_is_shown_once(desk: Terminal) -> None:
    said = desk.ask("token", "create", "pager", "--scope", "tickets:write", "--engineer", "ada")
    assert said.code == 0
    first, second = said.out.splitlines()
    assert "may tickets:write as ada, until " in first
    secret = second.removeprefix("The token, shown only now: ")
    assert secret.startswith("dl_")
    assert secret.encode() not in (desk.directory / "dawnline.db").read_bytes()
    assert digest_of(secret).encode() in stored(desk)


def stored(desk: Terminal) -> bytes:
    names = ("dawnline.db", "dawnline.db-wal")
    return b"".join(
        (desk.directory / each).read_bytes() for each in names if (desk.directory / each).exists()
    )


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("create", "x", "--scope", "tickets:read", "--engineer", "nobody"), 1, "nobody"),
        (("create", "x", "--scope", "tickets:read", "--customer", "nobody"), 1, "nobody"),
        (("create", "x", "--scope", "everything"), 2, "tickets:read"),
        (("create", "x"), 2, "--scope"),
        (("create", " ", "--scope", "tickets:read"), 2, "what it is for"),
        (("create", "x", "--scope", "tickets:read", "--days", "0"), 2, "--days"),
        (("create", "x", "--scope", "tickets:read", "--days", "367"), 2, "--days"),
        (
            ("create", "x", "--scope", "tickets:read", "--engineer", "ada", "--customer", "acme"),
            2,
            "not both",
        ),
        (("revoke", "tok_none"), 1, "There is no token tok_none."),
    ],
)
def test_wrong_words(desk: Terminal, words: tuple[str, ...], code: int, hint: str) -> None:
    said = desk.ask("token", *words)
    assert said.code == code
    assert hint in " ".join(said.err.split())
    assert desk.ask("token", "list", "--json").json == []


def test_there_are_none(desk: Terminal) -> None:
    assert "dawnline token create" in desk.ask("token", "list").out


def test_a_link_that_signs_an_engineer_in(desk: Terminal) -> None:
    with (desk.directory / "dawnline.toml").open("a") as policy:
        policy.write('\n[web]\nauditors = ["audit@desk.example"]\n')
    said = desk.ask("sign-in", "Audit@desk.example")
    assert said.code == 0
    link = said.out.splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8080/sign-in/")
    assert digest_of(link.rpartition("/")[2]).encode() in stored(desk)
    as_json = desk.ask("sign-in", "audit@desk.example", "--json").json
    assert as_json["address"] == "audit@desk.example"
    assert as_json["link"] != link


def test_nobody_has_that_address(desk: Terminal) -> None:
    said = desk.ask("sign-in", "stranger@elsewhere.example")
    assert said.code == 1
    assert "Nobody we know has the address stranger@elsewhere.example" in " ".join(said.err.split())


def test_the_web_is_off(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB", "off")
    said = desk.ask("sign-in", "audit@desk.example")
    assert (said.code, said.err) == (1, "The web is off: see WEB in .env.\n")
