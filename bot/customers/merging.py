"""What a list of customers changes in those already known. Pure rules.

The list says what is so; it is silent about what it leaves out. So an empty cell keeps what is known, and
identities are added to those known (a group that an engineer linked with /link stays linked), except one that
the list gives to somebody else: that one moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.customers.customer import Customer, Identity


@dataclass(frozen=True, slots=True)
class Taken:
    """An identity that goes from one customer to another; their ids."""

    identity: Identity
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Merged:
    """`added` and `changed` are to be saved. `taken`: the former owners lose these identities by it."""

    added: tuple[Customer, ...]
    changed: tuple[Customer, ...]
    unchanged: int
    taken: tuple[Taken, ...]

    @property
    def to_save(self) -> tuple[Customer, ...]:
        return (*self.added, *self.changed)


def merge(known: Iterable[Customer], listed: Iterable[Customer]) -> Merged:
    """Every id and every identity occurs once among `listed`, as `bot.customers.importing` makes sure."""
    by_id = {customer.id: customer for customer in known}
    claims = {identity: customer.id for customer in listed for identity in customer.identities}
    after = [_over(by_id.get(customer.id), customer, claims) for customer in listed]
    added = tuple(customer for customer in after if customer.id not in by_id)
    changed = tuple(customer for customer in after if by_id.get(customer.id, customer) != customer)
    return Merged(added, changed, len(after) - len(added) - len(changed), _taken(by_id, claims))


def _over(old: Customer | None, new: Customer, claims: Mapping[Identity, str]) -> Customer:
    if old is None:
        return new
    kept = (each for each in old.identities if claims.get(each, old.id) == old.id)
    return replace(
        new,
        tier=new.tier or old.tier,
        language=new.language or old.language,
        time_zone=new.time_zone or old.time_zone,
        industry=new.industry or old.industry,
        account_manager=new.account_manager or old.account_manager,
        identities=tuple(dict.fromkeys((*kept, *new.identities))),
    )


def _taken(known: Mapping[str, Customer], claims: Mapping[Identity, str]) -> tuple[Taken, ...]:
    return tuple(
        Taken(identity, customer.id, claims[identity])
        for customer in known.values()
        for identity in customer.identities
        if claims.get(identity, customer.id) != customer.id
    )
