"""Runs commands in this process, and reads what they say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cli.app import app
from typer.testing import CliRunner, Result


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """`directory` is the desk's."""

    directory: Path

    def run(self, *words: str, typed: bytes | None = None) -> Said:
        """The command as it would be typed in the desk's directory. Anything a command lets escape fails.

        `typed`: what the command finds on its standard input.
        """
        result: Result = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, words, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def ask(self, *words: str) -> Said:
        """A command about this desk."""
        return self.run(*words, "--directory", str(self.directory))
