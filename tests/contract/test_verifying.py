"""Confirming a contact, with the store: what is refused is counted all the same."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from bot.contacts.contact import TRIES, VALID_FOR, Contact
from bot.contacts.verifying import DIGITS, begin, code_words, confirm
from bot.errors import Refused
from bot.messages.catalogue import Catalogue, Voice
from bot.ports import Store

from tests.contract.builders import T0

PHONE = ("phone", "+491")


async def sent(store: Store, now: datetime = T0) -> str:
    return await store.write(lambda tx: begin(tx, *PHONE, now))


async def said(store: Store, code: str, now: datetime = T0, contact: Sequence[str] = PHONE) -> str:
    kind, value = contact
    return told(await store.write(lambda tx: confirm(tx, kind, value, code, now)))


def told(refused: Refused | None) -> str:
    return "confirmed" if refused is None else str(refused)


async def kept(store: Store) -> Contact | None:
    return await store.read(lambda tx: tx.contacts.get(*PHONE))


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**DIGITS:0{DIGITS}}"


async def test_the_code_confirms_once(store: Store) -> None:
    code = await sent(store)
    assert (len(code), code.isdecimal()) == (6, True)
    found = await kept(store)
    assert found is not None
    assert (code in repr(found), found.confirmed_at) == (False, None)
    assert await said(store, code, T0 + VALID_FOR) == "confirmed"
    assert await kept(store) == Contact(*PHONE, confirmed_at=T0 + VALID_FOR)
    assert await said(store, code) == "code_none_sent {'contact': '+491'}"


async def test_wrong_tries_are_kept_until_there_are_too_many(store: Store) -> None:
    code = await sent(store)
    wrong = other(code)
    left = [await said(store, wrong) for _ in range(TRIES)]
    assert left == [f"code_wrong {{'left': {number}}}" for number in (4, 3, 2, 1, 0)]
    assert await said(store, code) == "code_too_many"
    found = await kept(store)
    assert found is not None
    assert (found.tries, found.confirmed_at) == (TRIES, None)


async def test_tries_at_once_are_counted_each(store: Store) -> None:
    wrong = other(await sent(store))
    keys = await asyncio.gather(*(said(store, wrong) for _ in range(TRIES + 3)))
    assert [each.split()[0] for each in keys] == ["code_wrong"] * TRIES + ["code_too_many"] * 3


async def test_a_code_is_too_old_and_a_fresh_one_counts(store: Store) -> None:
    code = await sent(store)
    late = T0 + VALID_FOR + timedelta(seconds=1)
    assert await said(store, code, late) == "code_expired {'minutes': 15}"
    assert await store.read(lambda tx: tx.contacts.confirmed()) == ()
    fresh = await sent(store, late)
    assert await said(store, fresh, late) == "confirmed"


async def test_a_fresh_code_leaves_a_confirmation_and_voids_the_code_before(store: Store) -> None:
    await said(store, await sent(store))
    first = await sent(store)
    second = await sent(store)
    assert await store.read(lambda tx: tx.contacts.confirmed()) == (PHONE,)
    if first != second:
        assert (await said(store, first)).startswith("code_wrong")
    assert await said(store, second) == "confirmed"


async def test_a_code_is_for_one_contact(store: Store) -> None:
    code = await sent(store)
    for contact in (("phone", "+492"), ("push", "+491")):
        assert (await said(store, code, contact=contact)).startswith("code_none_sent")
    assert await store.read(lambda tx: tx.contacts.confirmed()) == ()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_read_out_comes_digit_by_digit(language: str) -> None:
    voice = Voice(Catalogue.load(), language, "UTC", T0)
    assert "4 7 1 0 2 9" in code_words(voice, "471029", spoken=True)
    assert "471029" in code_words(voice, "471029", spoken=False)
