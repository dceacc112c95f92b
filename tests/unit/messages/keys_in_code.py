"""Which keys of the catalogue the code says, and with which words: read from its syntax."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("bot", "adapters", "storage")
# Where a function says a key: the position of the key among its arguments, and the words it adds itself.
SAYING: dict[str, tuple[int, frozenset[str]]] = {
    "say": (0, frozenset()),
    "tell_engineer": (2, frozenset({"ticket", "priority"})),
    "call_engineer": (2, frozenset({"ticket", "priority"})),
    "tell_desk": (1, frozenset()),
    "tell_owner_and_desk": (1, frozenset({"ticket", "priority"})),
}
# The use cases' own `say(work, ticket, key, engineer)`.
SAYING_TO_CUSTOMER = (2, frozenset({"ticket", "person", "next", "priority"}))
# A mail provider's domain looks like a key of the web's.
NO_KEYS = {"web.de"}


@dataclass(frozen=True)
class Said:
    """A key the code says. `words` is None when they cannot be read off the call."""

    key: str
    where: str
    words: frozenset[str] | None


def literals(groups: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Every string that looks like a key, and where it stands."""
    for where, node in _nodes():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in NO_KEYS:
            group, dot, name = node.value.partition(".")
            is_whole = name.replace(".", "_").isidentifier() and not name.endswith(".")
            if dot and group in groups and is_whole and name.islower():
                yield node.value, where


def templates(groups: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Every f-string that builds a key, with {} where something is put in."""
    for where, node in _nodes():
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "{}"
                for part in node.values
            )
            if text.partition(".")[0] in groups and " " not in text and "." in text:
                yield text, where


def refusals() -> Iterator[Said]:
    """Every `Refused("key", word=...)`."""
    for where, call in calls("Refused"):
        key = _text(call.args[0]) if call.args else None
        if key is not None:
            yield Said(key, where, _words(call))


def said() -> Iterator[Said]:
    """Every key said with its words."""
    for name, (position, own) in SAYING.items():
        for where, call in calls(name):
            plain = isinstance(call.func, ast.Name)
            at, added = SAYING_TO_CUSTOMER if plain and name == "say" else (position, own)
            key = _text(call.args[at]) if len(call.args) > at else None
            if key is not None:
                words = _words(call)
                yield Said(key, where, None if words is None else words | added)


@lru_cache(maxsize=1)
def _nodes() -> tuple[tuple[str, ast.expr], ...]:
    """Whatever may say a key."""
    return tuple(
        (f"{path}:{node.lineno}", node)
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.Call)
    )


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method of that name, and where it stands."""
    for where, node in _nodes():
        if isinstance(node, ast.Call) and name in (
            getattr(node.func, "id", None),
            getattr(node.func, "attr", None),
        ):
            yield where, node


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _words(call: ast.Call) -> frozenset[str] | None:
    names = [keyword.arg for keyword in call.keywords]
    return None if None in names else frozenset(name for name in names if name)
