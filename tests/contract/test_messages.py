"""Which message belongs to which ticket, the intake ledger, and conversations that move."""

from dataclasses import replace
from datetime import timedelta

from bot.customers.customer import Customer, Identity, conversation, person
from bot.inbound import Address, MessagePosted, Person
from bot.intake.ledger import Outcome, Surroundings
from bot.ports import Store
from bot.tickets.ticket import State

from tests.contract.builders import GROUP, T0, after, entry, item, message, post, put, ticket

ROOM = Address("slack", "C9")
WINDOW = timedelta(minutes=2)


async def ticket_of(store: Store, at: Address, message_id: str) -> int | None:
    return await store.read(lambda tx: tx.messages.ticket_of(at, message_id))


async def around(store: Store, said: MessagePosted) -> Surroundings:
    return await store.read(lambda tx: tx.ledger.surroundings(said, said.sent_at - WINDOW))


async def test_a_message_leads_to_its_ticket(store: Store) -> None:
    await put(store, lambda tx: tx.messages.link(GROUP, "m1", 1), lambda tx: tx.messages.link(ROOM, "", 2))
    assert await ticket_of(store, GROUP, "m1") == 1
    assert await ticket_of(store, replace(GROUP, thread="17.1"), "m1") == 1
    assert await ticket_of(store, GROUP, "m2") is None
    assert await ticket_of(store, Address("telegram", "C1"), "m1") is None
    assert await ticket_of(store, ROOM, "") == 2


async def test_linking_again_replaces(store: Store) -> None:
    await put(store, lambda tx: tx.messages.link(GROUP, "m1", 1))
    await put(store, lambda tx: tx.messages.link(GROUP, "m1", 2))
    assert await ticket_of(store, GROUP, "m1") == 2


async def test_an_entry_comes_back_as_it_was(store: Store) -> None:
    kept = entry("e1", ticket=4)
    command = entry("e2", item=message("e2"), message_id="", outcome=Outcome.COMMAND)
    bare = replace(command, item=None)
    await put(store, lambda tx: tx.ledger.add(kept), lambda tx: tx.ledger.add(bare))
    assert await store.read(lambda tx: tx.ledger.since(T0)) == (bare, kept)
    assert await store.read(lambda tx: tx.ledger.find(GROUP, "m-e1")) == kept
    assert await store.read(lambda tx: tx.ledger.find(GROUP, "m-e9")) is None


async def test_the_same_event_is_seen_and_replaces_only_what_became_of_it(store: Store) -> None:
    first = entry("e1", outcome=Outcome.CHATTER, reason="wholly thanks")
    again = replace(
        first, outcome=Outcome.PROMOTED, reason="made a ticket", ticket=3, text="other", item=None
    )
    await put(store, lambda tx: tx.ledger.add(first))
    assert await store.read(lambda tx: tx.ledger.seen("slack", "e1"))
    assert not await store.read(lambda tx: tx.ledger.seen("telegram", "e1"))
    await put(store, lambda tx: tx.ledger.add(again))
    [kept] = await store.read(lambda tx: tx.ledger.since(T0))
    assert kept == replace(first, outcome=Outcome.PROMOTED, reason="made a ticket", ticket=3)


async def test_the_ledger_is_the_newest_first(store: Store) -> None:
    keys = ["e1", "e2", "e3", "e4"]
    times = [after(minutes=2), T0, after(minutes=1), after(minutes=-1)]
    await put(
        store,
        *(
            lambda tx, key=key, at=at: tx.ledger.add(entry(key, received_at=at))
            for key, at in zip(keys, times, strict=True)
        ),
    )
    assert [each.event_key for each in await store.read(lambda tx: tx.ledger.since(T0))] == ["e1", "e3", "e2"]
    newest = await store.read(lambda tx: tx.ledger.since(T0, limit=1))
    assert [each.event_key for each in newest] == ["e1"]


