"""`dawnline show T-1042`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Lang, Zone
from bot.cli.screen import line, plain, show, show_json, show_table
from bot.cli.times import moment, span
from bot.escalation.page import Page
from bot.escalation.page_json import page_json
from bot.messages.catalogue import Voice
from bot.ports import Transaction
from bot.reports.sla import fate
from bot.reports.ticket_json import event_json, ticket_json
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Event, Ticket
from bot.tickets.timeline import event_line

app = typer.Typer(add_completion=False)


def ticket_number(text: str) -> int:
    """T-1042, t-1042 or 1042. Raises BadParameter."""
    match = re.fullmatch(r"(?:T-)?(\d{1,15})", text.strip(), re.IGNORECASE | re.ASCII)
    if match is None:
        raise typer.BadParameter(f"{text!r} is not a ticket; write T-1042")
    return int(match[1])


@app.command("show", epilog="Example: [cyan]dawnline show T-1042 --zone Asia/Shanghai --lang zh[/]")
def show_ticket(
    ticket: Annotated[int, typer.Argument(parser=ticket_number, metavar="TICKET", help="Such as T-1042.")],
    as_json: AsJson = False,
    zone: Zone = None,
    lang: Lang = None,
    directory: Directory = HERE,
) -> None:
    """One ticket: its clocks, its pages with their delivery, and its whole timeline.

    Exit code 1: there is no such ticket.
    """
    desk = Desk.at(directory)
    voice = desk.voice(lang, zone)
    record = desk.read(lambda tx: _record(tx, ticket))
    if as_json:
        show_json(_as_json(record, voice.now))
    else:
        _print(desk, record, voice)


@dataclass(frozen=True, slots=True)
class Record:
    """All that is kept about a ticket; events and pages oldest first."""

    ticket: Ticket
    customer: str
    events: tuple[Event, ...]
    pages: tuple[Page, ...]


async def _record(tx: Transaction, number: int) -> Record:
    ticket = await tx.tickets.get(number)
    known = await tx.customers.get(ticket.customer)
    name = known.name if known else ticket.customer
    return Record(ticket, name, await tx.events.of(number), await tx.pages.of(number))


def _as_json(record: Record, now: datetime) -> dict[str, object]:
    return {
        **ticket_json(record.ticket, now),
        "pages": [page_json(page) for page in record.pages],
        "timeline": [event_json(event) for event in record.events],
    }


def _print(desk: Desk, record: Record, voice: Voice) -> None:
    show(*_head(desk, record, voice))
    ticket = record.ticket
    if ticket.clocks:
        heads = ("promise", "from", "within", "due", "stands")
        show_table(heads, [_clock_row(clock, voice) for clock in ticket.clocks])
    if record.pages:
        heads = ("page", "who", "via", "sent", "delivery")
        show_table(heads, [_page_row(desk, page, voice) for page in record.pages])
    names = {engineer.id: engineer.name for engineer in desk.policy.engineers}
    for event in record.events:
        show(f"{moment(event.at, voice.zone)}  {line(event_line(voice, event, names), 1000)}")


def _head(desk: Desk, record: Record, voice: Voice) -> Iterator[str]:
    ticket = record.ticket
    state = voice.say(f"standing.{ticket.state.value}")
    yield " · ".join([ticket.id, ticket.priority.value, state, plain(record.customer)])
    yield f"“{line(ticket.title, 200)}”"
    reporter = plain(ticket.reporter_name or ticket.reporter)
    yield f"{reporter} · {plain(str(ticket.home))} · {moment(ticket.opened_at, voice.zone)}"
    owner = desk.policy.engineer(ticket.assignee or "")
    yield owner.name if owner else ticket.assignee or voice.say("person.nobody")


def _clock_row(clock: SlaClock, voice: Voice) -> tuple[str, ...]:
    due = "-" if clock.paused_at else moment(clock.due_at, voice.zone)
    return (
        voice.say(f"clock.{clock.kind.value}"),
        moment(clock.started_at, voice.zone),
        span(clock.within),
        due,
        _stands(clock, voice),
    )


def _stands(clock: SlaClock, voice: Voice) -> str:
    if clock.paused_at is not None and not clock.is_over:
        return f"paused since {moment(clock.paused_at, voice.zone)}"
    met = f", met {moment(clock.met_at, voice.zone)}" if clock.met_at else ""
    return f"{fate(clock, voice.now).value}{met}"


def _page_row(desk: Desk, page: Page, voice: Voice) -> tuple[str, ...]:
    engineer = desk.policy.engineer(page.engineer)
    return (
        str(page.round + 1),
        engineer.name if engineer else page.engineer,
        page.via,
        moment(page.created_at, voice.zone),
        _delivery(page, voice),
    )


def _delivery(page: Page, voice: Voice) -> str:
    if page.delivered_at is not None:
        return f"delivered {moment(page.delivered_at, voice.zone)}"
    if page.failed_at is not None:
        return f"failed {moment(page.failed_at, voice.zone)}: {line(page.reason or '', 120)}"
    return "not delivered yet"
