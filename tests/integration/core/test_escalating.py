"""Paging until a human acknowledges: whoever can be reached, by whatever way works, for ever."""

from collections.abc import AsyncIterator

import pytest_asyncio
from bot.tickets.sla import ClockKind

from tests.integration.core.night import ACME, BETA, DESK, GROUP, Night, begin, desk_policy
from tests.openers import OpenStore
from tests.unit.escalation.builders import people

OUTAGE = "production is down for everyone"
P1 = "video is black in room 42"


def who(pages: list[tuple[float, str]], since: float = 0) -> list[str]:
    return sorted({place for minute, place in pages if minute >= since})


async def test_a_p0_climbs_its_steps_and_then_widens_for_ever(night: Night) -> None:
    await night.says("dana", OUTAGE)
    await night.till(70)
    rounds: dict[float, set[str]] = {}
    for minute, place in night.pages():
        rounds.setdefault(round(minute), set()).add(place)
    assert rounds[0] == {"U-ADA", "U-LEO"}
    assert rounds[3] == {"U-ABE", "U-NORA"}
    assert rounds[6] == {"U-TOM"}
    assert rounds[9] == {"U-ADA", "U-ABE"}
    assert rounds[12] == {"U-LEO"}
    everybody = {"U-ADA", "U-ABE", "U-LEO", "U-NORA", "U-TOM", "U-FAY", "206"}
    assert rounds[21] == rounds[69] == everybody
    assert sorted(rounds) == [3 * number for number in range(24)]


async def test_what_the_customer_reads_meanwhile(night: Night) -> None:
    first = await night.says("dana", OUTAGE)
    night.heard(ACME)
    await night.till(3)
    assert night.heard(ACME) == [
        "T-1 · P0 · update\n"
        "No engineer has acknowledged yet. Paged so far: architect (EMEA), technical lead (EMEA), "
        "architect (AMER), senior engineer (EMEA).\n"
        "A human is due by 10:15 UTC.\nThe next people are paged at 10:06 UTC.\n"
        "What we know: you reported “production is down for everyone” at 10:00 UTC.\n"
        "To help us start at once, add what you have: room or call id, SDK version, platform, "
        "how many users, since when.\n"
        "Next update by 10:06 UTC."
    ]
    await night.till(6)
    assert (
        "Nothing new since the last update. What we are doing about it: paging goes on, "
        "with more people each time.\n"
        "Whatever else you find out (call id, logs, how many users), just write it here."
    ) in night.heard(ACME)[0]
    await night.till(6.1)
    await night.says("dana", "call id 4711, all of Europe", on=first, late=0.5)
    await night.till(9)
    assert (
        "What you wrote since the last update is on the ticket; whoever takes it reads it."
        in night.heard(ACME)[0]
    )
    await night.till(16)
    said = "\n".join(night.heard(ACME))
    assert (
        "T-1: a human was due by 10:15 UTC and has not come. We are sorry. Paged so far: architect (EMEA)"
        in said
    )
    assert "A human was due by 10:15 UTC; we are late, and we keep paging more people" in said
    assert "A human was due by 10:15 UTC. We are late, and we are sorry." in night.card()


async def test_a_step_with_nobody_is_skipped_at_once_and_said_so(open_store: OpenStore) -> None:
    desk = desk_policy(escalation={"urgent": {"steps": [["dba"], ["tam", "dba.2"], ["senior"]]}})
    async with begin(open_store, desk) as night:
        await night.says("dana", P1)
        assert night.pages() == [(0, "U-NORA")]
        page = night.heard("U-NORA")[0]
        assert "Nobody is on call for: dba. That step was skipped." in page
        assert (
            "Nobody is on call for: the customer's account manager, dba no. 2. That step was skipped." in page
        )
        assert (await night.events()).count("step_skipped") == 2


async def test_nobody_can_be_reached_and_it_is_said(open_store: OpenStore) -> None:
    nowhere = {name: {"identities": {"pager": name}} for name in ("ada", "abe", "leo", "nora", "tom", "fay")}
    async with begin(open_store, desk_policy(engineers=people(**nowhere))) as night:
        await night.says("dana", OUTAGE)
        await night.till(30)
        assert night.pages() == []
        said = "\n".join(night.heard(ACME))
        assert "Nobody could be reached so far; we keep trying everyone." in said
        assert "the response promise (by 10:15 UTC) is broken" in "\n".join(night.heard(DESK))
        assert (await night.events()).count("paged") == 11


async def test_an_unreachable_engineer_is_not_said_to_be_paged(night: Night) -> None:
    night.fails("unreachable", "U-NORA")
    await night.says("dana", P1)
    await night.rest()
    assert who(night.pages()) == ["U-ADA"]
    assert (await night.ticket()).paged == ("ada",)
    assert "senior engineer" not in night.card()
    assert "undeliverable" in await night.events()


