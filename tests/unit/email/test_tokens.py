"""Our own signed token."""

import re

import pytest
from adapters.email.tokens import Bearer, Token, Tokens, plus
from hypothesis import given
from hypothesis import strategies as st

OURS, THEIRS = Tokens(b"ours"), Tokens(b"theirs")
tokens = st.builds(Token, st.sampled_from(Bearer), st.integers(1, 10**9))


@given(tokens)
def test_it_comes_back_whatever_mail_servers_do_to_its_case(token: Token) -> None:
    address = plus("support@ops.example", OURS.written(token))
    assert OURS.read(address) == token
    assert OURS.read(address.upper()) == token
    assert len(address.partition("@")[0]) <= 64


@given(tokens, tokens)
def test_nobody_else_can_make_one(token: Token, other: Token) -> None:
    assert OURS.read(THEIRS.written(token)) is None
    forged = f"{other.bearer}{other.ticket}-{OURS.written(token).partition('-')[2]}"
    assert OURS.read(forged) == (token if token == other else None)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert OURS.read(text) is None


def test_one_among_others() -> None:
    written = OURS.written(Token(Bearer.TICKET, 42))
    assert OURS.read(f"<{THEIRS.written(Token(Bearer.TICKET, 1))}.x@y> <{written}.abc@ops.example>") == Token(
        Bearer.TICKET, 42
    )


@pytest.mark.parametrize("token", [None, Token(Bearer.PAGE, 7)])
def test_a_message_id_is_the_same_for_the_same_key(token: Token | None) -> None:
    once = OURS.message_id("page:7:0", token, "ops.example")
    assert once == OURS.message_id("page:7:0", token, "ops.example")
    assert once != OURS.message_id("page:7:1", token, "ops.example")
    assert re.fullmatch(r"<[a-z0-9.-]+@ops\.example>", once)
    assert OURS.read(once) == token
