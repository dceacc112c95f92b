"""SLA clocks as stories of values, and the laws they keep whatever happens to them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bot.tickets.sla import SlaClock
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tickets.builders import START, after, clock, minutes


def alarms(running: SlaClock) -> list[float]:
    """The minutes after START at which it sounds, told each time."""
    heard: list[float] = []
    while len(heard) < 9 and (at := running.next_alarm()) is not None:
        heard.append((at - START) / minutes(1))
        running = running.told(running.level_at(at), at)
    return heard


def test_it_warns_at_half_and_at_eighty_percent_and_breaches_at_the_end() -> None:
    assert alarms(clock(10)) == [5, 8, 10]


def test_a_pause_moves_everything_that_is_still_to_come() -> None:
    paused = clock(10).pause(after(6))
    assert paused.next_alarm() is None
    resumed = replace(paused, warned=50).resume(after(16))
    assert (resumed.due_at, alarms(resumed)) == (after(20), [18, 20])


def test_a_late_look_tells_the_highest_level_once() -> None:
    asleep = clock(10)
    assert asleep.level_at(after(9)) == 80
    told = asleep.told(80, after(9))
    assert (told.level_at(after(9)), told.next_alarm()) == (0, after(10))


def test_a_breach_is_told_once_and_stays() -> None:
    broken = clock(10).told(100, after(10))
    assert (broken.next_alarm(), broken.breached_at, broken.kept) == (None, after(10), False)
    assert broken.meet(after(11)).kept is False


@pytest.mark.parametrize(("met", "kept"), [(9, True), (10, True), (10.1, False)])
def test_it_is_kept_until_the_very_instant(met: float, kept: bool) -> None:
    assert clock(10).meet(after(met)).kept is kept


def test_what_was_met_late_is_broken_although_nobody_was_told() -> None:
    assert clock(10).meet(after(11)).breached_at == after(11)


def test_met_while_paused_the_pause_counts() -> None:
    assert clock(10).pause(after(5)).meet(after(60)).kept is True


def test_cancelled_it_is_neither_kept_nor_broken() -> None:
    cancelled = clock(10).cancel(after(3))
    assert (cancelled.kept, cancelled.next_alarm(), cancelled.meet(after(4))) == (None, None, cancelled)


def test_what_is_over_stays_as_it_was() -> None:
    met = clock(10).meet(after(3))
    for later in (met.pause(after(4)), met.resume(after(5)), met.meet(after(20)), met.cancel(after(20))):
        assert later == met


def test_pausing_twice_is_one_pause() -> None:
    once = clock(10).pause(after(2))
    assert once.pause(after(4)) == once


STEPS = st.lists(st.tuples(st.sampled_from(["pause", "resume"]), st.integers(0, 600)), max_size=8)


@given(within=st.integers(1, 5000), steps=STEPS)
def test_it_is_due_after_its_time_and_every_pause(within: int, steps: list[tuple[str, int]]) -> None:
    running, now, paused_since, paused = clock(within), START, None, timedelta(0)
    for step, gap in steps:
        now += timedelta(seconds=gap)
        running = running.pause(now) if step == "pause" else running.resume(now)
        if step == "pause" and paused_since is None:
            paused_since = now
        elif step == "resume" and paused_since is not None:
            paused, paused_since = paused + (now - paused_since), None
    assert running.due_at == START + minutes(within) + paused


@given(within=st.integers(1, 100), looks=st.lists(st.integers(0, 200), min_size=1, max_size=20))
def test_no_level_is_told_twice(within: int, looks: list[int]) -> None:
    running, told = clock(within), []
    for at in sorted(looks):
        if level := running.level_at(after(at)):
            told.append(level)
            running = running.told(level, after(at))
    assert told == sorted(set(told))


@given(within=st.integers(1, 100), now=st.integers(0, 200))
def test_the_next_alarm_is_when_the_next_level_is_reached(within: int, now: int) -> None:
    running = clock(within)
    told = running.told(level, after(now)) if (level := running.level_at(after(now))) else running
    alarm = told.next_alarm()
    assert (alarm is None) == (level == 100)
    if alarm is not None:
        assert alarm > after(now)
        assert told.level_at(alarm) != 0
        assert told.level_at(alarm - timedelta(microseconds=1)) == 0
