"""What stands in a ticket's conversation, for its customer and for engineers."""

import pytest

from tests.integration.portal.place import EVE, SAM, Place
from tests.integration.portal.talk import talk
from tests.integration.portal.test_portal import acts, judges

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


WAITS = f"T-1: {PERSON} is waiting for your answer. Our clocks are paused until you write."
RESOLVED = f"solved T-1 is resolved ({PERSON}). If it comes back, just reply here."
WITHDRAWN = "withdrawn T-1 is withdrawn: it needs no work. If that is wrong, just reply here."


@pytest.mark.parametrize(
    ("who", "page", "verb", "said"),
    [
        (*PORTAL, "wait", f"asks you {WAITS}"),
        (*CONSOLE, "wait", f"asks the customer {WAITS}"),
        *((*reader, "resolve", RESOLVED) for reader in BOTH),
        *((*reader, "discard", WITHDRAWN) for reader in BOTH),
    ],
)
async def test_what_is_done_without_words_is_said_plainly(
    place: Place, who: str, page: str, verb: str, said: str
) -> None:
    await place.files()
    await acts(place, verb)
    assert f"{PERSON} {said}" in await talk(await place.signed_in(who), page)


async def test_engineers_read_what_the_customer_says_of_the_solution(place: Place) -> None:
    await place.files()
    sam, eve = await place.signed_in(SAM), await place.signed_in(EVE)
    await acts(place, "resolve", "Restarted.")
    await judges(sam, PORTAL[1], "not-solved", "NO it still fails on Pixel")
    assert (await talk(eve, CONSOLE[1]))[-2:] == [f"{SAM} NO it still fails on Pixel", f"reopened by {SAM}"]
    await judges(sam, PORTAL[1], "solved")
    assert (await talk(eve, CONSOLE[1]))[-1] == f"{SAM} says that it is solved"


async def test_waiting_is_said_to_each_as_it_is_for_them(place: Place) -> None:
    await place.files()
    await acts(place, "wait", "which SDK?")
    customers = (await (await place.signed_in(SAM)).get(PORTAL[1])).text
    engineers = (await (await place.signed_in(EVE)).get(CONSOLE[1])).text
    ours, theirs = "paused: waiting for the customer", "paused: we wait for you"
    assert (ours in engineers, theirs in engineers) == (True, False)
    assert (ours in customers, theirs in customers) == (False, True)
