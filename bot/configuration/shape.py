"""The faults of a file's shape: unknown keys, missing ones, values of the wrong kind. Pure rules.

pydantic finds them; here they are put into words that say what is there and what is allowed.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.configuration.saying import Place, did_you_mean, listed, nearest, shown
from bot.configuration.variables import VARIABLES
from bot.policy import Policy
from bot.values import Allowed

_KEY = "[key]"


def shape_faults(data: dict[str, Any]) -> Iterator[tuple[Place, str]]:
    """Everything pydantic has to say about `data` (the whole file), each with its place."""
    try:
        Policy.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if not _is_echo(detail):
                yield _place(detail["loc"]), _words(detail)


def _is_echo(detail: ErrorDetails) -> bool:
    """A list whose entries are all wrong is also called too short; the entries say it better."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _place(loc: Place) -> Place:
    return loc[:-1] if loc and loc[-1] == _KEY else loc


def _words(detail: ErrorDetails) -> str:
    loc, given = detail["loc"], detail["input"]
    if detail["type"] == "extra_forbidden":
        return _unknown_key(loc)
    allowed = _allowed(_annotation(loc))
    if detail["type"] == "missing":
        return f"is missing; it must be {allowed.words}"
    if detail["type"] == "value_error" and allowed.words.startswith("a table"):
        return str(detail["ctx"]["error"])  # a rule between the table's own keys
    if detail["type"] == "too_short":
        return f"is empty; it must be {allowed.words}, with at least one entry"
    subject = "is not allowed here" if loc[-1:] == (_KEY,) else f"{shown(given)} is not allowed"
    return f"{subject}; it must be {allowed.words}{_hint(given, allowed)}"


def _hint(given: object, allowed: Allowed) -> str:
    if isinstance(given, int | float) and "text" in allowed.words:
        return f': write "{shown(given)}"'
    return did_you_mean(given, allowed.choices())


def _unknown_key(loc: Place) -> str:
    key, table = str(loc[-1]), _annotation(loc[:-1])
    if key in VARIABLES:
        return "is not a key of this file; it belongs into .env"
    known = _keys(table)
    near = nearest(key, known)
    return (
        f"there is no such key; did you mean {near}?"
        if near
        else f"there is no such key; allowed: {listed(known)}"
    )


def _keys(annotation: Any) -> Collection[str]:
    kind = _bare(annotation)
    return tuple(kind.model_fields) if _is_model(kind) else ()


def _allowed(annotation: Any) -> Allowed:
    """What may stand at a place of this type."""
    stated = next((each for each in _metadata(annotation) if isinstance(each, Allowed)), None)
    kind = _bare(annotation)
    choices = _choices(kind)
    if stated is not None:
        return stated
    if choices:
        return Allowed(f"one of {listed(choices)}", lambda: choices)
    if get_origin(kind) is tuple and _keys(get_args(kind)[0]):
        return Allowed("a list of tables, [[...]]")
    return Allowed(_KINDS.get(get_origin(kind) or kind, "a table"))


_KINDS: dict[Any, str] = {tuple: "a list, [...]", bool: "true or false", str: "a text in quotes"}


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return get_args(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(each.value for each in kind)
    return ()


def _annotation(loc: Place) -> Any:
    """The type of what stands at `loc` in a policy; of a table's key, where `loc` ends so."""
    if loc[-1:] == (_KEY,):
        return get_args(_bare(_annotation(loc[:-2])))[0]
    annotation: Any = Policy
    for part in loc:
        annotation = _member(_bare(annotation), part)
    return annotation


def _member(kind: Any, part: str | int) -> Any:
    if _is_model(kind):
        field = kind.model_fields.get(str(part))
        return Annotated[(field.annotation, *field.metadata, None)] if field else object
    arguments = get_args(kind)
    return arguments[0 if isinstance(part, int) else -1] if arguments else object


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _bare(annotation: Any) -> Any:
    """The type without its metadata and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _bare(next(each for each in get_args(annotation) if each is not NoneType))
    return annotation


def _metadata(annotation: Any) -> tuple[Any, ...]:
    """Everything said about the type, the outermost first: what is said last about it holds."""
    if get_origin(annotation) is Annotated:
        inner, *said = get_args(annotation)
        return (*reversed(said), *_metadata(inner))
    if get_origin(annotation) in (Union, UnionType):
        return tuple(each for part in get_args(annotation) for each in _metadata(part))
    return ()