async def test_the_ledger_without_what_fills_it(store: Store) -> None:
    outcomes = [Outcome.OPENED, Outcome.COMMAND, Outcome.COMMAND, Outcome.CHATTER]
    made = [entry(f"e{n}", outcome=each, received_at=after(minutes=n)) for n, each in enumerate(outcomes)]
    await put(store, *(lambda tx, each=each: tx.ledger.add(each) for each in made))
    found = await store.read(lambda tx: tx.ledger.since(T0, limit=2, without=Outcome.COMMAND))
    assert [each.event_key for each in found] == ["e3", "e0"]


async def test_the_entries_of_a_conversation_are_the_oldest_first(store: Store) -> None:
    await put(
        store,
        lambda tx: tx.ledger.add(entry("e2")),
        lambda tx: tx.ledger.add(entry("e1", conversation="C2")),
        lambda tx: tx.ledger.add(entry("e3")),
    )
    entries = await store.read(lambda tx: tx.ledger.move(GROUP))
    assert [each.event_key for each in entries] == ["e2", "e3"]


async def test_nothing_is_around_a_first_message(store: Store) -> None:
    assert await around(store, message()) == Surroundings(False, None, None, (), None)


async def test_a_message_is_seen_by_its_event_or_by_itself(store: Store) -> None:
    """Slack says one message twice, as `message` and as `app_mention`, under two event ids."""
    await put(store, lambda tx: tx.ledger.add(entry("e1")))
    assert (await around(store, message("e1", message_id="other"))).seen
    assert (await around(store, message("e2", message_id="m-e1"))).seen
    assert not (await around(store, message("e2"))).seen
    assert not (await around(store, message("e2", message_id="m-e1", at=Address("slack", "C2")))).seen


async def test_what_was_done_to_a_message_does_not_make_it_seen(store: Store) -> None:
    """An edit that overtakes its message is on the ledger first."""
    edit = replace(entry("e1", outcome=Outcome.EDITED), item=None)
    await put(store, lambda tx: tx.ledger.add(edit))
    assert not (await around(store, message("e2", message_id="m-e1"))).seen


async def test_the_customer_is_that_of_the_conversation_before_that_of_the_author(store: Store) -> None:
    acme = Customer("acme", "Acme", tier="gold", identities=(conversation("slack", "C1"),))
    globex = Customer("globex", "Globex", identities=(person("slack", "UD"),))
    await put(store, lambda tx: tx.customers.save(acme), lambda tx: tx.customers.save(globex))
    assert (await around(store, message())).customer == acme
    assert (await around(store, message(at=Address("slack", "C2")))).customer == globex
    stranger = message(at=Address("slack", "C2"), author=Person("slack", "UX"))
    assert (await around(store, stranger)).customer is None


async def test_the_ticket_of_the_message_answered(store: Store) -> None:
    closed = ticket(1, state=State.CLOSED)
    await put(store, lambda tx: tx.tickets.save(closed), lambda tx: tx.messages.link(GROUP, "m1", 1))
    assert (await around(store, message(reply_to="m1"))).replied == closed
    assert (await around(store, message(reply_to="m2"))).replied is None


async def test_recent_are_the_active_ones_that_heard_from_the_customer_lately(store: Store) -> None:
    heard = {1: -1, 2: -2, 3: -3, 4: 1}
    tickets = [ticket(number, last_message_at=after(minutes=at)) for number, at in heard.items()]
    closed, elsewhere = ticket(5, state=State.CLOSED), ticket(6, home=Address("slack", "C2"))
    await put(store, *(lambda tx, each=each: tx.tickets.save(each) for each in (*tickets, closed, elsewhere)))
    assert [each.number for each in (await around(store, message())).recent] == [4, 1, 2]


async def test_the_room_of_an_incident_knows_its_ticket(store: Store) -> None:
    await put(store, lambda tx: tx.messages.link(ROOM, "", 7))
    assert (await around(store, message(at=ROOM))).room == 7
    assert (await around(store, message())).room is None


async def test_a_topic_that_is_a_room_is_not_the_whole_group(store: Store) -> None:
    topic, other = replace(ROOM, thread="77"), replace(ROOM, thread="78")
    await put(store, lambda tx: tx.messages.link(topic, topic.room_key, 7))
    assert (await around(store, message(at=topic))).room == 7
    assert (await around(store, message(at=other))).room is None
    assert (await around(store, message(at=ROOM))).room is None


