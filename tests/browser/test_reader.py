"""Pages are in the reader's language and in their time."""

import re
import tomllib
from importlib.resources import files

import pytest
from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, LIN, SmallDesk
from tests.browser.people import People
from tests.browser.scene import SLOW, Scene

pytestmark = IN_BROWSER
WORDS = """() => {
  const words = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const skip = "script, button[lang], [role=rowheader], select, h1, .brand, .who, "
    + ".words, .title, .what, .whose, .facts, .alike";
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest(skip)) words.push(walk.currentNode.data.trim());
  }
  for (const each of document.querySelectorAll("[aria-label], [placeholder]"))
    words.push(each.ariaLabel || "", each.placeholder || "");
  return words.filter(Boolean);
}"""
"""Whatever the desk itself says: not what people have written, nor names."""


def sentences(language: str) -> dict[str, str]:
    """Every sentence of the pages, by its key."""
    found: dict[str, str] = {}

    def gather(table: dict[str, object], name: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                gather(value, f"{name}.{key}")
            else:
                found[f"{name}.{key}"] = str(value)

    for file in (f"{language}_pages.toml", f"{language}.toml"):
        gather(tomllib.loads(files("bot.messages").joinpath(file).read_text("utf-8")), "")
    return found


def english_only() -> set[str]:
    """What English pages say and Chinese ones do not, in words."""
    chinese, english = sentences("zh"), sentences("en")
    same = {said for key, said in english.items() if chinese.get(key) == said}
    fixed = {said for said in english.values() if re.fullmatch(r"[A-Za-z][A-Za-z' ,.:;?-]{2,}", said)}
    return fixed - same


async def said(page: Page) -> set[str]:
    return set(await page.evaluate(WORDS))


async def test_no_english_is_left_in_chinese(people: People, scene: Scene) -> None:
    leftovers = english_only()
    portal = ["/tickets", "/tickets/new", f"/tickets/T-{scene.chinese}"]
    numbers = (scene.untaken, scene.slow, scene.waiting, scene.resolved)
    console = ["/desk", "/desk/on-call?schedule=weekdays", "/desk/channels", "/desk/inbox"]
    console += [f"/desk/tickets/T-{each}" for each in numbers]
    for address, paths in ((LIN, portal), (ADA, console)):
        page = await people.signed_in(scene.desk, address, "/?lang=zh", locale="zh-CN")
        for path in paths:
            await page.goto(f"{path}{'&' if '?' in path else '?'}lang=zh")
            await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
            assert await said(page) & leftovers == set(), path


async def test_english_pages_are_in_english(people: People, scene: Scene) -> None:
    """So that the test above would see what it looks for."""
    page = await people.signed_in(scene.desk, ADA, "/desk")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert {"Board", "Acknowledge"} <= await said(page) & english_only()


@pytest.mark.parametrize(("locale", "word"), [("zh-CN", "登录"), ("en-GB", "Sign in"), ("fr-FR", "Sign in")])
async def test_a_stranger_is_spoken_to_as_their_browser_asks(
    people: People, scene: Scene, locale: str, word: str
) -> None:
    page = await people.at(scene.desk.base, "/sign-in", locale=locale)
    await expect(page.locator("h1")).to_have_text(word)


async def test_a_switched_language_stays(people: People, desk: SmallDesk) -> None:
    page = await people.signed_in(desk, ADA, "/desk")
    await page.get_by_role("button", name="中文").click()
    await page.get_by_role("link", name="值班").click()
    await expect(page.locator("h1")).to_have_text("值班")


async def test_times_are_the_readers(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    page = await people.signed_in(desk, DANA, f"/tickets/T-{number}", timezone_id="America/New_York")
    await expect(page.locator("#zone")).to_contain_text("America/New_York")
    await expect(page.locator("#state")).to_contain_text("04:00")
    await page.reload()
    await expect(page.locator("#state")).to_contain_text("04:00")


async def test_a_guests_first_look_is_in_their_time(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    link = await desk.guest_link(number)
    page = await people.at(desk.base, link, timezone_id="Asia/Kolkata")
    await expect(page.locator("#talk")).to_contain_text("14:30")


async def test_a_traveller_is_followed(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    path = f"/tickets/T-{number}"
    page = await people.signed_in(desk, DANA, path, timezone_id="Europe/Berlin")
    await expect(page.locator("#state")).to_contain_text("10:00")
    kept = await page.context.cookies()
    there = await people.person(desk.base, timezone_id="Asia/Tokyo")
    await there.add_cookies(kept)  # type: ignore[arg-type]
    page = await there.new_page()
    await page.goto(path)
    await expect(page.locator("#state")).to_contain_text("18:00")
