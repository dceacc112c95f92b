"""What commands print: tables and lines for people, JSON for scripts.

Customers' words are shown as they are, but can neither colour nor steer the terminal.
"""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

WIDE = 240
"""Columns where nobody sees a window (a pipe, a file): nothing is folded then."""
FOLDED = 500
"""Rows up to which folding is worth its time (a millisecond a row)."""


def show(*parts: RenderableType) -> None:
    """Print to stdout. Plain strings are printed as they are, never as markup."""
    width = None if sys.stdout.isatty() else WIDE
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str))


def show_json(value: Any) -> None:
    """`value` may hold what json knows and nothing else."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Rows of plain text (whatever is not ours has gone through `plain`) under their heads.

    A window gets cells folded to its width; a pipe, and a list too long to read, one line a row.
    """
    found = [tuple(row) for row in rows]
    if sys.stdout.isatty() and len(found) <= FOLDED:
        show(_folding(heads, found, title))
        return
    lines = aligned([tuple(heads), *found])
    print("\n".join([title, *lines] if title else lines))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines whose columns stand below each other; Chinese takes two columns a character."""
    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _folding(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str | None) -> Table:
    made = Table(
        *heads, box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", pad_edge=False
    )
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
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
