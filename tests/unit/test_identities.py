"""Which mail addresses are one."""

import pytest
from bot.access.visitor import Role, one_of_us
from bot.customers.customer import Identity, by_mail
from bot.identities import mailbox_of

from tests.integration.core.night import desk_policy

OTHERS = (
    "gro\N{LATIN SMALL LETTER SHARP S}.mike@desk.example",
    "gro\N{LATIN SMALL LETTER LONG S}s.mike@desk.example",
    "gross.mi\N{KELVIN SIGN}e@desk.example",
    "GRO\N{LATIN CAPITAL LETTER SHARP S}.MIKE@desk.example",
    "gross.m\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}ke@desk.example",
)
"""Each is the one below once it is folded or lowered, or looks so to somebody."""
MIKE = "gross.mike@desk.example"


def test_big_letters_are_small_ones() -> None:
    assert mailbox_of("Gross.MIKE@Desk.Example") == MIKE
    assert by_mail("Gross.MIKE@Desk.Example")[0] == Identity("email", MIKE)


@pytest.mark.parametrize("other", OTHERS)
def test_another_letter_is_another_mailbox(other: str) -> None:
    assert mailbox_of(other) != MIKE
    assert Identity("email", MIKE) not in by_mail(other)


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.AUDITOR])
@pytest.mark.parametrize("address", [*OTHERS, MIKE, MIKE.upper()])
def test_nobody_else_is_one_of_us(role: Role, address: str) -> None:
    policy = desk_policy()
    first, *others = policy.engineers
    if role is Role.ENGINEER:
        mike = first.model_copy(update={"identities": {**first.identities, "email": MIKE}})
        policy = policy.model_copy(update={"engineers": (mike, *others)})
    else:
        policy = policy.model_copy(update={"web": policy.web.model_copy(update={"auditors": (MIKE,)})})
    found = one_of_us(policy, address, "")
    assert (found is not None) == (address in (MIKE, MIKE.upper()))
    assert found is None or found.role in (role, Role.LEAD)
