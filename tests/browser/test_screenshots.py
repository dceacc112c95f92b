"""The README's pictures: always the same, and small. They are kept only when asked for (make screenshots)."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, small_desk
from tests.browser.people import People
from tests.browser.scene import played

pytestmark = IN_BROWSER
SIZE = {"width": 1120, "height": 720}
MOST = 120_000
"""Bytes."""
KEPT = os.environ.get("DAWNLINE_SCREENSHOTS")


async def settled(page: Page) -> None:
    """It hears what happens, and asks for nothing more: the first look finds out where the reader is."""
    await expect(page.locator("#zone")).to_contain_text("UTC")
    await page.reload()
    await expect(page.locator("body")).to_have_attribute("data-connected", "yes")


async def picture_of(page: Page) -> bytes:
    return await page.screenshot(animations="disabled", caret="hide")


async def taken(people: People, directory: Path) -> dict[str, bytes]:
    async with small_desk(directory) as desk:
        scene = await played(desk)
        await desk.does("ada", "ack", scene.untaken)
        words = "The release of 09:02 is the cause. We are rolling it back, region by region."
        await desk.does("ada", "update", scene.untaken, words, eta="30m", complexity="medium")
        await desk.passes(3)
        ticket = f"/tickets/T-{scene.untaken}"
        portal = await people.signed_in(desk, DANA, ticket, viewport=SIZE, reduced_motion="reduce")
        console = await people.signed_in(desk, ADA, "/desk", viewport=SIZE, reduced_motion="reduce")
        for page in (portal, console):
            await settled(page)
        await console.keyboard.press("j")
        await expect(console.locator("[aria-selected=true] .what a")).to_be_focused()
        pictures = {"portal": await picture_of(portal), "console": await picture_of(console)}
        await people.leave()
    return pictures


async def test_the_pictures_are_the_same_every_time(
    people: People, tmp_path_factory: pytest.TempPathFactory
) -> None:
    first, second = [await taken(people, tmp_path_factory.mktemp("desk")) for _ in range(2)]
    assert first == second
    assert [name for name, picture in first.items() if len(picture) > MOST] == []
    if KEPT:
        for name, picture in first.items():
            (Path(KEPT) / f"{name}.png").write_bytes(picture)


@pytest.mark.parametrize("name", ["portal", "console"])
async def test_the_readme_shows_them(name: str) -> None:
    root = Path(__file__).parents[2]
    assert f"docs/{name}.png" in (root / "README.md").read_text("utf-8")
    assert (root / "docs" / f"{name}.png").stat().st_size <= MOST