async def test_a_page_that_cannot_go_one_way_goes_the_next_way_now(open_store: OpenStore) -> None:
    ladder = [{"via": "slack"}, {"via": "telegram", "after": "10m"}]
    nora = {"identities": {"slack": "U-NORA", "telegram": "204"}, "ladder": ladder}
    async with begin(open_store, desk_policy(engineers=people(nora=nora))) as night:
        night.fails("rate_limited", "U-NORA", minutes=5)
        await night.says("dana", P1)
        await night.till(0.1)
        assert night.pages() == [(0, "204")]
        await night.till(6)
        assert who(night.pages()) == ["204", "U-NORA"]
        assert "This page is 5 min old: it was first due at 10:00 UTC." in night.heard("U-NORA")[0]


async def test_a_page_behind_a_blocked_one_goes_the_next_way_too(open_store: OpenStore) -> None:
    ladder = [{"via": "slack"}, {"via": "telegram", "after": "10m"}]
    nora = {"identities": {"slack": "U-NORA", "telegram": "204"}, "ladder": ladder}
    async with begin(open_store, desk_policy(engineers=people(nora=nora))) as night:
        night.fails("rate_limited", "U-NORA", minutes=30)
        await night.says("dana", P1)
        await night.till(1)
        await night.says("bo", "no sound in Paris", to=BETA)
        await night.till(1.1)
        assert [minute for minute, place in night.pages() if place == "204"] == [0, 1]


async def test_a_rung_of_the_ladder_is_climbed_although_rounds_repeat_sooner(open_store: OpenStore) -> None:
    ladder = [{"via": "slack"}, {"via": "telegram", "after": "10m"}]
    nora = {"identities": {"slack": "U-NORA", "telegram": "204"}, "ladder": ladder}
    steps = {"steps": [["senior"], ["senior"], ["senior"], ["senior"]], "at": ["0s", "5m", "10m", "15m"]}
    async with begin(
        open_store, desk_policy(engineers=people(nora=nora), escalation={"urgent": steps})
    ) as night:
        await night.says("dana", P1)
        await night.till(16)
        assert [minute for minute, place in night.pages() if place == "204"] == [10, 15]
        await night.does("nora", "ack T-1")
        await night.till(40)
        assert [minute for minute, place in night.pages() if place == "204"] == [10, 15]


async def test_a_page_with_no_way_left_pages_the_next_people_at_once(night: Night) -> None:
    night.fails("unreachable", "U-ADA")
    night.fails("unreachable", "U-LEO")
    await night.says("dana", OUTAGE)
    await night.till(1)
    assert who(night.pages()) == ["U-ABE", "U-NORA"]


async def test_after_reopening_unreachable_people_are_skipped_anew(night: Night) -> None:
    """Pages of the first escalation must not count as pages of the second."""
    first = await night.says("dana", P1)
    await night.does("nora", "ack T-1")
    await night.does("nora", "resolve T-1 done")
    await night.till(10)
    night.fails("unreachable", "U-NORA")
    await night.says("dana", "black again", on=first)
    await night.till(11)
    assert who(night.pages(), since=10) == ["U-ADA"]
    assert (await night.ticket()).paged == ("ada",)


async def test_after_reopening_nobody_counts_as_paged_yet(night: Night) -> None:
    first = await night.says("dana", P1)
    await night.till(8)
    assert (await night.ticket()).paged == ("nora", "ada")
    await night.does("nora", "resolve T-1 done")
    await night.till(20)
    await night.says("dana", "black again", on=first)
    assert (await night.ticket()).paged == ("nora",)


async def test_slack_is_down_the_pages_come_late_but_once(night: Night) -> None:
    night.fails("down", minutes=47)
    await night.says("dana", OUTAGE, to=GROUP)
    await night.till(60)
    pages = [text for text in night.heard("U-ADA") if text.startswith(("P0", "This page"))]
    assert pages[0].startswith("This page is ")
    assert sum(text.startswith("This page is") for text in pages) == 1
    late = [each for each in night.channels["slack"].shown if each.place.conversation == "U-ADA"]
    assert late[0].at >= night.at(47)


async def test_a_customer_who_cannot_be_reached_is_somebodys_business(night: Night) -> None:
    night.fails("unreachable", ACME)
    await night.says("dana", P1)
    await night.rest()
    assert any("the customer did not get our message in slack:C-ACME" in text for text in night.heard(DESK))
    await night.does("nora", "update T-1 found it")
    await night.rest()
    assert any("Reach them another way." in text for text in night.heard("U-NORA"))
    assert (await night.ticket()).answered_at is None


async def test_a_notice_that_cannot_arrive_goes_the_next_way(open_store: OpenStore) -> None:
    leo = {"identities": {"slack": "U-LEO", "telegram": "203"}}
    async with begin(open_store, desk_policy(engineers=people(leo=leo))) as night:
        night.fails("unreachable", "U-LEO")
        await night.says("dana", P1)
        await night.does("nora", "ack T-1")
        await night.till(31)
        assert any("the response promise (by 11:30 UTC+1) is broken" in text for text in night.heard("203"))


