"""Every story file is an acceptance test: whole conversations, and no message that nobody expected."""

from pathlib import Path

import pytest
from bot.messages.catalogue import Catalogue
from bot.play.player import Played, Player
from bot.play.story import Story, read_story, speaking
from bot.policy import Policy
from bot.settings import load_policy

from tests.openers import POSTGRESQL_IN_CI, SQLITE, OpenStore

HERE = Path(__file__).parent
DESKS = {"desk.toml", "night.toml", "mail_desk.toml", "phone_desk.toml"}
LONG = {"forty_eight_hours", "phone_provider_down"}
ROOMS = (HERE, HERE.parents[1] / "stories")
STORIES = sorted(path for room in ROOMS for path in room.glob("*.toml") if path.name not in DESKS)

SHORT = [path for path in STORIES if path.stem not in LONG]


async def perform(story: Story, policy: Policy, open_store: OpenStore) -> Played:
    return await Player(story, policy, Catalogue.load(), open_store).play()


async def failures(path: Path, open_store: OpenStore) -> tuple[str, ...]:
    story = read_story(path)
    policy = load_policy(path.parent / story.config)
    return tuple((await perform(story, policy, open_store)).failures)


@pytest.mark.parametrize(
    "path", [each for each in STORIES if each.stem not in LONG], ids=lambda path: path.stem
)
async def test_story(path: Path, open_store: OpenStore) -> None:
    assert await failures(path, open_store) == ()


@pytest.mark.slow
@pytest.mark.parametrize("open_store", [SQLITE, POSTGRESQL_IN_CI], indirect=True)
@pytest.mark.parametrize("name", sorted(LONG))
async def test_long_story(name: str, open_store: OpenStore) -> None:
    assert await failures(HERE / f"{name}.toml", open_store) == ()


async def test_the_demo_speaks_chinese(open_store: OpenStore) -> None:
    path = HERE.parents[1] / "stories" / "demo.toml"
    policy = speaking(load_policy(path.parent / "desk.toml"), "zh")
    played = await perform(read_story(path), policy, open_store)

    assert played.failures == []
    assert any("下次更新" in line.text for line in played.lines)


def test_there_are_stories() -> None:
    assert len(STORIES) >= 15
