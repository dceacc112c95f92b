"""The command `dawnline`: every command by its name, and what happens when one fails.

A command lives in a module of its own that offers `app`, a Typer; it is imported when it is called.
"""

import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import Annotated, Any, ClassVar

import typer

from bot.cli.failing import complain, complaint
from bot.cli.lazy import Later, LazyGroup
from bot.cli.version import print_version
from bot.errors import DawnlineError
from bot.logs import configure


class Commands(LazyGroup):
    """Dawnline's commands; whatever is raised on purpose ends here, as a few words and an exit code."""

    later: ClassVar[Mapping[str, Later]] = {
        "run": Later("bot.cli.run", "Run the desk that .env and dawnline.toml configure."),
        "play": Later("bot.cli.play", "Play a story through the real desk on a virtual clock."),
        "check": Later("bot.cli.check", "Say everything that is wrong with .env and dawnline.toml."),
        "doctor": Later("bot.cli.doctor", "Try the outside world, and say how to mend what does not work."),
        "oncall": Later("bot.cli.oncall", "Who is on call, now or at any time."),
        "tickets": Later("bot.cli.tickets", "The open tickets, most urgent first."),
        "show": Later("bot.cli.show", "One ticket: its clocks, its pages and its whole timeline."),
        "ledger": Later("bot.cli.ledger", "Every inbound item, and what became of it and why."),
        "quarantine": Later(
            "bot.cli.quarantine", "What waits for a human to look at it; release or reject it."
        ),
        "verify-contact": Later(
            "bot.cli.verify_contact", "Confirm an engineer's telephone or push topic by a code."
        ),
        "token": Later("bot.cli.token", "Make, list and revoke what programs sign in with."),
        "sign-in": Later("bot.cli.sign_in", "Print a link by which somebody signs in on the web, once."),
        "customers": Later("bot.cli.customers", "Import, list and show customers."),
        "webhook": Later("bot.cli.webhook", "Have programs told of what happens to tickets."),
        "report": Later("bot.cli.report", "Promises kept and broken, and how long customers waited."),
        "db": Later("bot.cli.db", "Migrate the store, check it, copy it to PostgreSQL."),
        "mail": Later("bot.cli.mail", "What the desk reads in a mail."),
        "slack": Later("bot.cli.slack", "What Slack must be told about Dawnline."),
        "bench": Later("bot.cli.bench", "Measure the desk on this machine, on databases of their own."),
        "version": Later("bot.cli.version", "Print the version."),
    }

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever read our output has had enough (`| head`): nothing to complain about
        except (DawnlineError, OSError) as error:
            code, lines = complaint(error)
            complain(*lines)
            raise typer.Exit(code) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: [cyan]dawnline check[/]  ·  [cyan]dawnline show T-1042 --zone Europe/Berlin[/]",
)


@app.callback()
def dawnline(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=print_version, is_eager=True)
    ] = False,
) -> None:
    """Every customer message gets a human in time.

    Exit codes: 0 done, 1 the answer is no, 2 wrong use or configuration.
    """


def main() -> None:
    """The console script. Only warnings are logged here; `run` has the settings say more."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese gets question marks
    configure(sys.stderr, level="warning")
    typer.main.get_command(app)(prog_name="dawnline")
