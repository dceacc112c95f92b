"""What a ticket's page says of promises: kept, broken, and estimates that have passed."""

import re
from datetime import timedelta

import pytest

from tests.integration.portal.place import EVE, SAM, Place
from tests.integration.portal.test_portal import acts

BOTH = [(SAM, "/tickets/T-1"), (EVE, "/desk/tickets/T-1")]


async def aside(place: Place, who: str, page: str) -> str:
    """How things stand, as they read it, by the clock of UTC."""
    browser = await place.signed_in(who)
    browser.cookies["zone"] = "UTC"
    text = (await browser.get(page)).text
    state = re.search(r'id="state">(.*?)</dl>', text, re.DOTALL)
    assert state is not None
    return " ".join(re.sub(r"<[^>]+>", " ", state[1]).split())


@pytest.mark.parametrize(("who", "page"), BOTH)
async def test_a_late_answer_is_called_late(place: Place, who: str, page: str) -> None:
    ticket = await place.files()
    due = ticket.clocks[0].due_at
    await place.rest(timedelta(hours=10))
    await acts(place, "update", "We are on it.")
    said = await aside(place, who, page)
    assert f"✗ 19:00 UTC late: promised by {due:%H:%M} UTC" in said
    assert "A human answers by" not in said


@pytest.mark.parametrize(("who", "page"), BOTH)
async def test_an_answer_in_time_is_called_so(place: Place, who: str, page: str) -> None:
    await place.files()
    await acts(place, "update", "We are on it.")
    assert "✓ 09:00 UTC in time" in await aside(place, who, page)


@pytest.mark.parametrize(
    ("who", "page", "owed"),
    [
        (*BOTH[0], "That time has passed; we owe you a new estimate."),
        (*BOTH[1], "That time has passed; the customer is owed a new estimate."),
    ],
)
async def test_an_estimate_that_has_passed_is_said_to_be_so(
    place: Place, who: str, page: str, owed: str
) -> None:
    await place.files()
    await acts(place, "update", "We are on it.", eta="1h")
    assert "first estimate" not in await aside(place, who, page)
    await acts(place, "update", "It takes longer.", eta="2h")
    said = await aside(place, who, page)
    assert "first estimate: 10:00 UTC" in said
    assert owed not in said
    await place.rest(timedelta(hours=3))
    assert owed in await aside(place, who, page)
