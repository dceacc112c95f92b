"""Whom the defaults wake first: for each priority the tier that leads it."""

import pytest
from bot.escalation.policy import audience, snapshot
from bot.policy import Priority

from tests.unit.escalation.builders import policy, roster


@pytest.mark.parametrize(
    ("priority", "first"),
    [
        (Priority.P0, ("ada", "abe", "leo")),
        (Priority.P1, ("nora",)),
        (Priority.P2, ("tom",)),
        (Priority.P3, ("tom", "fay")),
    ],
)
def test_the_tier_that_leads_is_paged_first(priority: Priority, first: tuple[str, ...]) -> None:
    """P0: every architect on call and the lead; P3: the account manager (Tom) and the front line."""
    by_default = policy(escalation={})
    frozen = snapshot(by_default, priority, by_default.teams[0])
    assert audience(frozen.targets(0), roster(account_manager="tom")) == first
