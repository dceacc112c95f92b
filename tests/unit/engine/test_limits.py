"""How soon a destination may hear from us again."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from bot.durable import Urgency, Usage
from bot.engine.limits import GRACE, RESERVED, Gate, blocked
from bot.outgoing import Limit
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 3, 2, tzinfo=UTC)
SECOND = Limit("chat", 1, 1.0)
GROUP = Limit("group", 20, 60.0)


class Limiter:
    """All that the workers have saved, and the gates they go through."""

    def __init__(self) -> None:
        self.saved: dict[str, Usage] = defaultdict(Usage)

    def free_at(self, destination: str, limits: Iterable[Limit], urgency: Urgency, now: datetime) -> datetime:
        return Gate(destination, tuple(limits)).free_at(self.saved, urgency, now)

    def took(self, limits: Iterable[Limit], now: datetime, urgency: Urgency = Urgency.CRITICAL_PAGE) -> None:
        self.saved.update(Gate("place", tuple(limits)).passed(self.saved, urgency, now))

    def must_wait(self, limits: Iterable[Limit], urgency: Urgency, until: datetime) -> None:
        self.saved.update(Gate("place", tuple(limits)).kept(self.saved, urgency, until))

    def block(self, destination: str, until: datetime) -> None:
        self.saved[destination] = blocked(self.saved[destination], until)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def pour(
    limiter: Limiter, limits: Iterable[Limit], urgency: Urgency, count: int, now: datetime
) -> list[float]:
    """Send so many as soon as each may go; when each went, in seconds."""
    went = []
    for _ in range(count):
        now = limiter.free_at("place", limits, urgency, now)
        limiter.took(limits, now)
        went.append((now - START).total_seconds())
    return went


def test_a_first_message_goes_at_once() -> None:
    assert Limiter().free_at("place", [SECOND], Urgency.CARD, START) == START


def test_one_a_second() -> None:
    assert pour(Limiter(), [SECOND], Urgency.UPDATE, 4, START) == [0, 1, 2, 3]


def test_a_little_room_is_kept_for_pages() -> None:
    limiter = Limiter()
    quiet = pour(limiter, [GROUP], Urgency.UPDATE, 19, START)
    assert quiet == [0] * 18 + [60]
    fresh = Limiter()
    pour(fresh, [GROUP], Urgency.UPDATE, 18, START)
    assert pour(fresh, [GROUP], Urgency.PAGE, 1, START) == [0]
    assert fresh.free_at("place", [GROUP], Urgency.PAGE, START) == at(60)
    assert pour(fresh, [GROUP], Urgency.CRITICAL_PAGE, 1, START) == [0]
    assert fresh.free_at("place", [GROUP], Urgency.UPDATE, at(59)) > at(59)
    assert pour(fresh, [GROUP], Urgency.CRITICAL_PAGE, 1, START) == [60]


def test_after_many_pages_the_rest_waits_until_there_is_room_beside_them() -> None:
    limiter = Limiter()
    for second in range(20):
        limiter.took([GROUP], at(second))
    assert limiter.free_at("place", [GROUP], Urgency.CRITICAL_PAGE, at(20)) == at(60)
    assert limiter.free_at("place", [GROUP], Urgency.PAGE, at(20)) == at(61)
    assert limiter.free_at("place", [GROUP], Urgency.UPDATE, at(20)) == at(62)


def test_a_page_that_waits_is_not_overtaken_by_what_is_less_urgent() -> None:
    """Also not by another worker, which has nothing but what is saved."""
    limiter = Limiter()
    limiter.took([SECOND], START)
    limiter.must_wait([SECOND], Urgency.CRITICAL_PAGE, at(1))
    for other in (Urgency.PAGE, Urgency.UPDATE):
        assert limiter.free_at("place", [SECOND], other, at(1)) == at(1) + GRACE
    assert limiter.free_at("place", [SECOND], Urgency.CRITICAL_PAGE, at(1)) == at(1)
    limiter.took([SECOND], at(1), Urgency.CRITICAL_PAGE)
    assert limiter.free_at("place", [SECOND], Urgency.UPDATE, at(1)) == at(2)


def test_a_page_that_never_came_keeps_its_place_for_a_moment_only() -> None:
    limiter = Limiter()
    limiter.must_wait([SECOND], Urgency.PAGE, at(1))
    assert limiter.free_at("place", [SECOND], Urgency.CARD, at(3)) == at(3)
    limiter.took([SECOND], at(3), Urgency.CARD)
    limiter.must_wait([SECOND], Urgency.UPDATE, at(4))
    assert limiter.free_at("place", [SECOND], Urgency.CARD, at(4)) == at(4)


def test_a_small_limit_keeps_no_room() -> None:
    few = Limit("few", 5 * RESERVED, 60.0)
    assert pour(Limiter(), [few], Urgency.UPDATE, 11, START)[-2:] == [0, 60]


def test_the_slowest_limit_counts() -> None:
    assert pour(Limiter(), [SECOND, Limit("all", 2, 10.0)], Urgency.PAGE, 4, START) == [0, 1, 10, 11]


def test_scopes_do_not_mind_each_other() -> None:
    limiter = Limiter()
    limiter.took([Limit("a", 1, 60.0)], START)
    assert limiter.free_at("place", [Limit("b", 1, 60.0)], Urgency.PAGE, START) == START


def test_what_the_platform_forbade_holds_for_that_destination_only() -> None:
    limiter = Limiter()
    limiter.block("here", at(30))
    limiter.block("here", at(10))
    assert limiter.free_at("here", [], Urgency.CRITICAL_PAGE, START) == at(30)
    assert limiter.free_at("here", [], Urgency.CRITICAL_PAGE, at(31)) == at(31)
    assert limiter.free_at("there", [], Urgency.CRITICAL_PAGE, START) == START


URGENCIES = st.sampled_from(list(Urgency))


@given(
    count=st.integers(1, 25),
    seconds=st.integers(1, 60),
    wishes=st.lists(st.tuples(st.integers(0, 20), URGENCIES), min_size=1, max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit(
    count: int, seconds: int, wishes: list[tuple[int, Urgency]]
) -> None:
    limiter, limit, now, went = Limiter(), Limit("x", count, float(seconds)), START, list[datetime]()
    for gap, urgency in wishes:
        now = max(now + timedelta(seconds=gap), now)
        now = limiter.free_at("place", [limit], urgency, now)
        limiter.took([limit], now)
        went.append(now)
    for first in went:
        window = [each for each in went if first <= each < first + timedelta(seconds=seconds)]
        assert len(window) <= count


@given(
    sent=st.lists(st.integers(0, 70), max_size=40),
    seconds=st.integers(0, 80),
)
def test_a_page_never_waits_longer_than_anything_else(sent: list[int], seconds: int) -> None:
    limiter = Limiter()
    for when in sorted(sent):
        limiter.took([GROUP], at(when))
    now = at(max([seconds, *sent]))
    page, other = (limiter.free_at("place", [GROUP], each, now) for each in (Urgency.PAGE, Urgency.UPDATE))
    assert now <= page <= other


@pytest.mark.parametrize("urgency", list(Urgency))
def test_everything_goes_in_the_end(urgency: Urgency) -> None:
    limiter = Limiter()
    pour(limiter, [GROUP], Urgency.CRITICAL_PAGE, 20, START)
    assert limiter.free_at("place", [GROUP], urgency, START) == at(60)
