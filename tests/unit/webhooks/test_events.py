"""Every kind of line that the code puts on record is either told to webhooks or kept here, on purpose."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bot.tickets.ticket import Event
from bot.webhooks.events import PUBLISHED, TYPES, published

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs/webhooks.md").read_text("utf-8")
KEPT_HERE = {
    *("note", "said", "kept", "warned", "hurried", "room_opened"),
    *("paged", "page_held", "page_failed", "step_skipped", "undeliverable", "rerouted", "bounced"),
    *("called", "chose", "wants_to_talk", "rung", "hung_up_waiting", "took_call", "missed_call"),
    *("recorded", "not_transcribed"),
}
"""What only engineers may see, and what says nothing of the ticket."""


def recorded() -> Iterator[str]:
    """Every kind that is put on record, read from the code."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                kind = node.args[1]
                yield from (
                    str(each.value)
                    for each in ((kind.body, kind.orelse) if isinstance(kind, ast.IfExp) else (kind,))
                    if isinstance(each, ast.Constant)
                )


def test_every_kind_is_sorted_in() -> None:
    assert {*recorded()} == {*PUBLISHED} | KEPT_HERE
    assert not {*PUBLISHED} & KEPT_HERE


@pytest.mark.parametrize("kind", sorted(KEPT_HERE))
def test_what_stays_here(kind: str) -> None:
    assert published(Event(1, datetime(2026, 3, 2, tzinfo=UTC), kind, "mei", {})) is None


@pytest.mark.parametrize("name", TYPES)
def test_every_event_is_documented(name: str) -> None:
    assert f"`{name}`" in DOCS
