"""Who looks at the desk by the web, and what they may do. Pure rules."""

from dataclasses import dataclass
from enum import StrEnum

from bot.customers.customer import Customer, Identity
from bot.identities import mailbox_of
from bot.policy import Engineer, Policy, Tier
from bot.tickets.ticket import Ticket


class Role(StrEnum):
    CUSTOMER = "customer"
    ENGINEER = "engineer"
    LEAD = "lead"
    AUDITOR = "auditor"
    """Reads everything and changes nothing."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """`customer` is there exactly for the role of that name, `engineer` for engineers and leads."""

    role: Role
    address: str
    name: str
    customer: Customer | None = None
    engineer: Engineer | None = None

    @property
    def is_ours(self) -> bool:
        """Whether they may look at the console."""
        return self.role is not Role.CUSTOMER

    @property
    def acts(self) -> bool:
        """Whether they may change tickets as an engineer."""
        return self.engineer is not None

    @property
    def leads(self) -> bool:
        """Whether they may manage tokens and webhooks."""
        return self.role is Role.LEAD

    @property
    def is_known_by_domain(self) -> bool:
        """Whether they are known by nothing but the domain of their address: it may be made up."""
        own = Identity("email", mailbox_of(self.address))
        return self.customer is not None and own not in self.customer.identities

    def may_see(self, ticket: Ticket) -> bool:
        """A customer sees its own company's tickets and no others."""
        return self.is_ours or (self.customer is not None and ticket.customer == self.customer.id)


def one_of_us(policy: Policy, address: str, name: str) -> Visitor | None:
    """The engineer, lead or auditor of that mail address."""
    for engineer in policy.engineers:
        if address and mailbox_of(engineer.identities.get("email", "")) == mailbox_of(address):
            role = Role.LEAD if engineer.tier is Tier.LEAD else Role.ENGINEER
            return Visitor(role, address, engineer.name, engineer=engineer)
    if mailbox_of(address) in {mailbox_of(each) for each in policy.web.auditors}:
        return Visitor(Role.AUDITOR, address, name or address)
    return None


def of_customer(customer: Customer, address: str, name: str) -> Visitor:
    return Visitor(Role.CUSTOMER, address, name or address, customer=customer)
