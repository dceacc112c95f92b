"""The table of transitions: every state and every move."""

import pytest
from bot.errors import Refused
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import Move, State

from tests.unit.tickets.builders import after, clock, ticket

LEADS: dict[State, dict[Move, State]] = {
    State.ACKNOWLEDGED: {
        Move.WAIT: State.WAITING,
        Move.RESOLVE: State.RESOLVED,
        Move.MERGE: State.MERGED,
        Move.DISCARD: State.DISCARDED,
    },
    State.WAITING: {
        Move.RESUME: State.ACKNOWLEDGED,
        Move.RESOLVE: State.RESOLVED,
        Move.MERGE: State.MERGED,
        Move.DISCARD: State.DISCARDED,
    },
    State.RESOLVED: {Move.CLOSE: State.CLOSED, Move.REOPEN: State.REOPENED},
    State.CLOSED: {Move.REOPEN: State.REOPENED},
    State.DISCARDED: {Move.REOPEN: State.REOPENED},
    State.MERGED: {},
}
UNTAKEN = {
    Move.ACKNOWLEDGE: State.ACKNOWLEDGED,
    Move.WAIT: State.WAITING,
    Move.RESOLVE: State.RESOLVED,
    Move.MERGE: State.MERGED,
    Move.DISCARD: State.DISCARDED,
}
EVERY = [(state, move) for state in State for move in Move]


@pytest.mark.parametrize(("state", "move"), EVERY, ids=[f"{state}-{move}" for state, move in EVERY])
def test_a_move_leads_where_the_table_says_or_is_refused(state: State, move: Move) -> None:
    leads = LEADS.get(state, UNTAKEN)
    if move in leads:
        assert ticket(state).moved(move, after(1)).state is leads[move]
        return
    with pytest.raises(Refused) as refused:
        ticket(state).moved(move, after(1))
    assert refused.value.key == "wrong_transition"
    assert refused.value.words == {"ticket": "T-7", "move": move.value, "state": state.value}


def test_the_clocks_move_with_the_ticket() -> None:
    running = ticket(State.ACKNOWLEDGED, [clock(10), clock(120, ClockKind.PLAN)])

    waiting = running.moved(Move.WAIT, after(4))
    assert [each.paused_at for each in waiting.clocks] == [after(4), after(4)]

    resumed = waiting.moved(Move.RESUME, after(10))
    assert [each.due_at for each in resumed.clocks] == [after(16), after(126)]

    resolved = resumed.moved(Move.RESOLVE, after(12))
    assert [each.met_at for each in resolved.clocks] == [after(12), after(12)]


@pytest.mark.parametrize("move", [Move.DISCARD, Move.MERGE])
def test_what_falls_away_is_neither_kept_nor_broken(move: Move) -> None:
    gone = ticket(State.OPEN, [clock(10)]).moved(move, after(4))
    assert [each.kept for each in gone.clocks] == [None]


def test_the_newest_clock_of_a_kind_counts_and_the_earlier_ones_are_kept() -> None:
    first, second = clock(10).meet(after(1)), clock(10, started=60)
    again = ticket(State.REOPENED, [first]).starting(second)
    assert again.clock(ClockKind.RESPONSE) == second
    assert again.with_clock(second.meet(after(61))).clocks == (first, second.meet(after(61)))
    assert again.has_response_due
    assert not again.with_clock(second.meet(after(61))).has_response_due


def test_a_first_clock_is_added() -> None:
    assert ticket().with_clock(clock(10)).clocks == (clock(10),)
