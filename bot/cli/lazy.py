"""A group of commands whose modules are imported only when they are called.

The modules of the chat platforms take more than a second to import; `dawnline --help` and `dawnline check`
need none of them.
"""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class Later:
    """`module` offers its command, or its group of commands, as a Typer named `app`."""

    module: str
    help: str


def _imported(module: str) -> Any:
    """The module, with the garbage collector kept out: nothing of what is defined is garbage, and looking
    through it again and again took a tenth of a second."""
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()


class LazyGroup(TyperGroup):
    """`later` holds the commands by name, in the order in which they are listed.

    `ctx` is Typer's own Context, which it keeps in a private module; hence Any.
    """

    later: ClassVar[Mapping[str, Later]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.later)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = self.later.get(cmd_name)
        return get_command(_imported(found.module).app) if found else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of commands by their one line each, without importing any."""
        self._listing().format_help(ctx, formatter)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        self.commands = self._listing().commands  # what near misses are looked for among
        return super().resolve_command(ctx, args)

    def _listing(self) -> TyperGroup:
        names = {name: TyperCommand(name, help=each.help) for name, each in self.later.items()}
        return TyperGroup(
            name=self.name, commands=dict(names), params=self.params, help=self.help, epilog=self.epilog
        )
