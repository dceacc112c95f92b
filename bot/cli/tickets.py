"""`dawnline tickets`."""

from typing import Annotated

import typer

from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Lang, Zone
from bot.cli.screen import line, show, show_json, show_table
from bot.cli.times import moment
from bot.messages.catalogue import Voice
from bot.reports.ticket_json import ticket_json
from bot.tickets.ticket import Ticket

app = typer.Typer(add_completion=False)


@app.command(epilog="Example: [cyan]dawnline tickets --customer acme --limit 10[/]")
def tickets(
    customer: Annotated[str | None, typer.Option("--customer", help="Only this customer's, by id.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
    as_json: AsJson = False,
    zone: Zone = None,
    lang: Lang = None,
    directory: Directory = HERE,
) -> None:
    """The open tickets, most urgent first, then oldest."""
    desk = Desk.at(directory)
    voice = desk.voice(lang, zone)
    found = desk.read(lambda tx: tx.tickets.active(customer=customer, limit=limit))
    if as_json:
        show_json([ticket_json(ticket, voice.now) for ticket in found])
    elif found:
        heads = ("ticket", "priority", "state", "customer", "who has it", "next promise", "title")
        show_table(heads, [_row(desk, ticket, voice) for ticket in found])
    else:
        show(voice.say("answer.no_tickets"))


def _row(desk: Desk, ticket: Ticket, voice: Voice) -> tuple[str, ...]:
    owner = desk.policy.engineer(ticket.assignee or "")
    return (
        ticket.id,
        ticket.priority.value,
        voice.say(f"standing.{ticket.state.value}"),
        line(ticket.customer, 40),
        owner.name if owner else ticket.assignee or voice.say("person.nobody"),
        _next_promise(ticket, voice),
        line(ticket.title, 60),
    )


def _next_promise(ticket: Ticket, voice: Voice) -> str:
    running = [clock for clock in ticket.clocks if clock.is_running]
    if not running:
        return voice.say("answer.ticket_quiet")
    clock = min(running, key=lambda each: each.due_at)
    key = "answer.ticket_clock" if voice.now < clock.due_at else "answer.ticket_late"
    return voice.say(key, clock=voice.say(f"clock.{clock.kind.value}"), due=moment(clock.due_at, voice.zone))
