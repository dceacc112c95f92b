"""The report as people and scripts read it."""

import io
import json
import re
from dataclasses import replace

import pytest
from bot.messages.catalogue import LANGUAGES, Catalogue, Voice
from bot.reports.as_json import as_json
from bot.reports.sla import By, SlaReport, sla_report
from bot.reports.table import render
from bot.tickets.ticket import State, Ticket
from rich.console import Console

from tests.unit.reports.builders import NOON, after, clock, taken, ticket

VOICE = Voice(Catalogue.load(), "en", "Asia/Shanghai", after(60))


def report(*tickets: Ticket, by: By | None = None) -> SlaReport:
    return sla_report(tickets, NOON, after(1440), after(60), by)


def shown(found: SlaReport, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width).print(render(found, VOICE))
    return out.getvalue()


def cells(text: str, start: str) -> list[list[str]]:
    """The cells after the first of every row that starts so."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]
    return [row[1:] for row in lines if row[0] == start]


def test_the_tables_tell_promises_and_waits_of_each_group_and_of_all() -> None:
    text = shown(report(taken(1, "mei", 5, [clock()]), ticket(2, [clock()]), by=By.ENGINEER))
    assert cells(text, "mei") == [["1", "1 / 0 / 0", "0 / 0 / 0", "0 / 0 / 0"], []]
    assert cells(text, "nobody") == [["1", "0 / 1 / 0", "0 / 0 / 0", "0 / 0 / 0"], []]
    assert cells(text, "all") == [["2", "1 / 1 / 0", "0 / 0 / 0", "0 / 0 / 0"], []]
    assert "first page 1 0:01:00 0:01:00 0:01:00 0:01:00 1 1:00:00" in " ".join(text.split())
    assert "2026-03-02 20:00+08:00" in text, "the reader's zone, with the date and the offset"


def test_without_groups_there_is_one_row() -> None:
    text = shown(report(taken(1, "mei", 5, [clock()])))
    assert cells(text, "all") == [["1", "1 / 0 / 0", "0 / 0 / 0", "0 / 0 / 0"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_80_columns_no_figure_is_cut(language: str) -> None:
    late = taken(1, "mei", 60 * 99, [clock().meet(after(60 * 99))])
    other = ticket(3, customer="a-customer-with-a-name-longer-than-most")
    found = report(late, ticket(2, [clock()]), other, by=By.CUSTOMER)
    out = io.StringIO()
    Console(file=out, width=80).print(render(found, replace(VOICE, language=language)))
    assert "…" not in out.getvalue()
    assert "99:00:00" in out.getvalue()


def test_names_are_never_read_as_markup() -> None:
    text = shown(report(ticket(1, customer="[red]acme[/red]"), by=By.CUSTOMER))
    assert "[red]acme[/red]" in text


def test_an_empty_report_says_so() -> None:
    text = shown(report(ticket(1, state=State.MERGED)))
    assert "No tickets were opened from 2026-03-02 20:00+08:00" in text
    assert "1 merged or withdrawn" in text


def test_what_was_left_out_is_told() -> None:
    assert "1 merged or withdrawn" in shown(report(ticket(1), ticket(2, state=State.DISCARDED)))


def test_json_has_seconds_as_numbers_and_utc_instants() -> None:
    found = as_json(report(taken(1, "mei", 1.5, [clock()]), ticket(2, [clock()]), by=By.ENGINEER))
    assert json.loads(json.dumps(found)) == found
    assert (found["from"], found["to"], found["by"]) == (
        "2026-03-02T12:00:00Z",
        "2026-03-03T12:00:00Z",
        "engineer",
    )
    mei, nobody = found["groups"]
    assert (mei["name"], nobody["name"]) == ("mei", None)
    assert mei["promises"]["response"] == {"kept": 1, "broken": 0, "open": 0}
    assert mei["seconds_to"]["first_answer"] == {
        "count": 1,
        "p50": 90.0,
        "p95": 90.0,
        "p99": 90.0,
        "max": 90.0,
        "waiting": 0,
        "longest_waiting": None,
    }
    assert nobody["seconds_to"]["acknowledgement"]["longest_waiting"] == 3600.0
    assert set(found["total"]) == {"tickets", "promises", "seconds_to"}


@pytest.mark.parametrize("by", [None, *By])
def test_json_of_nothing_has_the_same_shape(by: By | None) -> None:
    found = as_json(report(by=by))
    assert found["groups"] == []
    assert found["total"]["seconds_to"]["first_page"]["p50"] is None
