"""Sessions, links that sign in, tokens, and what programs were answered: alike on every store."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from bot.access.session import GivenAnswer, Scope, Session, SignIn, Token
from bot.customers.customer import Customer, Identity
from bot.policy import Priority
from bot.ports import Store, Transaction
from bot.tickets.board import Wanted
from bot.tickets.ticket import State

from tests.contract.builders import T0, after, put, saving
from tests.contract.places import Place
from tests.contract.test_values import TEXTS

SESSION = Session("d1", "mei@desk.example", "Mei", T0, T0, after(days=14))
LINK = SignIn("d1", "mei@desk.example", T0, after(minutes=15))
TOKEN = Token("tok_1", "d1", "crm", (Scope.READ, Scope.WRITE), T0, "leo", after(days=90), engineer="mei")
ANSWER = GivenAnswer("tok_1", "k1", "d1", T0, held_until=after(seconds=30))


async def test_a_session_until_it_ends(store: Store) -> None:
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None
    await put(store, lambda tx: tx.sessions.save(SESSION))
    seen = SESSION.seen(after(hours=2))
    await put(store, lambda tx: tx.sessions.renew(seen))
    assert await store.read(lambda tx: tx.sessions.get("d1")) == seen
    await put(store, lambda tx: tx.sessions.sweep(after(days=14)))
    assert await store.read(lambda tx: tx.sessions.get("d1")) == seen
    await put(store, lambda tx: tx.sessions.end("d1"))
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None


async def test_a_session_that_was_ended_stays_so(store: Store) -> None:
    """Though pages are on their way that saw it good: before its end, in the same commit, and after it."""
    seen = SESSION.seen(after(hours=2))
    await put(store, lambda tx: tx.sessions.save(SESSION))
    renewing = [put(store, lambda tx: tx.sessions.renew(seen)) for _ in range(8)]
    ending = put(store, lambda tx: tx.sessions.end("d1"))
    await asyncio.gather(*renewing[:4], ending, *renewing[4:])
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None
    await put(store, lambda tx: tx.sessions.renew(seen))
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None


async def test_all_sessions_of_somebody_end_at_once(store: Store) -> None:
    others = (replace(SESSION, digest="d2"), replace(SESSION, digest="d3", address="jun@desk.example"))
    await put(
        store,
        lambda tx: tx.sessions.save(SESSION),
        lambda tx: tx.sessions.save(others[0]),
        lambda tx: tx.sessions.save(others[1]),
    )
    await put(store, lambda tx: tx.sessions.end_all("mei@desk.example"))
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None
    assert await store.read(lambda tx: tx.sessions.get("d2")) is None
    assert await store.read(lambda tx: tx.sessions.get("d3")) == others[1]


async def test_what_is_over_is_swept(store: Store) -> None:
    later = replace(SESSION, digest="d2", expires_at=after(days=20))
    link = replace(LINK, digest="d2", expires_at=after(days=20))
    await put(
        store,
        lambda tx: tx.sessions.save(SESSION),
        lambda tx: tx.sessions.save(later),
        lambda tx: tx.sign_ins.save(LINK),
        lambda tx: tx.sign_ins.save(link),
    )
    await put(store, lambda tx: tx.sessions.sweep(after(days=15)))
    assert await store.read(lambda tx: tx.sessions.get("d1")) is None
    assert await store.read(lambda tx: tx.sessions.get("d2")) == later
    assert await store.read(lambda tx: tx.sign_ins.get("d1")) is None
    assert await store.read(lambda tx: tx.sign_ins.get("d2")) == link


async def test_a_link_and_how_many_were_asked_for(store: Store) -> None:
    assert await store.read(lambda tx: tx.sign_ins.get("d1")) is None
    again = replace(LINK, digest="d2", asked_at=after(minutes=5))
    await put(store, lambda tx: tx.sign_ins.save(LINK), lambda tx: tx.sign_ins.save(again))
    assert await store.read(lambda tx: tx.sign_ins.asked("mei@desk.example", T0)) == 2
    assert await store.read(lambda tx: tx.sign_ins.asked("mei@desk.example", after(minutes=1))) == 1
    assert await store.read(lambda tx: tx.sign_ins.asked("jun@desk.example", T0)) == 0
    used = replace(LINK, used_at=after(minutes=1))
    await put(store, lambda tx: tx.sign_ins.save(used))
    assert await store.read(lambda tx: tx.sign_ins.get("d1")) == used


async def test_two_who_use_one_link_at_once(store: Store, place: Place) -> None:
    """On two workers; the second must see that it is used."""
    other = await place.open()

    async def use(tx: Transaction) -> bool:
        link = await tx.sign_ins.get("d1")
        assert link is not None
        if link.used_at is not None:
            return False
        tx.sign_ins.save(replace(link, used_at=after(minutes=1)))
        return True

    for _ in range(5):
        await put(store, lambda tx: tx.sign_ins.save(replace(LINK, used_at=None)))
        used = await asyncio.gather(*(door.write(use) for door in (store, other, store, other)))
        assert sorted(used) == [False, False, False, True]


async def test_a_token_by_its_id_and_by_its_digest(store: Store) -> None:
    assert await store.read(lambda tx: tx.tokens.find("d1")) is None
    assert await store.read(lambda tx: tx.tokens.get("tok_1")) is None
    await put(store, lambda tx: tx.tokens.save(TOKEN))
    assert await store.read(lambda tx: tx.tokens.find("d1")) == TOKEN
    await put(store, lambda tx: tx.tokens.used("tok_1", after(minutes=1)))
    used = replace(TOKEN, used_at=after(minutes=1))
    assert await store.read(lambda tx: tx.tokens.get("tok_1")) == used
    revoked = replace(TOKEN, revoked_at=after(minutes=2))
    await put(store, lambda tx: tx.tokens.save(revoked))
    assert await store.read(lambda tx: tx.tokens.find("d1")) == replace(revoked, used_at=used.used_at)


async def test_all_tokens_the_newest_first(store: Store) -> None:
    newer = replace(TOKEN, id="tok_0", digest="d2", made_at=after(hours=1), revoked_at=after(hours=2))
    await put(store, lambda tx: tx.tokens.save(newer), lambda tx: tx.tokens.save(TOKEN))
    assert await store.read(lambda tx: tx.tokens.all()) == (newer, TOKEN)


async def test_an_answer_until_it_is_swept(store: Store) -> None:
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) is None
    await put(store, lambda tx: tx.answers.save(ANSWER))
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) == ANSWER
    assert await store.read(lambda tx: tx.answers.get("tok_2", "k1")) is None
    given = replace(ANSWER, status=201, body='{"id": "T-1"}', headers={"location": "/T-1"}, held_until=None)
    await put(store, lambda tx: tx.answers.save(given))
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) == given
    anew = replace(ANSWER, digest="d2", at=after(hours=25), held_until=after(hours=26))
    await put(store, lambda tx: tx.answers.save(anew))
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) == anew
    await put(store, lambda tx: tx.answers.sweep(after(hours=25)))
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) == anew
    await put(store, lambda tx: tx.answers.sweep(after(hours=26)))
    assert await store.read(lambda tx: tx.answers.get("tok_1", "k1")) is None


async def test_two_workers_that_come_with_one_key_at_once(store: Store, place: Place) -> None:
    """Exactly one may begin."""
    other = await place.open()

    async def begin(tx: Transaction, key: str) -> bool:
        if await tx.answers.get("tok_1", key) is not None:
            return False
        tx.answers.save(replace(ANSWER, key=key))
        return True

    for number in range(5):
        unit = partial(begin, key=f"k{number}")
        began = await asyncio.gather(*(door.write(unit) for door in (store, other, store, other)))
        assert sorted(began) == [False, False, False, True]


@pytest.mark.parametrize("name", ["chinese", "emoji", "nul", "controls", "quotes", "empty", "spaces"])
async def test_any_text_comes_back_as_it_was(store: Store, name: str) -> None:
    text = TEXTS[name]
    session = replace(SESSION, digest=text, address=text, name=text)
    link, token = replace(LINK, digest=text, address=text), replace(TOKEN, id=text, digest=text, name=text)
    answer = GivenAnswer(text, text, text, T0, 200, text, {text: text})
    await put(
        store,
        lambda tx: tx.sessions.save(session),
        lambda tx: tx.sign_ins.save(link),
        lambda tx: tx.tokens.save(token),
        lambda tx: tx.answers.save(answer),
    )
    assert await store.read(lambda tx: tx.sessions.get(text)) == session
    assert await store.read(lambda tx: tx.sign_ins.get(text)) == link
    assert await store.read(lambda tx: tx.tokens.find(text)) == token
    assert await store.read(lambda tx: tx.answers.get(text, text)) == answer


async def test_tickets_of_any_state_the_newest_first(store: Store) -> None:
    quoting = 'he wrote {"state":"merged"} and 100 % of "state":"merged"'
    await put(
        store,
        saving(1, state=State.RESOLVED, priority=Priority.P0),
        saving(2, state=State.OPEN, text=quoting, title=quoting),
        saving(3, state=State.MERGED, customer="globex"),
        saving(4, state=State.ACKNOWLEDGED, assignee="mei"),
        saving(5, state=State.REOPENED, customer="globex"),
    )

    async def found(wanted: Wanted, **how: Any) -> list[int]:
        stretch = await store.read(lambda tx: tx.tickets.newest(wanted, **how))
        return [each.number for each in stretch.tickets]

    assert await found(Wanted()) == [5, 4, 3, 2, 1]
    assert await found(Wanted(), before=4, limit=2) == [3, 2]
    assert await found(Wanted(), state=State.MERGED) == [3]
    assert await found(Wanted(), state=State.OPEN) == [2]
    assert await found(Wanted(customer="globex")) == [5, 3]
    assert await found(Wanted(customer="globex"), state=State.REOPENED) == [5]
    assert await found(Wanted(customer="globex"), state=State.REOPENED, before=5) == []
    assert await found(Wanted(assignee="mei")) == [4]
    assert await found(Wanted(priority=Priority.P0)) == [1]
    assert await found(Wanted(untaken=True)) == [5, 2]
    assert await found(Wanted(untaken=True), state=State.OPEN) == [2]
    assert await found(Wanted(untaken=True), state=State.ACKNOWLEDGED) == []
    assert await found(Wanted(customer="globex", untaken=True)) == [5]
    await put(store, saving(5, state=State.CLOSED, customer="globex"))
    assert await found(Wanted(), state=State.REOPENED) == []
    assert await found(Wanted(customer="globex"), state=State.CLOSED) == [5]


async def test_one_look_at_a_list_is_short_and_the_next_goes_on(store: Store) -> None:
    """However few of many are wanted, and by whatever way it looks for them."""
    often, rarely = {"state": State.CLOSED}, {"state": State.DISCARDED, "priority": Priority.P0}
    await put(store, *(saving(each, **(rarely if each in (3, 11) else often)) for each in range(1, 13)))

    async def looks(wanted: Wanted, **how: Any) -> list[tuple[list[int], int]]:
        seen: list[tuple[list[int], int]] = []
        while not seen or seen[-1][1]:
            before = seen[-1][1] if seen else 0
            found = await store.read(
                lambda tx, before=before: tx.tickets.newest(wanted, before=before, within=4, **how)  # type: ignore[misc]
            )
            seen.append(([each.number for each in found.tickets], found.further))
        return seen

    goes_on = [([11], 9), ([], 5), ([3], 1), ([], 0)]
    assert await looks(Wanted(priority=Priority.P0)) == goes_on
    assert await looks(Wanted(), state=State.DISCARDED) == goes_on
    assert await looks(Wanted("acme", priority=Priority.P0)) == goes_on
    assert (await looks(Wanted("acme"), limit=3))[:2] == [([12, 11, 10], 10), ([9, 8, 7], 7)]
    assert await looks(Wanted("globex", priority=Priority.P0)) == [([], 0)]


async def test_what_is_open_is_found_at_once_however_old_it_is(store: Store) -> None:
    await put(store, saving(1), saving(2, state=State.WAITING), saving(3, customer="globex"))
    await put(store, *(saving(each, state=State.CLOSED) for each in range(4, 13)))

    async def found(wanted: Wanted, **how: Any) -> tuple[list[int], int]:
        stretch = await store.read(lambda tx: tx.tickets.newest(wanted, within=4, **how))
        return [each.number for each in stretch.tickets], stretch.further

    assert await found(Wanted(), state=State.OPEN) == ([3, 1], 0)
    assert await found(Wanted("acme"), state=State.WAITING) == ([2], 0)
    assert await found(Wanted("globex", untaken=True)) == ([3], 0)


async def test_customers_after_one(store: Store) -> None:
    a, b, c = (Customer(each, each.upper(), identities=(Identity("email", each),)) for each in "abc")
    await put(
        store,
        lambda tx: tx.customers.save(c),
        lambda tx: tx.customers.save(a),
        lambda tx: tx.customers.save(b),
    )
    assert await store.read(lambda tx: tx.customers.after("", 2)) == (a, b)
    assert await store.read(lambda tx: tx.customers.after("b", 2)) == (c,)


def test_the_event_of_a_key_is_another_one_when_the_key_is_used_anew() -> None:
    assert ANSWER.event_key == replace(ANSWER, status=200, held_until=None).event_key
    assert ANSWER.event_key != replace(ANSWER, at=T0 + timedelta(days=1)).event_key
    assert ANSWER.event_key != replace(ANSWER, key="k2").event_key
