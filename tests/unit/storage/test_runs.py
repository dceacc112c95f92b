"""Writes of one text go together; the order of whatever may touch the same row stays."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st
from storage.footprint import tables
from storage.runs import arranged
from storage.session import Statement

TEXTS = (
    "INSERT INTO a (key) VALUES (:key)",
    "DELETE FROM a WHERE key = :key",
    "INSERT INTO b (key) VALUES (:key)",
    "UPDATE c SET x = 1 WHERE key = :key",
    "INSERT INTO c (key) SELECT key FROM a WHERE key = :key",
)
WRITES = st.lists(st.tuples(st.sampled_from(TEXTS), st.integers(0, 3)), max_size=40).map(
    lambda drawn: [(text, {"key": key, "n": n}) for n, (text, key) in enumerate(drawn)]
)


def flat(writes: list[Statement]) -> list[Statement]:
    return [(run.sql, row) for run in arranged(writes) for row in run.rows]


def test_the_same_text_goes_together() -> None:
    a, b = TEXTS[0], TEXTS[2]
    runs = arranged([(a, {"key": 1}), (b, {"key": 2}), (a, {"key": 3})])
    assert [(run.sql, [row["key"] for row in run.rows]) for run in runs] == [(a, [1, 3]), (b, [2])]


@given(WRITES)
def test_nothing_is_lost_and_each_row_sees_its_order(writes: list[Statement]) -> None:
    there = flat(writes)
    assert sorted(there, key=lambda each: each[1]["n"]) == writes
    for table, key in product("abc", range(4)):
        theirs = [each for each in writes if table in tables(each[0]) and each[1]["key"] == key]
        assert [each for each in there if each in theirs] == theirs
