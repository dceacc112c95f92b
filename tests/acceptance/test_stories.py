"""Every story file is an acceptance test: whole conversations, and no message that nobody expected."""

from pathlib import Path

import pytest
from bot.messages.catalogue import Catalogue
from bot.play.player import Played, Player
from bot.play.story import Story, read_story, speaking
from bot.policy import Policy
from bot.settings import load_policy
from storage.sqlite.store import open_store

HERE = Path(__file__).parent
DESKS = {"desk.toml", "night.toml"}
ROOMS = (HERE, HERE.parents[1] / "stories")
STORIES = sorted(path for room in ROOMS for path in room.glob("*.toml") if path.name not in DESKS)


async def perform(story: Story, policy: Policy, room: Path) -> Played:
    return await Player(
        story, policy, Catalogue.load(), lambda: open_store(room / "desk.db", alone=True)
    ).play()


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_story(path: Path, tmp_path: Path) -> None:
    story = read_story(path)
    policy = load_policy(path.parent / story.config)
    played = await perform(story, policy, tmp_path)

    assert played.failures == []


async def test_the_demo_speaks_chinese(tmp_path: Path) -> None:
    path = HERE.parents[1] / "stories" / "demo.toml"
    policy = speaking(load_policy(path.parent / "desk.toml"), "zh")
    player = Player(
        read_story(path), policy, Catalogue.load(), lambda: open_store(tmp_path / "desk.db", alone=True)
    )

    played = await player.play()

    assert played.failures == []
    assert any("下次更新" in line.text for line in played.lines)


def test_there_are_stories() -> None:
    assert len(STORIES) >= 15
