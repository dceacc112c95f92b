"""A list of customers over those already known."""

from bot.customers.customer import Customer, Identity
from bot.customers.merging import Taken, merge
from hypothesis import given
from hypothesis import strategies as st

SLACK = "slack:conversation"


def customer(name: str, *groups: str, tier: str = "") -> Customer:
    return Customer(name, name.title(), tier=tier, identities=tuple(Identity(SLACK, each) for each in groups))


def test_added_changed_and_unchanged() -> None:
    known = [customer("acme", "C1"), customer("zeta", "C2")]
    found = merge(known, [customer("acme", "C1"), customer("zeta", "C2", "C3"), customer("nova", "C4")])
    assert [each.id for each in found.added] == ["nova"]
    assert [each.id for each in found.changed] == ["zeta"]
    assert found.unchanged == 1


def test_an_empty_cell_keeps_what_is_known() -> None:
    [after] = merge([customer("acme", tier="gold")], [customer("acme", "C1")]).changed
    assert (after.tier, after.identities) == ("gold", (Identity(SLACK, "C1"),))


def test_an_identity_given_to_somebody_else_moves() -> None:
    known = [customer("acme", "C1", "C2"), customer("zeta", "C3")]
    found = merge(known, [customer("acme", "C2"), customer("zeta", "C1")])
    assert {each.id: [i.value for i in each.identities] for each in found.changed} == {
        "acme": ["C2"],
        "zeta": ["C3", "C1"],
    }
    assert found.taken == (Taken(Identity(SLACK, "C1"), "acme", "zeta"),)


def test_even_from_one_whom_the_list_does_not_name() -> None:
    found = merge([customer("acme", "C1")], [customer("zeta", "C1")])
    assert found.taken == (Taken(Identity(SLACK, "C1"), "acme", "zeta"),)
    assert found.to_save == (customer("zeta", "C1"),)


@st.composite
def lists(draw: st.DrawFn) -> list[Customer]:
    """Every id and every identity once."""
    groups = draw(st.permutations([f"C{n}" for n in range(8)]))
    ids = draw(st.lists(st.sampled_from("abcde"), unique=True))
    cuts = sorted(draw(st.integers(0, 8)) for _ in range(len(ids) + 1))
    return [
        customer(name, *groups[first:last], tier=draw(st.sampled_from(["", "gold"])))
        for name, first, last in zip(ids, cuts, cuts[1:], strict=False)
    ]


@given(lists(), lists())
def test_nothing_listed_is_lost_and_nobody_shares_an_identity(
    known: list[Customer], listed: list[Customer]
) -> None:
    found = merge(known, listed)
    saved = {each.id: each for each in found.to_save}
    after = {**{each.id: each for each in known}, **saved}
    lost = {(each.before, each.identity) for each in found.taken}
    owners = [
        (identity, each.id)
        for each in after.values()
        for identity in each.identities
        if (each.id, identity) not in lost
    ]
    assert len({identity for identity, _ in owners}) == len(owners)
    assert {(i, each.id) for each in listed for i in each.identities} <= set(owners)
    assert len(found.to_save) + found.unchanged == len(listed)


@given(lists(), lists())
def test_the_same_list_again_changes_nothing(known: list[Customer], listed: list[Customer]) -> None:
    once = {each.id: each for each in known} | {each.id: each for each in merge(known, listed).to_save}
    claims = {identity: each.id for each in listed for identity in each.identities}
    settled = [
        Customer(
            each.id,
            each.name,
            tier=each.tier,
            identities=tuple(i for i in each.identities if claims.get(i, each.id) == each.id),
        )
        for each in once.values()
    ]
    again = merge(settled, listed)
    assert (again.to_save, again.taken) == ((), ())
