"""A browser for all tests, people for each, and desks."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import chromium
from tests.browser.desk import SmallDesk, small_desk
from tests.browser.people import PATIENCE, People
from tests.browser.scene import Scene, played
from tests.browser.trial import Trial, trial_desk

session = pytest_asyncio.fixture(loop_scope="session")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium.found()
    if path is None:
        pytest.skip(chromium.INSTALL)
    async with chromium.launched(path) as running:
        yield running


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Playwright's own would be too short where the machine is shared."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=None)


@session
async def people(browser: Browser) -> AsyncIterator[People]:
    """At the end nothing has gone wrong in anybody's browser."""
    all_of_them = People(browser)
    yield all_of_them
    await all_of_them.leave()
    assert all_of_them.unexpected() == []


@session
async def trial(tmp_path: Path, people: People) -> AsyncIterator[Trial]:
    async with trial_desk(tmp_path) as running:
        yield running
        await people.leave()  # first: a page whose desk ends complains


@session
async def desk(tmp_path: Path, people: People) -> AsyncIterator[SmallDesk]:
    """A desk of the test's own, without tickets."""
    async with small_desk(tmp_path) as running:
        yield running
        await people.leave()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scene(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A desk for all tests that only look."""
    async with small_desk(tmp_path_factory.mktemp("scene")) as running:
        yield await played(running)
