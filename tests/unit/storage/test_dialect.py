"""The rooms' SQL as PostgreSQL takes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage import outbox, tickets, timers
from storage.postgres.dialect import arguments, from_text, set_form, single, to_text

KEYED = "UPDATE timers SET wake_at = :until WHERE key = :key AND token = :token RETURNING key"


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\0\uf8f0e0")))
def test_any_text_comes_back(text: str) -> None:
    written = to_text(text)
    assert "\0" not in written
    assert from_text(written) == text


def test_names_become_numbers_and_casts_stay() -> None:
    sql = "SELECT a::text FROM t WHERE b = :b AND c > :c OR d = :b"
    assert single(sql) == "SELECT a::text FROM t WHERE b = $1 AND c > $2 OR d = $1"
    assert arguments(sql, {"c": 2, "b": "x\0"}) == ["x\uf8f00", 2]


def test_a_question_is_asked_of_every_row_of_values() -> None:
    form = set_form(tickets.GET, ["int8"])
    assert form is not None
    assert form.sql == (
        "SELECT p.i, q.* FROM unnest($1::int8[]) WITH ORDINALITY AS p(a0, i) "
        "CROSS JOIN LATERAL (SELECT body FROM tickets WHERE number = p.a0 OFFSET 0) AS q"
    )


def test_an_insert_selects_its_values_in_order() -> None:
    form = set_form("INSERT INTO t (a, b) VALUES (:a, 0)", ["text"])
    assert form is not None
    assert form.sql == (
        "INSERT INTO t (a, b)  SELECT p.a0, 0 FROM unnest($1::text[]) WITH ORDINALITY AS p(a0, i) "
        "ORDER BY p.i "
    )


def test_an_update_and_a_delete_join_the_values() -> None:
    update, delete = set_form(KEYED, ["int8", "text", "int8"]), set_form(timers.TAKE, ["text", "int8"])
    assert update is not None
    assert "FROM unnest($1::int8[], $2::text[], $3::int8[]) AS p(a0, a1, a2) WHERE" in update.sql
    assert delete is not None
    assert "USING unnest($1::text[], $2::int8[]) AS p(a0, a1) WHERE" in delete.sql


def test_no_row_is_changed_twice_in_a_set() -> None:
    """PostgreSQL refuses it for an upsert, and would do one of both for an update."""
    for sql in (timers.SET, KEYED):
        form = set_form(sql, ["text"] * 9)
        assert form is not None
        rows = [{"key": key, "token": 1, "until": number} for number, key in enumerate("abacb")]
        sets = [[row["key"] for row in each] for each in form.sets(rows)]
        assert sets == [["a", "b"], ["a", "c", "b"]]


@pytest.mark.parametrize(
    "sql",
    [
        tickets.ACTIVE,  # a LIMIT cannot vary from row to row
        tickets.NEAREST.replace("number <", "LIMIT :x; number <"),
        timers.RELEASE_TIMERS,  # has no values
        outbox.CLAIM,
    ],
)
def test_what_has_no_set_form_goes_one_by_one(sql: str) -> None:
    assert set_form(sql, ["int8"] * 9) is None
