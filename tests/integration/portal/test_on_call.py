"""Standing in for somebody by the week's calendar: when it is, in whose time, and taking it back."""

import re
from datetime import UTC, datetime

import pytest
from bot.oncall.schedule import Override

from tests.integration.portal.place import EVE, START, Browser, Place

PAGE = "/desk/on-call"
FAR = datetime(2028, 1, 1, tzinfo=UTC)
SAID = {"person": "leo", "instead": "eve", "until": "2026-11-02T18:00"}


async def made(place: Place) -> tuple[Override, ...]:
    schedule = next(iter(place.desk.house.schedules))
    return await place.store.read(lambda tx: tx.overrides.around(schedule, START, FAR))


async def sends(browser: Browser, fields: dict[str, str]) -> int:
    return (await browser.post(PAGE, fields, on=PAGE)).status_code


async def test_times_are_those_of_the_page_that_was_looked_at(place: Place) -> None:
    """The browser may have moved to another zone since."""
    eve = await place.signed_in(EVE)
    eve.cookies["zone"] = "Asia%2FTokyo"
    assert await sends(eve, {**SAID, "zone": "America/New_York"}) == 303
    assert [each.end for each in await made(place)] == [datetime(2026, 11, 2, 23, tzinfo=UTC)]


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
async def test_no_zone_is_the_readers_own(place: Place, zone: str) -> None:
    eve = await place.signed_in(EVE)
    eve.cookies["zone"] = "Asia%2FTokyo"
    assert await sends(eve, {**SAID, "until": "2026-11-02T23:00", "zone": zone}) == 303
    assert [each.end for each in await made(place)] == [datetime(2026, 11, 2, 14, tzinfo=UTC)]


async def test_what_was_dragged_over_is_meant_to_the_instant(place: Place) -> None:
    """On 7 November 2027 New York has 01:00 twice."""
    place.clock.set(datetime(2027, 11, 6, tzinfo=UTC))
    eve = await place.signed_in(EVE)
    second = "2027-11-07T06:00:00+00:00"
    fields = {**SAID, "until": "2027-11-07T01:00", "until-at": second, "zone": "America/New_York"}
    assert await sends(eve, fields) == 303
    assert [each.end.isoformat() for each in await made(place)] == [second]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"until": "2026-11-02T08:00"}, "is in the past."),
        ({"from": "2026-11-02T17:00", "until": "2026-11-02T16:00"}, "end 17:00 UTC+1, and begin 18:00 UTC+1"),
        ({"instead": "vera"}, "I know no engineer “vera”"),
        ({"schedule": "none"}, "There is no schedule “none”"),
        ({"until": ""}, "say who stands in, and until when"),
        ({"cancel": "0000aaaa"}, "That stand-in is over"),
    ],
)
async def test_what_is_refused_stays_in_its_form(place: Place, wrong: dict[str, str], why: str) -> None:
    eve = await place.signed_in(EVE)
    answer = await eve.post(PAGE, {**SAID, "zone": "UTC", **wrong}, on=PAGE)
    assert answer.status_code == 409
    assert why in answer.text
    until = wrong.get("until", SAID["until"])
    assert f'name="until" value="{until}"' in answer.text
    assert '<option value="leo" selected>' in answer.text
    assert await made(place) == ()


async def test_it_is_taken_back(place: Place) -> None:
    eve = await place.signed_in(EVE)
    await sends(eve, SAID)
    await sends(eve, {**SAID, "until": "2026-11-02T17:00"})
    names = re.findall(r'name="cancel" value="(\w+)"', (await eve.get(PAGE)).text)
    kept, gone = sorted(await made(place), key=lambda each: each.short_id == names[0])
    assert await sends(eve, {"cancel": gone.short_id}) == 303
    assert await made(place) == (kept,)
    assert await sends(eve, {"cancel": gone.short_id}) == 409


async def test_what_is_over_cannot_be_taken_back(place: Place) -> None:
    eve = await place.signed_in(EVE)
    await sends(eve, {**SAID, "until": "2h"})
    place.clock.set(datetime(2026, 11, 2, 20, tzinfo=UTC))
    page = (await eve.get(PAGE)).text
    assert 'class="plain"' in page
    assert 'name="cancel"' not in page
