"""`dawnline customers`: all of a file or nothing of it, beside a running desk."""

import asyncio
from pathlib import Path

import pytest
from bot.clock import SystemClock
from bot.inbound import Address
from bot.ports import Transaction
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal

HEAD = "id,name,tier,time_zone,slack_conversations,telegram_conversations,emails\n"
TWO = (
    HEAD
    + "nova,Nova Live,gold,Asia/Tokyo,C0NOVA0001;C0NOVA0002,,ops@nova.example\norbit,Orbit,,,,-100200300,\n"
)


def wrote(desk: Terminal, text: str) -> str:
    path = desk.directory / "customers.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def names(desk: Terminal) -> list[str]:
    return [customer["id"] for customer in desk.ask("customers", "list", "--json").json]


def test_a_file_is_imported_and_told(fresh: Terminal) -> None:
    said = fresh.ask("customers", "import", wrote(fresh, TWO))
    assert (said.code, said.out, said.err) == (0, "2 added, 0 changed, 0 unchanged\n", "")
    assert names(fresh) == ["nova", "orbit"]


def test_again_nothing_changes_and_a_changed_cell_does(fresh: Terminal) -> None:
    fresh.ask("customers", "import", wrote(fresh, TWO))
    assert fresh.ask("customers", "import", wrote(fresh, TWO)).out == "0 added, 0 changed, 2 unchanged\n"
    said = fresh.ask("customers", "import", wrote(fresh, TWO.replace("gold", "silver")))
    assert said.out == "0 added, 1 changed, 1 unchanged\n"
    assert fresh.ask("customers", "show", "nova", "--json").json["tier"] == "silver"


def test_a_dry_run_changes_nothing(fresh: Terminal) -> None:
    said = fresh.ask("customers", "import", wrote(fresh, TWO), "--dry-run")
    assert (said.code, said.out) == (0, "2 added, 0 changed, 0 unchanged (dry run: nothing was changed)\n")
    assert not (fresh.directory / "dawnline.db").exists()


def test_one_fault_and_nothing_is_imported(fresh: Terminal) -> None:
    path = wrote(fresh, TWO + "BAD ID,,,Mars/Olympus,,,\n")
    said = fresh.ask("customers", "import", path)
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert len(lines) >= 3
    assert all(line.startswith(f"{path}: line 4") for line in lines)
    assert not (fresh.directory / "dawnline.db").exists()


def test_json_names_who_was_added_changed_and_deprived(desk: Terminal) -> None:
    text = HEAD + "acme,Acme Video,gold,,,,\nnova,Nova,,,C0ACME0001,,\n"
    said = desk.ask("customers", "import", wrote(desk, text), "--json")
    assert said.json == {
        "dry_run": False,
        "added": ["nova"],
        "changed": ["acme"],
        "unchanged": 0,
        "taken": [{"kind": "slack:conversation", "value": "C0ACME0001", "from": "acme", "to": "nova"}],
        "tickets_moved": [],
    }
    assert desk.ask("customers", "show", "acme", "--json").json["identities"] == []


def test_whom_an_identity_is_taken_from_is_said(desk: Terminal) -> None:
    said = desk.ask("customers", "import", wrote(desk, HEAD + "nova,Nova,,,C0ACME0001,,\n"))
    assert "slack:conversation C0ACME0001 was acme's and is nova's now" in said.out


def test_what_was_linked_in_a_group_stays_linked(desk: Terminal) -> None:
    desk.ask("customers", "import", wrote(desk, HEAD + "acme,Acme,,,C0ACME0002,,\n"))
    found = desk.ask("customers", "show", "acme", "--json").json
    assert [each["value"] for each in found["identities"]] == ["C0ACME0001", "C0ACME0002"]


def test_tickets_of_a_strangers_group_become_the_customers(desk: Terminal) -> None:
    before = desk.ask("show", "T-3", "--json").json
    assert before["customer"] == "unknown"
    said = desk.ask("customers", "import", wrote(desk, HEAD + "nova,Nova,,Asia/Tokyo,C0NOVA0001,,\n"))
    assert "no longer of an unknown customer: T-3" in said.out
    after = desk.ask("show", "T-3", "--json").json
    assert after["customer"] == "nova"
    assert after["timeline"][-1]["kind"] == "linked"


def test_an_address_that_mail_comes_back_from_is_called_dead(fresh: Terminal) -> None:
    fresh.ask(
        "customers", "import", wrote(fresh, "id,name,emails\nnova,Nova,Dana@nova.example; a@nova.example\n")
    )

    async def mark() -> None:
        store = await open_store(fresh.directory / "dawnline.db")

        async def dead(tx: Transaction) -> None:
            tx.dead_addresses.mark(
                Address("email", "dana@nova.example"), "5.1.1 unknown", SystemClock().now()
            )

        await store.write(dead)
        await store.close()

    asyncio.run(mark())
    assert "email dana@nova.example (dead: 5.1.1 unknown)" in fresh.ask("customers", "show", "nova").out
    found = fresh.ask("customers", "show", "nova", "--json").json
    assert found["dead_addresses"] == {"dana@nova.example": "5.1.1 unknown"}


def test_it_works_while_the_desk_runs(desk: Terminal) -> None:
    """The desk holds the store alone; the import comes in beside it, and the desk sees it."""

    async def running() -> list[str]:
        store = await open_store(desk.directory / "dawnline.db", alone=True)
        try:
            said = await asyncio.to_thread(desk.ask, "customers", "import", wrote(desk, TWO))
            assert said.code == 0, said.err
            return [customer.id for customer in await store.read(lambda tx: tx.customers.all())]
        finally:
            await store.close()

    assert asyncio.run(running()) == ["acme", "nova", "orbit", "zeta"]


def test_thousands(fresh: Terminal) -> None:
    rows = "".join(f"c{n},Customer {n},,,C0X{n:06},,\n" for n in range(3000))
    said = fresh.ask("customers", "import", wrote(fresh, HEAD + rows))
    assert (said.code, said.out, said.err) == (0, "3000 added, 0 changed, 0 unchanged\n", "")


def test_list_and_show(desk: Terminal) -> None:
    said = desk.ask("customers", "list")
    assert "Acme [red]Video[/red]" in said.out, "names are never markup"
    said = desk.ask("customers", "show", "ZETA")
    assert said.code == 0
    assert "telegram:conversation -1007" in said.out


@pytest.mark.parametrize(("name", "near"), [("acmee", "'acme'"), ("Zetta", "'Zeta'"), ("qqq", None)])
def test_an_unknown_name_gets_the_likely_one(desk: Terminal, name: str, near: str | None) -> None:
    said = desk.ask("customers", "show", name)
    assert (said.code, said.out) == (1, "")
    assert said.err.strip() == f"There is no customer '{name}'." + (f" Did you mean {near}?" if near else "")


def test_a_file_that_is_not_there(fresh: Terminal) -> None:
    said = fresh.ask("customers", "import", str(fresh.directory / "no.csv"))
    assert said.code == 2
    assert "No such file" in said.err


def test_an_empty_desk_says_so(fresh: Terminal) -> None:
    fresh.ask("customers", "import", wrote(fresh, TWO))
    (fresh.directory / "dawnline.db").unlink()
    for extra in ("-wal", "-shm"):
        Path(f"{fresh.directory}/dawnline.db{extra}").unlink(missing_ok=True)
    said = fresh.ask("customers", "list")
    assert said.code == 2
    assert "there is no store yet" in said.err
