"""Which writes of a group become one statement, and which must keep their order."""

import storage.outbox
import storage.timers
from storage.runs import arranged
from storage.session import Statement

ADD = storage.outbox.ADD
SET, TAKE, CANCEL_KIND = storage.timers.SET, storage.timers.TAKE, storage.timers.CANCEL_KIND


def taken(number: int) -> Statement:
    return TAKE, {"key": f"escalate:{number}", "token": 7}


def set_again(number: int) -> Statement:
    return SET, {"key": f"escalate:{number}", "ticket": number}


def cancelled(number: int) -> Statement:
    return CANCEL_KIND, {"ticket": number, "kind": "escalate"}


def shape(*writes: Statement) -> list[tuple[str, int]]:
    return [(run.sql, len(run.rows)) for run in arranged(writes)]


def test_writes_of_one_table_go_together_when_they_are_of_different_rows() -> None:
    writes = [write for number in range(5) for write in (taken(number), set_again(number))]
    assert shape(*writes) == [(TAKE, 5), (SET, 5)]


def test_what_touches_a_row_again_stays_behind() -> None:
    assert shape(taken(1), set_again(1), taken(1)) == [(TAKE, 1), (SET, 1), (TAKE, 1)]


def test_what_is_said_of_a_ticket_stays_behind_its_rows() -> None:
    writes = (cancelled(1), set_again(1), cancelled(2), cancelled(1))
    assert shape(*writes) == [(CANCEL_KIND, 2), (SET, 1), (CANCEL_KIND, 1)]


def test_another_table_is_in_nobodys_way() -> None:
    added = (ADD, {"key": "page:1", "ticket": 1, "conversation": "D1"})
    assert shape(taken(1), added, taken(2)) == [(TAKE, 2), (ADD, 1)]
