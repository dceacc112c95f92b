"""Which keys of the catalogue the pages' templates say, and with which words: read from their syntax."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, nodes

from tests.unit.messages.keys_in_code import ROOT, Said

TEMPLATES = ROOT / "adapters/web/templates"
SPEAKER = "w"
"""What every template calls to say something: `w('key', word=...)`, `w('prefix.' ~ expression)`."""


@lru_cache(maxsize=1)
def trees() -> tuple[tuple[str, nodes.Template], ...]:
    environment = Environment(autoescape=True)
    files = sorted(TEMPLATES.rglob("*.html"))
    return tuple((_name(path), environment.parse(path.read_text("utf-8"))) for path in files)


def said() -> Iterator[Said]:
    """Every key that stands there as it is."""
    for where, call in _calls():
        if isinstance(call.args[0], nodes.Const):
            yield Said(str(call.args[0].value), where, frozenset(each.key for each in call.kwargs))


def built() -> Iterator[tuple[str, str]]:
    """Every key that is put together, with {} where something is put in."""
    for where, call in _calls():
        if not isinstance(call.args[0], nodes.Const):
            yield _template(call.args[0]), where


def _calls() -> Iterator[tuple[str, nodes.Call]]:
    for path, tree in trees():
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == SPEAKER:
                yield f"{path}:{call.lineno}", call


def _template(key: nodes.Expr) -> str:
    parts = key.nodes if isinstance(key, nodes.Concat) else [key]
    return "".join(str(part.value) if isinstance(part, nodes.Const) else "{}" for part in parts)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))
