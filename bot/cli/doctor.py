"""`dawnline doctor`."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from bot.cli.desk import Desk
from bot.cli.examination import Found, examine
from bot.cli.failing import NO
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import plain, show, show_json
from bot.clock import SystemClock

app = typer.Typer(add_completion=False)

_MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("–", "dim")}


@app.command(epilog="Example: [cyan]dawnline doctor --groups 200[/]")
def doctor(
    groups: Annotated[
        int, typer.Option("--groups", min=0, help="Try at most so many customers' groups of each channel.")
    ] = 50,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Try the outside world: store, time zones, tokens, scopes, privacy mode, groups, people, clock.

    Each failure says how to mend it. Nothing is posted. Exit code 1: something fails.
    """
    desk = Desk.at(directory)
    found = asyncio.run(_examine(desk, groups, _keep_quiet if as_json else _tell))
    if as_json:
        show_json([asdict(each) for each in found])
    if any(each.ok is False for each in found):
        raise typer.Exit(NO)


async def _examine(desk: Desk, groups: int, tell: Callable[[Found], None]) -> list[Found]:
    found = []
    async for each in examine(desk, SystemClock(), groups):
        tell(each)
        found.append(each)
    return found


def _tell(found: Found) -> None:
    mark, style = _MARKS[found.ok]
    show(Text.assemble((mark, style), f" {found.area} · {plain(found.about)}: {plain(found.text)}"))


def _keep_quiet(_found: Found) -> None:
    """The whole list is printed at the end."""
