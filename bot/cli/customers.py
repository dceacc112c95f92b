"""`dawnline customers import | list | show`."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import line, show, show_json, show_table
from bot.customers.customer import Customer, Identity
from bot.customers.importing import parse_customers
from bot.customers.merging import merge
from bot.errors import ConfigurationError
from bot.inbound import Address
from bot.ports import Transaction
from bot.verbs.admission import Admitted, admit
from bot.work import Work

BIG = 500
"""From so many customers on, a progress bar is shown."""
MOVES_SHOWN = 20

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: [cyan]dawnline customers import FILE.csv[/]",
)


@app.callback()
def customers() -> None:
    """Import, list and show customers. The desk may run meanwhile."""


@app.command("import", epilog="Example: [cyan]dawnline customers import customers.csv --dry-run[/]")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="docs/configuration.md explains the columns.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Add and change customers from a CSV file: all of it or, with a single fault in it, nothing.

    An empty cell keeps what is known; identities are added, and groups linked with /link stay linked.
    Customers that the file does not name stay as they are.
    """
    desk = Desk.at(directory)
    found, faults = parse_customers(file.read_bytes(), desk.policy, str(file))
    if faults:
        raise ConfigurationError(faults)
    admitted = _previewed(desk, found) if dry_run else _imported(desk, found)
    if as_json:
        show_json(_import_json(admitted, dry_run))
    else:
        _tell(admitted, dry_run)


@app.command("list", epilog="Example: [cyan]dawnline customers list --json[/]")
def list_customers(as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Every customer, by id."""
    found = Desk.at(directory).read(lambda tx: tx.customers.all())
    if as_json:
        show_json([_as_json(customer) for customer in found])
    elif found:
        heads = ("id", "name", "tier", "language", "time zone", "industry", "account manager", "known by")
        show_table(heads, [_row(customer) for customer in found])
    else:
        show("There are no customers yet; `dawnline customers import FILE.csv` adds them.")


@app.command("show", epilog="Example: [cyan]dawnline customers show acme[/]")
def show_customer(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The customer's id or name.")],
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """One customer, with everything they are recognised by.

    Exit code 1: there is no such customer.
    """
    desk = Desk.at(directory)
    found = desk.read(lambda tx: tx.customers.all())
    customer = _named(found, name)
    if customer is None:
        complain(f"There is no customer {name!r}.{_near(found, name)}")
        raise typer.Exit(NO)
    dead = desk.read(lambda tx: _dead(tx, customer))
    if as_json:
        show_json({**_as_json(customer), "dead_addresses": dead})
    else:
        _print(customer, dead)


async def _dead(tx: Transaction, customer: Customer) -> dict[str, str]:
    """Mail addresses that writing to is useless, and why: mail to them came back for good."""
    places = [Address("email", each.value) for each in customer.identities if each.kind == "email"]
    reasons = [(place.conversation, await tx.dead_addresses.reason(place)) for place in places]
    return {address: reason for address, reason in reasons if reason is not None}


def _previewed(desk: Desk, listed: tuple[Customer, ...]) -> Admitted:
    known = desk.read(lambda tx: tx.customers.all()) if desk.has_store else ()
    return Admitted(merge(known, listed), ())


def _imported(desk: Desk, listed: tuple[Customer, ...]) -> Admitted:
    with _progress(len(listed)) as progress:
        task = progress.add_task("customers", total=len(listed))

        async def unit(work: Work) -> Admitted:
            return await admit(work, listed, lambda _: progress.advance(task))

        return desk.act(unit)


def _progress(count: int) -> Progress:
    """On stderr, so that what is printed stays clean; gone when it is done."""
    shown = count >= BIG and sys.stderr.isatty()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown)


def _tell(admitted: Admitted, dry_run: bool) -> None:
    merged = admitted.merged
    counts = f"{len(merged.added)} added, {len(merged.changed)} changed, {merged.unchanged} unchanged"
    show(f"{counts} (dry run: nothing was changed)" if dry_run else counts)
    for taken in merged.taken[:MOVES_SHOWN]:
        identity = f"{taken.identity.kind} {line(taken.identity.value)}"
        show(f"{identity} was {line(taken.before)}'s and is {line(taken.after)}'s now")
    if len(merged.taken) > MOVES_SHOWN:
        show(f"... and {len(merged.taken) - MOVES_SHOWN} more; --json names them all")
    if admitted.moved:
        show(f"no longer of an unknown customer: {', '.join(admitted.moved)}")


def _import_json(admitted: Admitted, dry_run: bool) -> dict[str, Any]:
    merged = admitted.merged
    return {
        "dry_run": dry_run,
        "added": [customer.id for customer in merged.added],
        "changed": [customer.id for customer in merged.changed],
        "unchanged": merged.unchanged,
        "taken": [
            {"kind": each.identity.kind, "value": each.identity.value, "from": each.before, "to": each.after}
            for each in merged.taken
        ],
        "tickets_moved": list(admitted.moved),
    }


def _row(customer: Customer) -> tuple[str, ...]:
    kinds = Counter(identity.kind for identity in customer.identities)
    return (
        line(customer.id, 40),
        line(customer.name, 40),
        line(customer.tier),
        customer.language,
        customer.time_zone,
        line(customer.industry),
        line(customer.account_manager),
        ", ".join(f"{count} {kind}" for kind, count in kinds.items()),
    )


def _as_json(customer: Customer) -> dict[str, Any]:
    return asdict(customer)


def _print(customer: Customer, dead: Mapping[str, str]) -> None:
    facts = _as_json(customer)
    identities = [
        ("known by", f"{each.kind} {each.value}{_told_dead(each, dead)}") for each in customer.identities
    ]
    rows = [(name.replace("_", " "), str(facts[name])) for name in facts if name != "identities"]
    for name, value in (*rows, *identities):
        show(f"{name:16} {line(value, 200) or '-'}")


def _told_dead(identity: Identity, dead: Mapping[str, str]) -> str:
    reason = dead.get(identity.value) if identity.kind == "email" else None
    return f" (dead: {reason})" if reason else ""


def _named(customers: tuple[Customer, ...], name: str) -> Customer | None:
    """By id, else by name, in whatever case."""
    wanted = name.casefold()
    by_id = (customer for customer in customers if customer.id.casefold() == wanted)
    by_name = (customer for customer in customers if customer.name.casefold() == wanted)
    return next(by_id, None) or next(by_name, None)


def _near(customers: tuple[Customer, ...], name: str) -> str:
    names = {each.casefold(): each for customer in customers for each in (customer.id, customer.name)}
    near = get_close_matches(name.casefold(), names, n=1)
    return f" Did you mean {line(names[near[0]])!r}?" if near else ""
