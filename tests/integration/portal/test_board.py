"""What the board lists: what is asked for, and never more quiet than there is."""

import html
from datetime import timedelta

import pytest

from tests.integration.portal.place import EVE, KIM, Browser, Place

QUIET = "Nothing is open"
NO_MATCH = "No open ticket matches"
FINISHED = "Finished"


@pytest.fixture
async def eve(place: Place) -> Browser:
    """T-1 and T-2 are open, T-2 is Globex's."""
    await place.files(title="Video is black")
    await place.files(KIM, title="Sound is gone")
    return await place.signed_in(EVE)


async def shown(browser: Browser, path: str) -> str:
    """The board, wherever the path leads."""
    answer = await browser.get(path)
    while answer.status_code == 303:
        answer = await browser.get(answer.headers["location"])
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def does(browser: Browser, number: int, verb: str, words: str = "") -> None:
    page = f"/desk/tickets/T-{number}"
    assert (await browser.post(f"{page}/{verb}", {"words": words}, on=page)).status_code == 303


def rows(page: str) -> list[str]:
    """The tickets in their order, the finished ones behind a bar."""
    open_ones, _, over = page.partition(f"<h2>{FINISHED}</h2>")
    listed = [
        [each for each in ("T-1", "T-2", "T-3") if f'<tr id="{each}"' in part] for part in (open_ones, over)
    ]
    return [*listed[0], *(["|", *listed[1]] if listed[1] else [])]


async def test_it_is_quiet_only_where_nothing_is_open(place: Place) -> None:
    eve = await place.signed_in(EVE)
    assert QUIET in await shown(eve, "/desk")
    await place.files()
    assert QUIET not in await shown(eve, "/desk")


@pytest.mark.parametrize(
    "path",
    [
        "/desk?priority=P3",
        "/desk?mine=1",
        "/desk?customer=nobody",
        "/desk?overdue=1",
        "/desk?q=zzzz",
        "/desk/find?q=zzzz",
        "/desk?after=253402300799999999-999",
    ],
)
async def test_nothing_found_is_not_nothing_open(eve: Browser, path: str) -> None:
    page = await shown(eve, path)
    assert QUIET not in page
    assert f'{NO_MATCH}. <a href="/desk">Show all</a>' in page
    assert rows(page) == []


async def test_nothing_found_on_a_quiet_desk(place: Place) -> None:
    """Somebody who asked for something is told about that."""
    page = await shown(await place.signed_in(EVE), "/desk?q=zzzz")
    assert (QUIET in page, NO_MATCH in page) == (False, True)


async def test_what_is_late_can_be_asked_for(place: Place, eve: Browser) -> None:
    await does(eve, 2, "update", "We look into it.")
    await does(eve, 2, "wait", "Which room?")
    await place.rest(timedelta(days=2))
    page = await shown(eve, "/desk?overdue=1")
    assert rows(page) == ["T-1"]
    assert '<a href="/desk?overdue=1" class="late" aria-current="true"><b>1</b> overdue</a>' in page
    assert rows(await shown(eve, "/desk")) == ["T-1", "T-2"]


async def test_a_search_finds_what_is_over_apart_from_what_is_open(eve: Browser) -> None:
    await does(eve, 1, "resolve", "A fuse.")
    assert rows(await shown(eve, "/desk/find?q=is")) == ["T-2", "|", "T-1"]
    assert rows(await shown(eve, "/desk/find?q=black")) == ["|", "T-1"]
    assert rows(await shown(eve, "/desk?q=is&customer=globex")) == ["T-2"]
    assert rows(await shown(eve, "/desk")) == ["T-2"]


async def test_the_words_stay_in_the_address(eve: Browser) -> None:
    """So that what is brought up to date, and the page behind it, are of the same search."""
    answer = await eve.get("/desk/find?q=100%25 a%26b")
    assert answer.headers["location"] == "/desk?q=100%25+a%26b"


@pytest.mark.parametrize("given", ["1", "T-1", "t-1", "T1", "t1", "#1", "#T-1", "%20 1 ", "001"])
async def test_a_number_leads_to_its_ticket(eve: Browser, given: str) -> None:
    answer = await eve.get(f"/desk/find?q={given.replace('#', '%23')}")
    assert answer.headers["location"] == "/desk/tickets/T-1"


@pytest.mark.parametrize("given", ["T--1", "1 1", "1a", "-1", "##1", "room 1"])
async def test_words_do_not(eve: Browser, given: str) -> None:
    answer = await eve.get(f"/desk/find?q={given.replace('#', '%23')}")
    assert answer.headers["location"].startswith("/desk?q=")
