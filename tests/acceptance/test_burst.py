"""A burst in one group: the platform's limit is kept by saying more at once, and nothing is left unsaid."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bot.messages.catalogue import Catalogue
from bot.play.player import Line, Played, Player
from bot.play.story import Actor, Beat, Expect, Story
from bot.policy import Policy
from bot.settings import load_policy

from tests.openers import POSTGRESQL_IN_CI, SQLITE, OpenStore

STARTS = datetime(2026, 3, 2, 10, tzinfo=UTC)
DESK = Path(__file__).parents[2] / "stories" / "desk.toml"
PEOPLE = 60


def burst(place: str) -> Story:
    """Sixty people report sixty troubles within a minute."""
    names = [f"p{number}" for number in range(1, PEOPLE + 1)]
    steps = [
        Beat(at=timedelta(seconds=number), who=name, says=f"Echo in room {number}")
        for number, name in enumerate(names)
    ]
    end = Beat(at=timedelta(minutes=9), expect=(Expect(tickets=PEOPLE),))
    people = {name: Actor(where=place) for name in names}
    return Story(title="A burst", starts=STARTS, people=people, steps=(*steps, end))


def policy() -> Policy:
    """Everybody's trouble is a ticket of its own."""
    loaded = load_policy(DESK)
    return loaded.model_copy(
        update={"intake": loaded.intake.model_copy(update={"joining_window": timedelta(0)})}
    )


def most_within(lines: list[Line], span: timedelta) -> int:
    """The largest number of messages in any window of that length."""
    times = [line.at for line in lines]
    return max(sum(1 for each in times if start <= each < start + span) for start in times)


async def perform(story: Story, open_store: OpenStore) -> Played:
    return await Player(story, policy(), Catalogue.load(), open_store).play()


on_both = pytest.mark.parametrize("open_store", [SQLITE, POSTGRESQL_IN_CI], indirect=True)


@on_both
@pytest.mark.parametrize(
    ("place", "count", "span"),
    [
        ("telegram:-1007", 20, timedelta(minutes=1)),
        pytest.param("slack:C1", 1, timedelta(seconds=1), marks=pytest.mark.slow),
    ],
)
async def test_a_burst_keeps_the_limit_and_loses_nothing(
    place: str, count: int, span: timedelta, open_store: OpenStore
) -> None:
    played = await perform(burst(place), open_store)

    said = [line for line in played.lines if line.place == place and line.kind in ("post", "edit")]
    posts = "\n".join(line.text for line in said if line.kind == "post")
    assert played.failures == []
    assert most_within(said, span) <= count
    assert [number for number in range(1, PEOPLE + 1) if f"T-{number} " not in posts] == []


@on_both
async def test_receipts_do_not_wait_behind_cards(open_store: OpenStore) -> None:
    played = await perform(burst("telegram:-1007"), open_store)

    opened = {f"T-{number}": STARTS + timedelta(seconds=number - 1) for number in range(1, PEOPLE + 1)}
    waits = {
        name: next(line.at for line in played.lines if line.kind == "post" and f"{name} " in line.text) - at
        for name, at in opened.items()
    }
    assert max(waits.values()) <= timedelta(minutes=1)
