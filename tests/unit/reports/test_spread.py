"""Nearest-rank percentiles, held against their definition."""

from datetime import timedelta

import pytest
from bot.reports.spread import PERCENTS, Spread, nearest_rank
from hypothesis import given
from hypothesis import strategies as st

SPANS = st.lists(st.timedeltas(timedelta(0), timedelta(days=30)), max_size=200)


def seconds(*counts: int) -> list[timedelta]:
    return [timedelta(seconds=count) for count in counts]


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        (range(1, 101), 95, 95),
        (range(1, 101), 99, 99),
        (range(1, 21), 95, 19),  # 0.95 * 20 is 19.000000000000004 nowhere but in floating point
        (range(1, 21), 99, 20),
        ([1, 2, 3, 4], 50, 2),
        ([1, 2, 3], 50, 2),
        ([7], 50, 7),
        ([7], 99, 7),
    ],
)
def test_known_ranks(values: list[int], percent: int, expected: int) -> None:
    assert nearest_rank(seconds(*values), percent) == timedelta(seconds=expected)


@given(SPANS.filter(bool), st.sampled_from(PERCENTS))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[timedelta], percent: int
) -> None:
    found = nearest_rank(sorted(values), percent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)


@given(SPANS, SPANS)
def test_figures_come_in_order_and_do_not_depend_on_it(
    values: list[timedelta], waiting: list[timedelta]
) -> None:
    spread = Spread.of(values, waiting)
    assert spread == Spread.of(reversed(values), sorted(waiting))
    assert (spread.count, spread.waiting) == (len(values), len(waiting))
    if spread.p50 and spread.p95 and spread.p99 and spread.max:
        assert spread.p50 <= spread.p95 <= spread.p99 <= spread.max == max(values)


def test_of_nothing_there_are_no_figures() -> None:
    assert Spread.of([]) == Spread(0, None, None, None, None, 0, None)