async def test_a_thread_in_a_room_is_the_room(store: Store) -> None:
    await put(store, lambda tx: tx.messages.link(ROOM, ROOM.room_key, 7))
    assert (await around(store, message(at=replace(ROOM, thread="17.1")))).room == 7


async def test_a_conversation_that_moves_takes_everything_along(store: Store) -> None:
    new = Address("slack", "C2")
    others = (Identity("email", "it@acme.example"), conversation("slack", "C3"))
    acme = Customer("acme", "Acme", identities=(others[0], conversation("slack", "C1"), others[1]))
    await put(
        store,
        lambda tx: tx.messages.link(GROUP, "m1", 1),
        lambda tx: tx.messages.link(Address("telegram", "C1"), "m1", 2),
        lambda tx: tx.ledger.add(entry("e1")),
        lambda tx: tx.customers.save(acme),
        lambda tx: tx.messages.migrate("slack", "C1", "C2"),
    )
    assert await ticket_of(store, new, "m1") == 1
    assert await ticket_of(store, GROUP, "m1") is None
    assert await ticket_of(store, Address("telegram", "C1"), "m1") == 2
    assert len(await store.read(lambda tx: tx.ledger.move(new))) == 1
    moved = replace(acme, identities=(others[0], conversation("slack", "C2"), others[1]))
    assert await store.read(lambda tx: tx.customers.get("acme")) == moved
    assert await store.read(lambda tx: tx.customers.find([conversation("slack", "C2")])) == moved
    assert await store.read(lambda tx: tx.customers.find([conversation("slack", "C1")])) is None


async def test_what_a_conversation_knows_already_stays_when_another_becomes_it(store: Store) -> None:
    """Message ids begin anew in a supergroup, and somebody may have linked it before the news came."""
    acme = Customer("acme", "Acme", identities=(conversation("slack", "C1"),))
    globex = Customer("globex", "Globex", identities=(conversation("slack", "C2"),))
    await put(
        store,
        lambda tx: tx.messages.link(GROUP, "m1", 1),
        lambda tx: tx.messages.link(GROUP, "m2", 1),
        lambda tx: tx.messages.link(Address("slack", "C2"), "m1", 2),
        lambda tx: tx.customers.save(acme),
        lambda tx: tx.customers.save(globex),
        lambda tx: tx.messages.migrate("slack", "C1", "C2"),
    )
    assert await ticket_of(store, Address("slack", "C2"), "m1") == 2
    assert await ticket_of(store, Address("slack", "C2"), "m2") == 1
    assert await store.read(lambda tx: tx.customers.get("globex")) == globex
    assert await store.read(lambda tx: tx.customers.get("acme")) == replace(acme, identities=())


async def test_moving_twice_is_moving_once(store: Store) -> None:
    await put(
        store,
        lambda tx: tx.messages.link(GROUP, "m1", 1),
        lambda tx: tx.messages.migrate("slack", "C1", "C2"),
        lambda tx: tx.messages.migrate("slack", "C1", "C2"),
    )
    assert await ticket_of(store, Address("slack", "C2"), "m1") == 1


async def test_waiting_messages_go_where_the_conversation_went(store: Store) -> None:
    """The address and nothing else: the words may look like one."""
    words = 'he wrote "conversation":"C1" and {"conversation":"C1"}'
    mine = item("a", post("a", words), urgency=1)
    threaded = item("b", post("b", at=replace(GROUP, thread="17.1")))
    other = item("c", post("c", at=Address("telegram", "C1")))
    await put(
        store,
        *(lambda tx, each=each: tx.outbox.add(each) for each in (mine, threaded, other)),
        lambda tx: tx.outbox.readdress("slack", "C1", 'C"2'),
    )
    claimed = await store.write(lambda tx: tx.outbox.claim(T0, 10, WINDOW))
    assert {each.item.key: each.item.message for each in claimed} == {
        "a": post("a", words, at=Address("slack", 'C"2')),
        "b": post("b", at=Address("slack", 'C"2', "17.1")),
        "c": other.message,
    }
