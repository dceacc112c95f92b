"""A code counts for a while, for a few tries, for one contact, once."""

from datetime import timedelta

from bot.contacts.contact import TRIES, VALID_FOR, Contact
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tickets.builders import START

MEI = Contact("phone", "+491")
CODES = st.from_regex(r"[0-9]{6}", fullmatch=True)


@given(CODES, CODES)
def test_only_the_code_that_was_sent(sent: str, said: str) -> None:
    contact = MEI.sending(sent, START)
    assert (contact.fault_of(f" {said} ", START) is None) == (said == sent)
    assert sent not in repr(contact)


def test_not_for_ever_and_not_for_another() -> None:
    sent = MEI.sending("123456", START)
    assert sent.fault_of("123456", START + VALID_FOR) is None
    assert sent.fault_of("123456", START + VALID_FOR + timedelta(seconds=1)) == "expired"
    other = Contact("phone", "+492", sent.digest, START)
    assert other.fault_of("123456", START) == "wrong"


def test_not_more_often_than_a_human_mistypes() -> None:
    contact = MEI.sending("123456", START)
    for _ in range(TRIES):
        assert contact.fault_of("000000", START) == "wrong"
        contact = contact.tried()
    assert contact.fault_of("123456", START) == "too_many"
    assert contact.sending("654321", START).fault_of("654321", START) is None


def test_once() -> None:
    confirmed = MEI.sending("123456", START).confirmed(START)
    assert confirmed.fault_of("123456", START) == "none_sent"
    again = confirmed.sending("111111", START + timedelta(days=1))
    assert again.confirmed_at == START
