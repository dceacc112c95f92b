"""A desk in a directory of its own: its files, and a store in which a story really happened."""

import asyncio
import shutil
from pathlib import Path

import pytest
from bot.configuration.variables import VARIABLES
from bot.messages.catalogue import Catalogue
from bot.play.player import Player
from bot.play.story import read_story
from bot.settings import load_policy
from storage.sqlite.store import open_store

from tests.integration.cli.terminal import Terminal

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def story_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store after the story; copied, never written."""
    database = tmp_path_factory.mktemp("story") / "dawnline.db"
    story = read_story(HERE / "story.toml")
    policy = load_policy(HERE / "desk.toml")
    player = Player(story, policy, Catalogue.load(), lambda: open_store(database, alone=True))
    played = asyncio.run(player.play())
    assert played.failures == []
    return database


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A configured desk that has never run."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    shutil.copy(HERE / "desk.toml", tmp_path / "dawnline.toml")
    return Terminal(tmp_path)


@pytest.fixture
def desk(fresh: Terminal, story_store: Path) -> Terminal:
    """The same after the story."""
    shutil.copy(story_store, fresh.directory / "dawnline.db")
    return fresh
