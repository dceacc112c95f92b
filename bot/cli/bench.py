"""`dawnline bench escalate | history | http | idle | intake | lateness | mail | peers | phone | timers
| web`."""

from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from bot.bench import escalate as escalate_bench
from bot.bench import history as history_bench
from bot.bench import http as http_bench
from bot.bench import idle as idle_bench
from bot.bench import intake as intake_bench
from bot.bench import lateness as lateness_bench
from bot.bench import mail as mail_bench
from bot.bench import peers as peers_bench
from bot.bench import phone as phone_bench
from bot.bench import shared_intake, shared_timers
from bot.bench import timers as timers_bench
from bot.bench import web as web_bench
from bot.bench.report import Report
from bot.cli.options import AsJson
from bot.cli.screen import show_json
from storage.opening import is_shared


def server_at(url: str) -> str:
    if not is_shared(url):
        raise typer.BadParameter(
            "several workers need PostgreSQL: postgresql://USER@HOST:PORT/DATABASE, as somebody who may "
            "create databases. A new one is made beside it and dropped afterwards."
        )
    return url


Quick = Annotated[bool, typer.Option("--quick", help="Small amounts: a hint in seconds, no proof.")]
SERVER = typer.Option(
    "--database",
    parser=server_at,
    metavar="URL",
    help="Measure on new databases of this PostgreSQL server, which are dropped afterwards. The URL's own "
    "database is not touched. Default: SQLite.",
)
Server = Annotated[str | None, SERVER]

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
    database: Server = None,
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
    show(history_bench.run_history(options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench idle --json[/]")
def idle(database: Server = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """What a desk with nothing to do costs: its memory, its start, its wake-ups; beside a bare Python."""
    options = replace(idle_bench.QUICK if quick else idle_bench.IdleOptions(), database=database)
    show(idle_bench.run_idle(options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench intake --json[/]")
def intake(database: Server = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """Tickets per second beside a plain loop, and how long a message waits. On SQLite with a million
    tickets stored; with --database by four workers at once."""
    if database is None:
        show(intake_bench.run_intake(intake_bench.QUICK if quick else intake_bench.IntakeOptions()), as_json)
    else:
        options = shared_intake.QUICK if quick else shared_intake.SharedIntakeOptions()
        show(shared_intake.run_shared_intake(database, options), as_json)


@app.command(
    epilog="Example: [cyan]dawnline bench peers --database postgresql://postgres@localhost/postgres[/]"
)
def peers(
    database: Annotated[str, SERVER],
    quick: Quick = False,
    as_json: AsJson = False,
) -> None:
    """Tickets per second beside alerta and django-helpdesk, on the same PostgreSQL; needs a package registry.

    Both are installed into environments of their own that are gone afterwards.
    """
    options = peers_bench.quick(database) if quick else peers_bench.PeersOptions(database)
    show(peers_bench.run_peers(options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench http --json[/]")
def http(quick: Quick = False, as_json: AsJson = False) -> None:
    """Signed Slack events per second over HTTP, committed before the answer, and how long Slack waits."""
    options = http_bench.QUICK if quick else http_bench.HttpOptions()
    show(http_bench.run_http(options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench timers --json[/]")
def timers(database: Server = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """What one look of the engine costs with ten thousand and with a million timers pending; with --database
    how many timers a second four workers fire, of which one is killed every second."""
    if database is None:
        show(timers_bench.run_timers(timers_bench.QUICK if quick else timers_bench.TimersOptions()), as_json)
    else:
        options = shared_timers.QUICK if quick else shared_timers.SharedTimersOptions()
        show(shared_timers.run_shared_timers(database, options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench lateness --database postgresql://localhost/postgres[/]")
def lateness(database: Server = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """How late timers fire with a million others pending; on SQLite, or on PostgreSQL with --database."""
    options = lateness_bench.QUICK if quick else lateness_bench.LatenessOptions()
    show(lateness_bench.run_lateness(database, options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench escalate --database postgresql://localhost/postgres[/]")
def escalate(database: Server = None, quick: Quick = False, as_json: AsJson = False) -> None:
    """How long until everybody is paged when thousands of escalations are due at once; with --database by
    four workers, and again with half of them killed in the middle."""
    options = escalate_bench.QUICK if quick else escalate_bench.EscalateOptions()
    show(escalate_bench.run_escalate(database, options), as_json)


@app.command(epilog="Example: [cyan]dawnline bench mail --json[/]")
def mail(quick: Quick = False, as_json: AsJson = False) -> None:
    """Mails read a second beside the standard library, and taken in whole; a large one's memory."""
    show(mail_bench.run_mail(mail_bench.QUICK if quick else mail_bench.MailOptions()), as_json)


@app.command(epilog="Example: [cyan]dawnline bench phone --json[/]")
def phone(quick: Quick = False, as_json: AsJson = False) -> None:
    """How long a telephone provider waits for each step of 50 calls a second: alone, beside 200 chat messages
    a second, and while everybody is paged."""
    show(phone_bench.run_phone(phone_bench.QUICK if quick else phone_bench.PhoneOptions()), as_json)


@app.command(epilog="Example: [cyan]dawnline bench web --json[/]")
def web(quick: Quick = False, as_json: AsJson = False) -> None:
    """The board with ten thousand open tickets, five hundred open pages and how soon an acknowledgement is
    seen in another browser; beside a desk with nothing to do."""
    show(web_bench.run_web(web_bench.QUICK if quick else web_bench.WebOptions()), as_json)


def show(report: Report, as_json: bool) -> None:
    print_json(report) if as_json else print_tables(report)


def print_tables(report: Report) -> None:
    Console(highlight=False).print(*report.as_tables())


def print_json(report: Report) -> None:
    show_json(report.as_json())
