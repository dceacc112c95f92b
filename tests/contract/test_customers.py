"""Customers, what they are recognised by, and stand-ins on call."""

from dataclasses import replace

from bot.customers.customer import Customer, Identity, conversation, person
from bot.oncall.schedule import Override
from bot.ports import Store

from tests.contract.builders import T0, after, put

HERE, DANA = conversation("slack", "C1"), person("slack", "UD")
MAIL = Identity("email-domain", "acme.example")
ACME = Customer("acme", "Acme 视频", "gold", "zh", "Asia/Shanghai", "gaming", "mei", (DANA, HERE, MAIL))


async def get(store: Store, customer: str) -> Customer | None:
    return await store.read(lambda tx: tx.customers.get(customer))


async def find(store: Store, *identities: Identity) -> str | None:
    found = await store.read(lambda tx: tx.customers.find(identities))
    return found.id if found else None


async def test_a_customer_comes_back_as_it_was(store: Store) -> None:
    await put(store, lambda tx: tx.customers.save(ACME))
    assert await get(store, "acme") == ACME
    assert await get(store, "globex") is None


async def test_a_customer_is_found_by_the_first_identity_that_is_known(store: Store) -> None:
    globex = Customer("globex", "Globex", identities=(person("slack", "UG"),))
    await put(store, lambda tx: tx.customers.save(ACME), lambda tx: tx.customers.save(globex))
    assert await find(store, person("slack", "UX"), person("slack", "UG"), HERE) == "globex"
    assert await find(store, Identity("telegram:conversation", "C1")) is None
    assert await find(store) is None


async def test_saving_again_leaves_exactly_the_identities_given(store: Store) -> None:
    fewer = replace(ACME, name="Acme 2", identities=(MAIL,))
    await put(store, lambda tx: tx.customers.save(ACME), lambda tx: tx.customers.save(fewer))
    assert await get(store, "acme") == fewer
    assert await find(store, HERE) is None
    assert await find(store, MAIL) == "acme"


async def test_an_identity_moves_from_whoever_had_it(store: Store) -> None:
    globex = Customer("globex", "Globex", identities=(HERE,))
    await put(store, lambda tx: tx.customers.save(ACME))
    await put(store, lambda tx: tx.customers.save(globex))
    assert await find(store, HERE) == "globex"
    robbed = await get(store, "acme")
    assert robbed == replace(ACME, identities=(DANA, MAIL))
    await put(store, lambda tx: tx.customers.save(replace(robbed, tier="silver")))
    assert await find(store, HERE) == "globex"


async def test_an_identity_given_twice_is_one(store: Store) -> None:
    twice = replace(ACME, identities=(HERE, MAIL, HERE))
    await put(store, lambda tx: tx.customers.save(twice))
    assert await get(store, "acme") == replace(ACME, identities=(HERE, MAIL))


async def test_an_identity_that_looks_like_part_of_another_is_left_alone(store: Store) -> None:
    odd = Identity("email", '","value":"C1"}\n{"kind":"x')
    longer = conversation("slack", "C11")
    await put(
        store,
        lambda tx: tx.customers.save(replace(ACME, identities=(odd, longer, HERE))),
        lambda tx: tx.customers.save(Customer("globex", "Globex", identities=(HERE,))),
    )
    assert await get(store, "acme") == replace(ACME, identities=(odd, longer))


async def test_all_are_in_the_order_of_their_ids(store: Store) -> None:
    names = ["zeta", "acme", "mid"]
    await put(store, *(lambda tx, name=name: tx.customers.save(Customer(name, name)) for name in names))
    everybody = await store.read(lambda tx: tx.customers.all())
    assert [each.id for each in everybody] == ["acme", "mid", "zeta"]


def override(start: int, end: int, who: str, schedule: str = "global") -> Override:
    return Override(schedule, after(hours=start), after(hours=end), who, "mei", "lead")


async def test_overrides_that_touch_the_time_asked_for_in_the_order_made(store: Store) -> None:
    made = [
        override(0, 2, "early"),
        override(-5, 1, "long"),
        override(-5, 0, "over"),
        override(3, 4, "later"),
        override(0, 2, "other", schedule="europe"),
        override(2, 9, "next"),
    ]
    everybody = Override("global", after(hours=1), after(hours=2), "all", None, None)
    await put(store, *(lambda tx, each=each: tx.overrides.add(each) for each in (*made, everybody)))
    touching = await store.read(lambda tx: tx.overrides.around("global", T0, after(hours=3)))
    assert [each.stands_in for each in touching] == ["early", "long", "next", "all"]
    assert touching[0] == made[0]
    assert touching[-1] == everybody


async def test_an_override_is_taken_back_and_no_other_that_is_only_like_it(store: Store) -> None:
    gone = override(0, 2, "mei")
    alike = [override(0, 3, "mei"), override(0, 2, "ada"), override(0, 2, "mei", schedule="europe")]
    anybody = Override("global", T0, after(hours=2), "mei", None, None)
    await put(
        store, *(lambda tx, each=each: tx.overrides.add(each) for each in (gone, *alike, anybody, gone))
    )
    await put(store, lambda tx: tx.overrides.remove(gone))
    left = await store.read(lambda tx: tx.overrides.around("global", T0, after(hours=3)))
    assert left == (*alike[:2], anybody)
    await put(store, lambda tx: tx.overrides.remove(anybody))
    assert await store.read(lambda tx: tx.overrides.around("global", T0, after(hours=3))) == tuple(alike[:2])
