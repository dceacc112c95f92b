"""The SLA report for scripts: durations in seconds, instants in ISO 8601 UTC, nothing rounded."""

from datetime import datetime, timedelta
from typing import Any

from bot.reports.sla import Figures, SlaReport
from bot.reports.spread import Spread


def as_json(report: SlaReport) -> dict[str, Any]:
    """`total` and each of `groups` have the same shape; a figure nobody can give is null."""
    return {
        "from": instant(report.start),
        "to": instant(report.end),
        "at": instant(report.at),
        "by": report.by.value if report.by else None,
        "left_out": report.left_out,
        "total": _figures(report.total),
        "groups": [{"name": group.name, **_figures(group)} for group in report.groups],
    }


def instant(at: datetime) -> str:
    """2026-03-02T13:56:00Z"""
    return at.isoformat().replace("+00:00", "Z")


def instant_or_none(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "tickets": figures.tickets,
        "promises": {
            kind.value: {"kept": each.kept, "broken": each.broken, "open": each.open}
            for kind, each in figures.promises.items()
        },
        "seconds_to": {
            "first_page": _spread(figures.first_page),
            "acknowledgement": _spread(figures.acknowledged),
            "first_answer": _spread(figures.answered),
        },
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "count": spread.count,
        "p50": _seconds(spread.p50),
        "p95": _seconds(spread.p95),
        "p99": _seconds(spread.p99),
        "max": _seconds(spread.max),
        "waiting": spread.waiting,
        "longest_waiting": _seconds(spread.longest),
    }


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()
