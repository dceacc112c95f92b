"""How long something took, over many tickets: percentiles and the worst, never an average alone. Pure.

Percentiles are nearest-rank: p95 is the smallest of the values that at least 95 % of them do not exceed.
So every figure is a wait that a real customer had, nothing is interpolated; p99 of few values is the worst.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

PERCENTS = (50, 95, 99)


@dataclass(frozen=True, slots=True)
class Spread:
    """The figures are None when there are no values (`count` 0).

    `waiting` of them have no value yet and are not in the figures; the longest of these has lasted `longest`
    so far. Without them a report would look the better the more customers nobody ever answered.
    """

    count: int
    p50: timedelta | None
    p95: timedelta | None
    p99: timedelta | None
    max: timedelta | None
    waiting: int
    longest: timedelta | None

    @classmethod
    def of(cls, values: Iterable[timedelta], waiting: Iterable[timedelta] = ()) -> Self:
        ranked, still = sorted(values), sorted(waiting)
        p50, p95, p99 = (nearest_rank(ranked, percent) for percent in PERCENTS)
        return cls(len(ranked), p50, p95, p99, _last(ranked), len(still), _last(still))


def nearest_rank(ranked: Sequence[timedelta], percent: int) -> timedelta | None:
    """The value of rank ceil(percent / 100 · n), of values in ascending order; None of none.

    In whole numbers, because 0.95 · 20 is a little more than 19 in floating point.
    """
    return ranked[-(-percent * len(ranked) // 100) - 1] if ranked else None


def _last(ranked: Sequence[timedelta]) -> timedelta | None:
    return ranked[-1] if ranked else None
