"""`dawnline report sla | outages`."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Lang, Zone
from bot.cli.screen import show, show_json, show_table
from bot.cli.times import instant
from bot.durable import Outage
from bot.messages.catalogue import Voice
from bot.reports.as_json import as_json as sla_json
from bot.reports.as_json import instant as written
from bot.reports.sla import By, sla_report
from bot.reports.table import render

USUAL = timedelta(days=30)
From = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="From then on. Default: 30 days before --to.")
]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Before then. Default: now.")]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline report sla --by customer[/]"
)


@app.callback()
def report() -> None:
    """Promises kept and broken, and how long customers waited; when pages could not leave."""


@app.command(epilog="Example: [cyan]dawnline report sla --from 2026-02-01 --to 2026-03-01 --by customer[/]")
def sla(
    from_: From = None,
    to: To = None,
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
    start, end = _span(voice, from_, to)
    found = desk.read(lambda tx: tx.tickets.opened_between(start, end))
    report = sla_report(found, start, end, voice.now, by)
    if as_json:
        show_json(sla_json(report))
    else:
        show(render(report, voice))


@app.command(epilog="Example: [cyan]dawnline report outages --from 2026-02-01 --json[/]")
def outages(
    from_: From = None,
    to: To = None,
    as_json: AsJson = False,
    zone: Zone = None,
    directory: Directory = HERE,
) -> None:
    """When calls, texts or pushes to engineers could not leave, since when and why. Pages went by other means
    meanwhile."""
    desk = Desk.at(directory)
    voice = desk.voice(None, zone)
    start, end = _span(voice, from_, to)
    found = [each for each in desk.read(lambda tx: tx.outages.since(start)) if each.began_at < end]
    if as_json:
        show_json([_row(each) for each in found])
    elif not found:
        show(f"Everything could leave from {voice.instant(start)} to {voice.instant(end)}.")
    else:
        heads = ("channel", "from", "to", "reason")
        show_table(heads, [_cells(voice, each) for each in found])


def _row(each: Outage) -> dict[str, str | None]:
    ended = written(each.ended_at) if each.ended_at else None
    return {"channel": each.channel, "from": written(each.began_at), "to": ended, "reason": each.reason}


def _cells(voice: Voice, each: Outage) -> tuple[str, str, str, str]:
    ended = voice.instant(each.ended_at) if each.ended_at else "still"
    return each.channel, voice.instant(each.began_at), ended, each.reason


def _span(voice: Voice, from_: str | None, to: str | None) -> tuple[datetime, datetime]:
    """Raises BadParameter."""
    end = instant(to, voice.zone, "--to") if to else voice.now
    start = instant(from_, voice.zone, "--from") if from_ else end - USUAL
    if start >= end:
        raise typer.BadParameter("it must be before --to", param_hint="'--from'")
    return start, end