async def test_a_schedule_that_was_taken_away_stops_no_paging(open_store: OpenStore) -> None:
    async with begin(open_store, desk_policy()) as night:
        await night.says("dana", P1)
    old = desk_policy()
    renamed = old.model_copy(update={"schedules": (old.schedules[0].model_copy(update={"name": "other"}),)})
    async with begin(open_store, renamed) as night:
        await night.till(40)
        assert {"U-LEO", "U-ADA"} <= set(who(night.pages(), since=1))


async def test_a_breach_without_any_lead_is_told_to_the_desk(open_store: OpenStore) -> None:
    nobody = {"leo": {"identities": {"pager": "leo"}}}
    async with begin(open_store, desk_policy(engineers=people(**nobody))) as night:
        await night.says("dana", P1)
        await night.till(31)
        assert any("the response promise (by 10:30 UTC) is broken" in text for text in night.heard(DESK))


async def test_warned_at_half_and_at_eighty_percent(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("nora", "ack T-1")
    await night.till(25)
    told = [text for text in night.heard("U-NORA") if "response time" in text]
    assert told == [
        f"T-1 P1: {level} of the response time is over. "
        "Human words are due in the customer's thread by 11:30 UTC+1."
        for level in ("half", "80 %")
    ]


async def test_while_nobody_has_it_the_desk_hears_at_eighty_percent(night: Night) -> None:
    await night.says("dana", P1)
    await night.till(25)
    assert [text for text in night.heard(DESK) if "response time" in text] == [
        "T-1 P1: 80 % of the response time is over. "
        "Human words are due in the customer's thread by 10:30 UTC."
    ]


async def test_acknowledged_but_not_answered_is_a_broken_promise(night: Night) -> None:
    await night.says("dana", P1)
    await night.does("nora", "ack T-1")
    await night.till(31)
    assert any(
        "T-1: an answer was due by 10:30 UTC and you have none yet. We are sorry. "
        "Nora Brandt, senior engineer (EMEA) has it; we have told the technical lead." in text
        for text in night.heard(ACME)
    )
    response = (await night.ticket()).clock(ClockKind.RESPONSE)
    assert response is not None
    assert response.kept is False


# --- the incident's room ----------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def incident(night: Night) -> AsyncIterator[Night]:
    await night.says("dana", OUTAGE)
    await night.rest()
    yield night


async def test_a_p0_opens_its_room_and_pins_the_timeline(incident: Night) -> None:
    done = [
        (each.what, each.place.conversation, each.people)
        for each in incident.news()
        if each.place.conversation == "inc-t-1"
    ]
    assert done[0] == ("room", "inc-t-1", ("U-ADA", "U-LEO"))
    assert ("pin", "inc-t-1", ()) in done
    assert incident.heard("inc-t-1")[0].startswith(
        "Incident T-1 · P0 · Acme Video\n“production is down for everyone”\nTimeline (kept current):\n"
        "10:00 UTC · opened by Dana as P0 (the words “down for everyone”): "
        "“production is down for everyone”\n"
        "10:00 UTC · round 1: paged Ada Brandt, Leo Brandt"
    )


async def test_the_room_has_the_buttons_of_what_comes_next(incident: Night) -> None:
    timeline = next(each for each in incident.news() if each.key == "timeline:1")
    assert [button.verb for button in timeline.buttons] == ["ack T-1"]
    answer = await incident.does("nora", "ack T-1", to="inc-t-1", on=timeline.message_id)
    assert answer.startswith("You have T-1.")


async def test_later_people_join_and_the_timeline_goes_on(incident: Night) -> None:
    await incident.till(3.2)
    invited = [each.people for each in incident.news() if each.what == "invite"]
    assert ("U-ABE", "U-NORA") in invited
    await incident.says("nora", "the SFU is out of memory", to="inc-t-1")
    await incident.does("fay", "ack T-1")
    await incident.does("fay", "note T-1 restarting it")
    await incident.rest()
    assert ("U-FAY",) in [each.people for each in incident.news() if each.what == "invite"]
    timeline = incident.card("inc-t-1")
    for line in (
        "10:03 UTC · round 2: paged Abe Brandt, Nora Brandt",
        "10:03 UTC · acknowledged by Fay Brandt, with /ack",
        "10:03 UTC · Fay Brandt noted: “restarting it”",
    ):
        assert line in timeline


async def test_in_the_room_its_ticket_is_meant_and_nothing_opens(incident: Night) -> None:
    assert (await incident.does("ada", "ack", to="inc-t-1")).startswith("You have T-1.")
    await incident.says("dana", "I am in the room too: it is all of Europe", to="inc-t-1")
    assert len(await incident.tickets()) == 1


async def test_a_short_room_keeps_the_newest_lines(open_store: OpenStore) -> None:
    async with begin(open_store, desk_policy()) as night:
        await night.says("dana", OUTAGE)
        for minute in range(1, 60):
            await night.till(minute)
            await night.does("ada", f"note T-1 {'x' * 300} {minute}")
        await night.till(61)
        timeline = night.card("inc-t-1")
        assert len(timeline) <= 12_000
        assert "round 21" in timeline
        assert "opened by Dana" not in timeline
