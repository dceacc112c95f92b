"""`dawnline quarantine list | show | release | reject`."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer

from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory, Zone
from bot.cli.screen import line, show, show_json, show_table
from bot.cli.times import moment
from bot.errors import Refused
from bot.intake.ledger import Entry
from bot.intake.quarantine import reject as reject_entry
from bot.intake.quarantine import release as release_entry
from bot.policy import Policy
from bot.reports.as_json import instant
from bot.verbs.perform import in_words
from bot.work import Work

T = TypeVar("T")
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: [cyan]dawnline quarantine list[/]  ·  [cyan]dawnline quarantine release 3f9a01bc[/]",
)


@app.callback()
def quarantine() -> None:
    """What came in and waits for a human: a stranger who quotes a ticket, an engineer nothing proves, what
    could not be read. The desk may run meanwhile."""


def _ticket_number(text: str) -> int:
    """T-1042 or 1042. Raises BadParameter."""
    plain = text.upper().removeprefix("T-")
    if not plain.isdecimal():
        raise typer.BadParameter(f"{text!r} is no ticket; write T-1042")
    return int(plain)


Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it; its beginning is enough.")]
By = Annotated[
    str, typer.Option("--by", metavar="NAME", help="Who decides, for the record: an engineer's id or a name.")
]


@app.command("list", epilog="Example: [cyan]dawnline quarantine list --json[/]")
def list_waiting(as_json: AsJson = False, zone: Zone = None, directory: Directory = HERE) -> None:
    """What waits, the longest first, and why."""
    desk = Desk.at(directory)
    found = _waiting(desk)
    if as_json:
        show_json([_as_json(entry) for entry in found])
    elif not found:
        show("Nothing waits in quarantine.")
    else:
        voice = desk.voice(None, zone)
        heads = ("id", "received", "from", "beside", "why", "text")
        show_table(heads, [_row(entry, voice.zone) for entry in found])


@app.command("show", epilog="Example: [cyan]dawnline quarantine show 3f9a01bc[/]")
def show_one(name: Id, as_json: AsJson = False, zone: Zone = None, directory: Directory = HERE) -> None:
    """One of them, whole.

    Exit code 1: nothing with that id waits.
    """
    desk = Desk.at(directory)
    entry = _named(desk, name)
    if as_json:
        show_json(_as_json(entry, desk))
    else:
        _print(entry, desk, desk.voice(None, zone).zone)


@app.command(epilog="Example: [cyan]dawnline quarantine release 3f9a01bc --into T-1042 --by mei[/]")
def release(
    name: Id,
    into: Annotated[
        int | None,
        typer.Option(
            "--into",
            parser=_ticket_number,
            metavar="TICKET",
            help="Add it to this ticket. Default: a new one.",
        ),
    ] = None,
    by: By = "operator",
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """It is a customer's message after all: a ticket of its own with its original time, or part of one.

    Exit code 1: nothing with that id waits, or there is no such ticket.
    """
    desk = Desk.at(directory)
    entry, person = _named(desk, name), _person(desk.policy, by)
    ticket = _decided(desk, lambda work: release_entry(work, entry.channel, entry.event_key, person, into))
    if as_json:
        show_json({"id": entry.short_id, "outcome": "promoted", "ticket": ticket.id})
    else:
        show(f"Released into {ticket.id}." if into else f"Released: {ticket.id} is open ({ticket.priority}).")


@app.command(epilog='Example: [cyan]dawnline quarantine reject 3f9a01bc --why "spam"[/]')
def reject(
    name: Id,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="For the record.")] = "",
    by: By = "operator",
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """It needs nobody. It stays on the ledger.

    Exit code 1: nothing with that id waits.
    """
    desk = Desk.at(directory)
    entry, person = _named(desk, name), _person(desk.policy, by)
    rejected = _decided(desk, lambda work: reject_entry(work, entry.channel, entry.event_key, person, why))
    if as_json:
        show_json({"id": entry.short_id, "outcome": rejected.outcome.value, "reason": rejected.reason})
    else:
        show("Rejected; it stays on the ledger.")


def _waiting(desk: Desk) -> tuple[Entry, ...]:
    return desk.read(lambda tx: tx.ledger.quarantined())


def _named(desk: Desk, name: str) -> Entry:
    """Exits with 1 when nothing, or more than one, is called so."""
    found = [entry for entry in _waiting(desk) if entry.short_id.startswith(name.lower())]
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} that wait begin with {name!r}; write more of the id."
    complain(many if found else f"Nothing with the id {name!r} waits; see: dawnline quarantine list")
    raise typer.Exit(NO)


def _person(policy: Policy, name: str) -> str:
    engineer = policy.engineer(name)
    return engineer.name if engineer else name


def _decided(desk: Desk, decide: Callable[[Work], Awaitable[T]]) -> T:
    """What came of it. Exits with 1 when it could not be done."""
    try:
        return desk.act(decide)
    except Refused as refused:
        complain(in_words(desk.house, desk.voice(None, None), refused))
        raise typer.Exit(NO) from None


def _row(entry: Entry, zone: str) -> tuple[str, ...]:
    return (
        entry.short_id,
        moment(entry.received_at, zone),
        line(entry.author_name or entry.author or entry.conversation, 40),
        f"T-{entry.ticket}" if entry.ticket is not None else "",
        line(entry.reason, 100),
        line(_words(entry), 60),
    )


def _words(entry: Entry) -> str:
    return entry.item.words if entry.item else entry.text


def _kept(entry: Entry, desk: Desk) -> str | None:
    """Where the whole message lies."""
    kept = entry.item.formal.kept if entry.item and entry.item.formal else ""
    return str(desk.settings.files_path / kept[:2] / kept) if kept else None


def _print(entry: Entry, desk: Desk, zone: str) -> None:
    facts = [
        ("received", moment(entry.received_at, zone)),
        ("sent", moment(entry.sent_at, zone)),
        ("from", line(f"{entry.author_name} <{entry.author}>", 200)),
        ("place", line(f"{entry.channel}:{entry.conversation}", 200)),
        ("beside", f"T-{entry.ticket}" if entry.ticket is not None else ""),
        ("why", line(entry.reason, 400)),
        ("whole", _kept(entry, desk) or ""),
    ]
    for label, value in facts:
        if value:
            show(f"{label:9} {value}")
    show("")
    for each in _words(entry).splitlines():
        show(f"  {line(each, 400)}")


def _as_json(entry: Entry, desk: Desk | None = None) -> dict[str, Any]:
    whole = {} if desk is None else {"full_text": _full(entry), "kept": _kept(entry, desk)}
    return {
        "id": entry.short_id,
        "channel": entry.channel,
        "conversation": entry.conversation,
        "event_key": entry.event_key,
        "received_at": instant(entry.received_at),
        "sent_at": instant(entry.sent_at),
        "author": {"id": entry.author, "name": entry.author_name},
        "reason": entry.reason,
        "beside": f"T-{entry.ticket}" if entry.ticket is not None else None,
        "text": _words(entry),
        **whole,
    }


def _full(entry: Entry) -> str:
    formal = entry.item.formal if entry.item else None
    return (formal.full_text if formal else "") or entry.text
