"""`dawnline ledger`."""

from datetime import datetime
from typing import Annotated, Any

import typer

from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Zone
from bot.cli.screen import line, show, show_json, show_table
from bot.cli.times import moment, since
from bot.inbound import Address
from bot.intake.ledger import Entry
from bot.ports import Transaction
from bot.reports.as_json import instant

app = typer.Typer(add_completion=False)


def conversation_named(text: str) -> Address:
    """slack:C0123 or telegram:-100123. Raises BadParameter."""
    channel, colon, conversation = text.partition(":")
    if not (channel and colon and conversation):
        raise typer.BadParameter(
            f"{text!r} is not a conversation; write slack:C012AB3CD or telegram:-1001234"
        )
    return Address(channel, conversation)


@app.command(epilog="Example: [cyan]dawnline ledger --since 7d --conversation slack:C012AB3CD --json[/]")
def ledger(
    since_: Annotated[
        str, typer.Option("--since", metavar="TIME", help="From then on: 24h, 7d, or a time.")
    ] = "24h",
    conversation: Annotated[
        Address | None,
        typer.Option(parser=conversation_named, metavar="CHANNEL:ID", help="Only what came in there."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the newest.")] = 1000,
    as_json: AsJson = False,
    zone: Zone = None,
    directory: Directory = HERE,
) -> None:
    """Every inbound item, oldest first: what became of it, and why.

    `dawnline show` tells the rest about those that belong to a ticket.
    """
    desk = Desk.at(directory)
    voice = desk.voice(None, zone)
    start = since(since_, voice.zone, voice.now, "--since")
    found = desk.read(lambda tx: _entries(tx, conversation, start, limit))
    if as_json:
        show_json([_as_json(entry) for entry in found])
    else:
        _print(found, voice.zone, limit)


async def _entries(tx: Transaction, at: Address | None, start: datetime, limit: int) -> list[Entry]:
    if at is None:
        return list(reversed(await tx.ledger.since(start, limit=limit)))
    return [entry for entry in await tx.ledger.move(at) if entry.received_at >= start][-limit:]


def _print(entries: list[Entry], zone: str, limit: int) -> None:
    if not entries:
        show("Nothing came in.")
        return
    heads = ("received", "conversation", "from", "outcome", "ticket", "why", "text")
    show_table(heads, [_row(entry, zone) for entry in entries])
    if len(entries) == limit:
        show(f"The newest {limit}; --limit shows more, --since less.")


def _row(entry: Entry, zone: str) -> tuple[str, ...]:
    return (
        moment(entry.received_at, zone),
        line(f"{entry.channel}:{entry.conversation}", 40),
        line(entry.author_name or entry.author, 30),
        entry.outcome.value,
        _ticket(entry) or "",
        line(entry.reason, 100),
        line(entry.text, 60),
    )


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "received_at": instant(entry.received_at),
        "sent_at": instant(entry.sent_at),
        "channel": entry.channel,
        "conversation": entry.conversation,
        "event_key": entry.event_key,
        "message_id": entry.message_id,
        "author": {"id": entry.author, "name": entry.author_name},
        "outcome": entry.outcome.value,
        "reason": entry.reason,
        "ticket": _ticket(entry),
        "text": entry.text,
    }


def _ticket(entry: Entry) -> str | None:
    return f"T-{entry.ticket}" if entry.ticket is not None else None
