"""`dawnline run`: the desk itself."""

import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.bootstrap import build_desk
from bot.bootstrap.pages import base_of
from bot.errors import ConfigurationError, Fault
from bot.logs import configure
from bot.policy import Policy
from bot.roles import Role
from bot.settings import (
    MissingChannel,
    Settings,
    check,
    has_no_channel,
    load_policy,
    missing_channels,
)

app = typer.Typer()
EXAMPLE = "dawnline.example.toml"


@app.command(epilog="Example: [cyan]dawnline run[/]  ·  [cyan]dawnline run --role engine[/]")
def run(
    directory: Annotated[
        Path, typer.Option(help="Where .env and dawnline.toml are.", file_okay=False, exists=True)
    ] = Path(),
    role: Annotated[
        Role,
        typer.Option(
            help="What this worker does; more than one worker needs PostgreSQL (docs/operations.md)."
        ),
    ] = Role.ALL,
) -> None:
    """Run the desk until Ctrl-C or SIGTERM; what is under way is finished first."""
    policy, settings = _configured(directory)
    if role is not Role.ALL and settings.database_path is not None:
        only = "is for several workers on one PostgreSQL; a desk on SQLite is one worker that does everything"
        raise ConfigurationError([Fault("dawnline run", f"--role {role.value}", only)])
    # Whoever tries the desk on a terminal looks at the conversation.
    tried = sys.stdin.isatty() and has_no_channel(settings)
    level = "warning" if tried else settings.log_level
    configure(sys.stderr, form=settings.log_format, level=level, secrets=settings.secrets())
    asyncio.run(_serve(settings, policy, role))


def _configured(directory: Path) -> tuple[Policy, Settings]:
    """What the files say. With neither tokens nor a policy, the example desk is tried here."""
    policy, settings, faults = check(directory)
    if settings is None:
        raise ConfigurationError(faults)
    if settings.is_trial:
        _say(f"Nothing is configured yet, so this is a trial, with the people of {EXAMPLE}.")
        _say("Connect your channels in .env (dawnline check tells what each needs); docs/configuration.md.")
        _say_where(settings)
        return load_policy(directory / EXAMPLE), settings
    _tell(missing_channels(settings))
    if has_no_channel(settings):
        _say("No channel is connected, so the desk runs on this terminal and on its own pages.")
    if policy is None or faults:
        raise ConfigurationError(faults)
    _say_where(settings)
    return policy, settings


def _say_where(settings: Settings) -> None:
    if settings.web == "on":
        _say(f"\n  Portal and console: {base_of(settings)}\n")


def _tell(missing: tuple[MissingChannel, ...]) -> None:
    for channel in missing:
        _say(f"{channel.channel} is not connected. Missing in .env:")
        for each in channel.needs:
            _say(f"  {each.name}: {each.how}")


def _say(line: str) -> None:
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(line))


async def _serve(settings: Settings, policy: Policy, role: Role) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with build_desk(settings, policy, role=role) as desk:
        gc.collect()
        gc.freeze()  # what is there for good: looked through now and then, it held everybody up for 40 ms
        await desk.run(stop)
