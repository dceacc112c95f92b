"""A CSV file as rows of named cells, each with its line, and whatever is wrong with its shape. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.configuration.saying import listed, nearest
from bot.errors import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """`line` is where the row begins, the header being on line 1; `cells` are stripped, by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """What a file may have, and what it must."""

    known: tuple[str, ...]
    needed: tuple[str, ...]


def read_table(raw: bytes, file: str, columns: Columns) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows that can be read, and every fault of the file's shape. Empty lines are no rows."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = 'is not UTF-8; in a spreadsheet choose "CSV UTF-8" when saving'
        return (), (Fault(file, f"line {line}", message),)
    lines, faults = _lines(text, file)
    if not lines:
        return (), (
            *faults,
            Fault(file, "line 1", f"is no header; it must name columns: {listed(columns.known)}"),
        )
    header = [cell.strip().casefold() for cell in lines[0][1]]
    faults += [Fault(file, f"line {lines[0][0]}", message) for message in _header_faults(header, columns)]
    faults += [Fault(file, f"line {line}", message) for line, message in _misfits(lines[1:], len(header))]
    rows = (Row(line, _named(header, cells)) for line, cells in lines[1:])
    return tuple(rows), tuple(faults)


Line = tuple[int, Sequence[str]]


def _lines(text: str, file: str) -> tuple[list[Line], list[Fault]]:
    """The file's records; one that cannot be read is a fault, and the next one is tried."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[Line] = []
    faults: list[Fault] = []
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return lines, faults
        except csv.Error as error:
            faults.append(Fault(file, f"line {line}", f"is not CSV: {error}; put quotes in pairs"))
            continue
        if any(cell.strip() for cell in cells):
            lines.append((line, cells))


def _header_faults(header: Sequence[str], columns: Columns) -> Iterator[str]:
    if len(header) == 1 and any(separator in header[0] for separator in ";\t|"):
        yield "its columns are not separated by commas; save the file with commas"
        return
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield f"the column {name!r} is there twice"
        if name not in columns.known:
            near = nearest(name, columns.known)
            yield f"there is no column {name!r}; " + (
                f"did you mean {near!r}?" if near else f"allowed: {listed(columns.known)}"
            )
    for name in columns.needed:
        if name not in header:
            yield f"the column {name!r} is missing"


def _misfits(lines: Sequence[Line], width: int) -> Iterator[tuple[int, str]]:
    for line, cells in lines:
        if len(cells) != width:
            yield line, f"has {len(cells)} values, the header {width}; quote a value that holds a comma"


def _named(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
