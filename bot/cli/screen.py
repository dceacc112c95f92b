"""What commands print: tables and lines for people, JSON for scripts.

Customers' words are shown as they are, but can neither colour nor steer the terminal.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

WIDE = 240
"""Columns where nobody sees a window (a pipe, a file): nothing is folded then."""


def show(*parts: RenderableType) -> None:
    """Print to stdout. Plain strings are printed as they are, never as markup."""
    width = None if sys.stdout.isatty() else WIDE
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str))


def show_json(value: Any) -> None:
    """`value` may hold what json knows and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def table(heads: Sequence[str], rows: Iterable[Sequence[str | Text]], title: str | None = None) -> Table:
    """Rows of plain text; whatever is not ours has gone through `plain`."""
    made = Table(
        *heads, box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False
    )
    for row in rows:
        made.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
    return made


def plain(words: str) -> str:
    """Without control characters (escape sequences) and without marks that turn the direction of writing."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _steers(char) else char for char in words)


def line(words: str, longest: int = 80) -> str:
    """The same on one line, shortened to `longest` characters."""
    joined = plain(" ".join(words.split()))
    return joined if len(joined) <= longest else joined[: longest - 1] + "…"


def _steers(char: str) -> bool:
    if unicodedata.category(char) == "Cc":
        return char not in "\n\t"
    return unicodedata.bidirectional(char) in _TURNING


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
