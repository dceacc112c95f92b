"""`dawnline bench history | http | idle | intake | peers | timers`."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from bot.bench import history as history_bench
from bot.bench import http as http_bench
from bot.bench import idle as idle_bench
from bot.bench import intake as intake_bench
from bot.bench import peers as peers_bench
from bot.bench import timers as timers_bench
from bot.bench.report import Report
from bot.cli.options import AsJson
from bot.cli.screen import show_json

Quick = Annotated[bool, typer.Option("--quick", help="Small amounts: a hint in seconds, no proof.")]
SERVER = "A PostgreSQL server (postgresql://…): databases of its own are made there, and dropped afterwards."
Database = Annotated[str | None, typer.Option("--database", metavar="URL", help=f"{SERVER} Default: SQLite.")]

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline bench intake --quick[/]"
)


@app.callback()
def bench() -> None:
    """Measure this machine, on databases of their own that are gone afterwards.

    A missed goal is a figure like any other: the exit code is 0 whether goals are met or not.
    """


@app.command(epilog="Example: [cyan]dawnline bench history --large 10000000[/]")
def history(
    database: Database = None,
    large: Annotated[
        int | None,
        typer.Option("--large", min=1, help="So many tickets of the past, beside ten thousand."),
    ] = None,
    quick: Quick = False,
    as_json: AsJson = False,
) -> None:
    """What one ticket costs with millions of tickets of the past, beside ten thousand."""
    options = history_bench.QUICK if quick else history_bench.HistoryOptions()
    options = replace(options, database=database, large=large or options.large)
    report = history_bench.run_history(options)
    print_json(report) if as_json else print_tables(report)


@app.command(epilog="Example: [cyan]dawnline bench idle --json[/]")
def idle(database: Database = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """What a desk with nothing to do costs: its memory, its start, its wake-ups; beside a bare Python."""
    options = replace(idle_bench.QUICK if quick else idle_bench.IdleOptions(), database=database)
    report = idle_bench.run_idle(options)
    print_json(report) if as_json else print_tables(report)


@app.command(epilog="Example: [cyan]dawnline bench intake --json[/]")
def intake(quick: Quick = False, as_json: AsJson = False) -> None:
    """Tickets per second beside a plain sqlite3 loop, and how long a message waits with a million stored."""
    options = intake_bench.QUICK if quick else intake_bench.IntakeOptions()
    report = intake_bench.run_intake(options)
    print_json(report) if as_json else print_tables(report)


@app.command(
    epilog="Example: [cyan]dawnline bench peers --database postgresql://postgres@localhost/postgres[/]"
)
def peers(
    database: Annotated[str, typer.Option("--database", metavar="URL", help=SERVER)],
    quick: Quick = False,
    as_json: AsJson = False,
) -> None:
    """Tickets per second beside alerta and django-helpdesk, on the same PostgreSQL; needs a package registry.

    Both are installed into environments of their own that are gone afterwards.
    """
    options = peers_bench.quick(database) if quick else peers_bench.PeersOptions(database)
    report = peers_bench.run_peers(options)
    print_json(report) if as_json else print_tables(report)


@app.command(epilog="Example: [cyan]dawnline bench http --json[/]")
def http(quick: Quick = False, as_json: AsJson = False) -> None:
    """Signed Slack events per second over HTTP, committed before the answer, and how long Slack waits."""
    options = http_bench.QUICK if quick else http_bench.HttpOptions()
    report = http_bench.run_http(options)
    print_json(report) if as_json else print_tables(report)


@app.command(epilog="Example: [cyan]dawnline bench timers --json[/]")
def timers(quick: Quick = False, as_json: AsJson = False) -> None:
    """What one look of the engine costs with ten thousand and with a million timers pending."""
    options = timers_bench.QUICK if quick else timers_bench.TimersOptions()
    report = timers_bench.run_timers(options)
    print_json(report) if as_json else print_tables(report)


def print_tables(report: Report) -> None:
    Console(highlight=False).print(*report.as_tables())


def print_json(report: Report) -> None:
    show_json(report.as_json())
