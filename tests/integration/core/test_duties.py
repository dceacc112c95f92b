"""Who is on call, who stands in, and what there is to say to the desk."""

import re
from datetime import date

import pytest
from bot.policy import Policy
from bot.verbs.grammar import VERBS

from tests.integration.core.night import P1, Night, begin, desk_policy
from tests.openers import OpenStore


async def test_who_is_on_call(night: Night) -> None:
    assert await night.does("nora", "oncall") == (
        "always · architect: Ada Brandt, Abe Brandt (until 3 Mar 00:00 UTC+1)\n"
        "always · technical lead: Leo Brandt (until 3 Mar 00:00 UTC+1)\n"
        "always · senior engineer: Nora Brandt (until 3 Mar 00:00 UTC+1)\n"
        "always · support engineer: Tom Brandt (until 3 Mar 00:00 UTC+1)\n"
        "always · front line: Fay Brandt (until 3 Mar 00:00 UTC+1)"
    )
    assert await night.does("nora", "oncall sometimes") == (
        "There is no schedule “sometimes”; there are: always."
    )


async def test_somebody_stands_in(night: Night) -> None:
    answer = await night.does("leo", "override tom for nora until=18:00 role=senior")
    assert answer == "Tom Brandt stands in for Nora Brandt from 11:00 UTC+1 until 18:00 UTC+1."
    assert "senior engineer: Tom Brandt (until 18:00 UTC+1)" in await night.does("nora", "oncall always")
    await night.says("dana", P1)
    assert night.pages() == [(0, "U-TOM")]
    await night.does("tom", "discard T-1")
    await night.till(7 * 60)
    await night.says("dana", "no sound in Paris")
    assert night.pages()[-1] == (420, "U-NORA")


async def test_somebody_is_called_first_from_later_on(night: Night) -> None:
    answer = await night.does("leo", "override fay from=22:00 until=06:00 role=senior")
    assert answer == "Fay Brandt is called first from 22:00 UTC+1 until 3 Mar 06:00 UTC+1."
    await night.says("dana", P1)
    assert night.pages() == [(0, "U-NORA")]


async def test_a_stand_in_is_taken_back(night: Night) -> None:
    """By what `/oncall` says it is called; the other one stays."""
    await night.does("leo", "override tom for nora until=18:00 role=senior")
    await night.does("leo", "override fay from=22:00 until=06:00 role=senior")
    listed = await night.does("nora", "oncall")
    [name] = re.findall(r"\[(\w+)\] Tom Brandt stands in for Nora Brandt", listed)
    assert await night.does("nora", f"override cancel={name}") == (
        "Taken back: Tom Brandt stands in for Nora Brandt from 11:00 UTC+1 until 18:00 UTC+1."
    )
    listed = await night.does("nora", "oncall")
    assert "Tom Brandt stands in" not in listed
    assert "Fay Brandt is called first from 22:00 UTC+1" in listed
    await night.says("dana", P1)
    assert night.pages() == [(0, "U-NORA")]


async def test_whoever_stands_in_can_be_stood_in_for(night: Night) -> None:
    await night.does("leo", "override tom for nora until=18:00 role=senior")
    assert "Fay Brandt stands in for Tom Brandt" in await night.does("leo", "override fay for tom until=2h")
    assert "Nora Brandt stands in for Nora Brandt" in await night.does(
        "leo", "override nora for nora until=2h"
    )


@pytest.mark.parametrize(
    ("command", "no"),
    [
        ("override", "“override” is not understood. /override NAME [for NAME]"),
        ("override tom", "“override tom” is not understood. /override NAME [for NAME]"),
        ("override tomm until=2h", "Which engineer is “tomm”? Did you mean tom?"),
        ("override tom until=soon", "“soon” is not a time"),
        ("override tom until=2026-01-01", "2026-01-01 is in the past."),
        ("override tom until=2h role=dba", "There is no role “dba”; there are: architect, lead, senior"),
        ("override tom until=2h schedule=none", "There is no schedule “none”; there are: always."),
        ("override tom until=2020-01-01", "2020-01-01 is in the past."),
        (
            "override tom from=14:00 until=2026-03-02T12:00",
            "It would end 12:00 UTC+1, and begin 14:00 UTC+1: the end must come after the beginning.",
        ),
        (
            "override fay for nora until=18:00 role=lead",
            "Nora Brandt has no watch between 11:00 UTC+1 and 18:00 UTC+1",
        ),
        ("override cancel=1234abcd", "There is no stand-in “1234abcd” now or later."),
        ("override tom untl=2h", "“untl=2h” is not understood."),
    ],
)
async def test_what_is_no_override(night: Night, command: str, no: str) -> None:
    assert (await night.does("leo", command)).startswith(no)


def by_day(**roles: list[str]) -> Policy:
    """Somebody has the watch from 09:00 until 17:00, and nobody at all by night."""
    hours = {"start": "09:00", "end": "17:00", "time_zone": "Europe/Berlin", "rotation": "none"}
    shift = {"name": "day", "region": "emea", **hours, "roles": roles}
    return desk_policy(schedules=[{"name": "always", "rotation_start": date(2026, 1, 5), "shifts": [shift]}])


GAP = "Nobody has the watch then, so nobody can be called first: a gap is closed by a shift in dawnline.toml."


COVERED = "Tom Brandt is called first from 16:00 UTC+1 until 23:00 UTC+1."


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("from=18:00 until=23:00", GAP),
        ("from=18:00 until=23:00 role=senior", GAP),
        ("from=16:00 until=23:00", COVERED),
        ("from=16:00 until=23:00 role=lead", COVERED),
    ],
)
async def test_nobody_is_called_first_where_no_shift_is(
    open_store: OpenStore, when: str, answer: str
) -> None:
    async with begin(open_store, by_day(senior=["nora"], lead=["leo"])) as night:
        assert await night.does("leo", f"override tom {when}") == answer


async def test_a_shift_with_nobody_in_it_is_covered_by_who_is_called_first(open_store: OpenStore) -> None:
    async with begin(open_store, by_day(senior=["nora"], lead=[])) as night:
        assert "technical lead: nobody" in await night.does("nora", "oncall")
        assert "called first" in await night.does("leo", "override tom until=16:00 role=lead")
        assert "technical lead: Tom Brandt (until 16:00 UTC+1)" in await night.does("nora", "oncall")


async def test_help_lists_every_verb(night: Night) -> None:
    answer = await night.does("nora", "help")
    for verb in VERBS.values():
        assert f"{verb.usage} – " in answer


@pytest.mark.slow
async def test_a_long_list_says_that_it_is_not_all(night: Night) -> None:
    for number in range(31):
        await night.till(3 * number)
        await night.says("dana", f"no sound in room {number}")
    lines = (await night.does("nora", "tickets")).splitlines()
    assert len(lines) == 31
    assert lines[-1] == "Only the 30 most urgent are shown; /tickets CUSTOMER narrows it."
    assert await night.does("nora", "tickets beta") == "No open tickets."
