"""`dawnline db migrate | check | copy`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from bot.bench.progress import watched
from bot.cli.failing import NO
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import plain, show, show_json
from bot.clock import SystemClock
from bot.errors import ConfigurationError, Fault, StoreError
from bot.logs import configure
from bot.reports.as_json import instant
from bot.settings import Settings, load_settings, on_store
from storage.scripts import Script
from storage.upkeep.condition import Condition, Found, Level, last_beat
from storage.upkeep.copying.copy import Copied, copy
from storage.upkeep.migrating import CAUTIOUS, WHOLE, Migrated, migrate_postgres, migrate_sqlite
from storage.upkeep.postgres_condition import postgres_condition
from storage.upkeep.sqlite_condition import sqlite_condition

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline db check --json[/]"
)

_MARKS = {Level.WELL: ("✓", "green"), Level.DOUBTFUL: ("!", "yellow"), Level.WRONG: ("✗", "bold red")}


@app.callback()
def db() -> None:
    """Migrate the store that DATABASE_URL names, check it, copy it to PostgreSQL (docs/database.md)."""


@app.command(epilog="Example: [cyan]dawnline db migrate --after[/]")
def migrate(
    after: Annotated[
        bool,
        typer.Option("--after", help="Also what may run only when no older worker is at work any more."),
    ] = False,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Bring the tables up to date. Without --after older workers may go on working meanwhile.

    Exit code 1: with --after, a worker is at work that what would run would break.
    """
    settings = _settings(directory)
    with _about(settings):
        done = asyncio.run(_migrated(settings, WHOLE if after else CAUTIOUS))
    if as_json:
        show_json(
            {"ran": [_script(each) for each in done.ran], "waiting": [_script(each) for each in done.waiting]}
        )
    else:
        _tell_migrated(done)


@app.command(epilog="Example: [cyan]dawnline db check --directory /srv/desk[/]")
def check(as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Look at the store: server, schema, settings, clock, tables, who is at work, what waits.

    Nothing is changed. Exit code 1: something is not well; 2: there is no store, or it cannot be reached.
    """
    settings = _settings(directory)
    with _about(settings):
        condition = asyncio.run(_condition(settings))
    if as_json:
        show_json(_condition_json(settings, condition))
    else:
        _tell_condition(settings, condition)
    if not condition.well:
        raise typer.Exit(NO)


@app.command(
    "copy", epilog="Example: [cyan]dawnline db copy --to postgresql://desk@db.example.com/dawnline[/]"
)
def copy_store(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="An empty PostgreSQL database.")],
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="URL", help="The SQLite store. Default: the one DATABASE_URL names."),
    ] = None,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Copy a stopped desk from SQLite to PostgreSQL, and compare every row. What was broken off goes on.

    Exit code 1: somebody is at work on either of them, or the target holds something else.
    """
    desk = _settings(directory)
    source = on_store(desk, from_, "--from") if from_ else desk
    target = on_store(desk, to, "--to")
    path = _file_of(source)
    if target.database_path is not None:
        raise ConfigurationError(
            [Fault("the command line", "--to", "must be postgresql://USER@HOST/DATABASE")]
        )
    configure(sys.stderr, level="warning", secrets=(*source.secrets(), *target.secrets()))
    with watched() as stages:
        copied = asyncio.run(copy(path, target.database_url.get_secret_value(), stages))
    if as_json:
        show_json(_copied_json(source, target, copied))
    else:
        _tell_copied(source, target, copied)


def _settings(directory: Path) -> Settings:
    settings = load_settings(directory)
    configure(sys.stderr, level="warning", secrets=settings.secrets())
    return settings


@contextmanager
def _about(settings: Settings) -> Iterator[None]:
    """What goes wrong is said together with the store it is about."""
    try:
        yield
    except StoreError as error:
        raise type(error)(f"{settings.database_name}: {error}") from error


def _file_of(source: Settings) -> Path:
    if source.database_path is None:
        wrong = "is no SQLite store; name the one to copy, such as --from sqlite:///dawnline.db"
        raise ConfigurationError([Fault("the command line", "--from", wrong)])
    return source.database_path


async def _migrated(settings: Settings, phases: tuple[str, ...]) -> Migrated:
    path = settings.database_path
    if path is not None:
        return await migrate_sqlite(path)
    return await migrate_postgres(settings.database_url.get_secret_value(), phases)


async def _condition(settings: Settings) -> Condition:
    path, clock = settings.database_path, SystemClock()
    if path is not None:
        return await sqlite_condition(path, clock)
    return await postgres_condition(settings.database_url.get_secret_value(), clock)


def _tell_migrated(done: Migrated) -> None:
    for script in done.ran:
        show(f"{script} has run")
    if not done.ran:
        show("Nothing to do.")
    if done.waiting:
        scripts = ", ".join(map(str, done.waiting))
        show(f"{scripts}: once every worker is of this version, run `dawnline db migrate --after`.")


def _script(script: Script) -> dict[str, Any]:
    return {"number": script.number, "name": script.name, "phase": script.phase}


def _tell_condition(settings: Settings, condition: Condition) -> None:
    show(settings.database_name)
    for found in condition.found:
        mark, style = _MARKS[found.level]
        show(Text.assemble((mark, style), f" {found.about}: {plain(found.text)}"))


def _condition_json(settings: Settings, condition: Condition) -> dict[str, Any]:
    waits = condition.waiting
    return {
        "ok": condition.well,
        "store": settings.database_name,
        "at": instant(condition.at),
        "found": [_found(each) for each in condition.found],
        "workers": [
            {
                "id": each.id,
                "role": each.role,
                "version": each.version,
                "knows": each.knows,
                "last_beat_seconds": (condition.at - last_beat(each)).total_seconds(),
            }
            for each in condition.workers
        ],
        "waiting": waits
        and {
            "timers": waits.timers,
            "messages": waits.messages,
            "next_at": waits.next_at and instant(waits.next_at),
        },
    }


def _found(found: Found) -> dict[str, str]:
    return {"about": found.about, "level": found.level.value, "text": found.text}


def _tell_copied(source: Settings, target: Settings, copied: Copied) -> None:
    before = f" ({copied.before} of them had been copied before)" if copied.before else ""
    show(f"{copied.total} rows copied{before}, and every one compared:")
    for table, rows in copied.rows.items():
        show(f"  {table:14} {rows:>10}")
    show(f"The next ticket is T-{copied.next_ticket}.")
    show(f"Now set DATABASE_URL to {target.database_name} (with user and password) and start the desk.")
    show(f"{source.database_name} stays as it was; start no desk on it any more.")


def _copied_json(source: Settings, target: Settings, copied: Copied) -> dict[str, Any]:
    return {
        "from": source.database_name,
        "to": target.database_name,
        "rows": dict(copied.rows),
        "copied_before": copied.before,
        "verified": copied.total,
        "next_ticket": copied.next_ticket,
    }
