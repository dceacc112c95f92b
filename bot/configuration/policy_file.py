"""From the text of `dawnline.toml` to a policy, or to every fault in it. Pure."""

import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from bot.configuration.outline import Found
from bot.configuration.references import reference_faults
from bot.configuration.saying import Place, key_of
from bot.configuration.shape import shape_faults
from bot.errors import Fault
from bot.policy import Policy

Rule = Callable[[dict[str, Any]], Iterator[Found]]

_POSITION = re.compile(r"\s*\(at (line \d+, column \d+|end of document)\)")


def parse_policy(raw: bytes, file: str, *more: Rule) -> tuple[Policy | None, tuple[Fault, ...]]:
    """The policy, or None and everything wrong. `file` is what faults call it; `more` are further rules."""
    data = _read(raw, file)
    return (None, (data,)) if isinstance(data, Fault) else examine(data, file, *more)


def examine(data: dict[str, Any], file: str, *more: Rule) -> tuple[Policy | None, tuple[Fault, ...]]:
    """The same of a file already read."""
    found = [each for rule in (shape_faults, reference_faults, *more) for each in rule(data)]
    if not found:
        return Policy.model_validate(data), ()
    ordered = sorted(dict.fromkeys(found), key=lambda each: _order(each[0], data))
    return None, tuple(Fault(file, key_of(place, data), words) for place, words in ordered)


def _order(place: Place, data: dict[str, Any]) -> tuple[int, int]:
    """As the file goes: by table and, in a list of tables, by entry; what is missing comes last."""
    first = list(data).index(place[0]) if place and place[0] in data else len(data)
    entry = next((part for part in place if isinstance(part, int)), 0)
    return first, entry


def _read(raw: bytes, file: str) -> dict[str, Any] | Fault:
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Fault(file, f"line {line}", "is not UTF-8; save the file as UTF-8")
    except RecursionError:
        return Fault(file, "the whole file", "nests lists or tables too deeply")
    except ValueError as error:  # TOMLDecodeError, and int() of too many digits
        return _syntax_fault(str(error), file)


def _syntax_fault(said: str, file: str) -> Fault:
    position = _POSITION.search(said)
    where = position[1] if position else "the whole file"
    return Fault(file, where, f"is not TOML: {_POSITION.sub('', said)}")
