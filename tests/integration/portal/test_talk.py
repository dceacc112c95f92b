"""What stands in a ticket's conversation, for its customer and for engineers."""

import pytest

from tests.integration.portal.place import EVE, SAM, Place
from tests.integration.portal.talk import talk
from tests.integration.portal.test_portal import acts

PORTAL, CONSOLE = (SAM, "/tickets/T-1"), (EVE, "/desk/tickets/T-1")
BOTH = [PORTAL, CONSOLE]
PERSON = "Eve Brandt, architect (EMEA)"


@pytest.mark.parametrize(("who", "page"), BOTH)
async def test_an_update_of_facts_alone_says_them(place: Place, who: str, page: str) -> None:
    """The estimate by the clock of whoever reads it: Eve types Berlin's."""
    await place.files()
    await acts(place, "update", "", eta="12:30", complexity="high")
    said = (await talk(await place.signed_in(who), page))[-1]
    assert said == f"{PERSON} update Expected to be fixed by 11:30 UTC. Complexity: high."


@pytest.mark.parametrize(("who", "page"), BOTH)
@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (
            "wait",
            f"asks you T-1: {PERSON} is waiting for your answer. Our clocks are paused until you write.",
        ),
        ("resolve", f"solved T-1 is resolved ({PERSON}). If it comes back, just reply here."),
        (
            "discard",
            "withdrawn T-1 is withdrawn: it needs no work. If that is wrong, just reply here.",
        ),
    ],
)
async def test_what_is_done_without_words_is_said_plainly(
    place: Place, who: str, page: str, verb: str, said: str
) -> None:
    await place.files()
    await acts(place, verb)
    assert f"{PERSON} {said}" in await talk(await place.signed_in(who), page)
