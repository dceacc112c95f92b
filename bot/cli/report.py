"""`dawnline report sla`."""

from datetime import timedelta
from typing import Annotated

import typer

from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Lang, Zone
from bot.cli.screen import show, show_json
from bot.cli.times import instant
from bot.reports.as_json import as_json as sla_json
from bot.reports.sla import By, sla_report
from bot.reports.table import render

USUAL = timedelta(days=30)

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline report sla --by customer[/]"
)


@app.callback()
def report() -> None:
    """Promises kept and broken, and how long customers waited."""


@app.command(epilog="Example: [cyan]dawnline report sla --from 2026-02-01 --to 2026-03-01 --by customer[/]")
def sla(
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="TIME", help="Tickets from then on. Default: 30 days before --to."),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Tickets before then. Default: now.")
    ] = None,
    by: Annotated[By | None, typer.Option("--by", help="One row each.")] = None,
    as_json: AsJson = False,
    zone: Zone = None,
    lang: Lang = None,
    directory: Directory = HERE,
) -> None:
    """Promises kept and broken per clock; p50, p95, p99 and the longest time to the first page, to the
    acknowledgement and to the first human answer. Tickets count by when the customer wrote."""
    desk = Desk.at(directory)
    voice = desk.voice(lang, zone)
    end = instant(to, voice.zone, "--to") if to else voice.now
    start = instant(from_, voice.zone, "--from") if from_ else end - USUAL
    if start >= end:
        raise typer.BadParameter("it must be before --to", param_hint="'--from'")
    found = desk.read(lambda tx: tx.tickets.opened_between(start, end))
    report = sla_report(found, start, end, voice.now, by)
    if as_json:
        show_json(sla_json(report))
    else:
        show(render(report, voice))
