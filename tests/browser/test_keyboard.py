"""The keyboard is enough, and one sees where one is."""

from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, SmallDesk
from tests.browser.people import People
from tests.browser.scene import OUTAGE, QUESTION, SLOW, Scene

pytestmark = IN_BROWSER
HERE = """() => {
  const at = document.activeElement;
  return at === document.body ? "" : [at.tagName, at.name, at.innerText || at.value, at.ariaLabel].join("|");
}"""
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
}"""
REACHABLE = """() => [
    ...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((each) => each.type !== "hidden" && each.checkVisibility() && each.tabIndex >= 0).length"""
CHOSEN = "[aria-selected=true]"
MOST = 150


async def tabbed(page: Page) -> list[str]:
    """Every stop, from the page's beginning to its end; each shows that one is there."""
    stops: list[str] = []
    for _ in range(MOST):
        await page.keyboard.press("Tab")
        here = await page.evaluate(HERE)
        if not here:
            return stops
        assert await page.evaluate(OUTLINE) >= 2, f"nobody sees that one is at {here}"
        stops.append(here)
    raise AssertionError(f"no end after {MOST} stops: {stops[-5:]}")


async def test_the_board(people: People, desk: SmallDesk) -> None:
    quiet, slow, outage = [await desk.files(each) for each in (QUESTION, SLOW, OUTAGE)]
    page = await people.signed_in(desk, ADA, "/desk")
    chosen = page.locator(CHOSEN)
    order = [await each.get_attribute("id") for each in await page.locator("[data-row]").all()]
    assert order[0] == f"T-{outage}"
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1), ("k", 0), ("k", 0)):
        await page.keyboard.press(key)
        await expect(chosen).to_have_id(order[at] or "")
        await expect(chosen).to_have_count(1)
    await page.keyboard.press("a")
    await expect(page.locator(f"#T-{outage} .owner")).to_have_text("Ada Brandt")
    await expect(chosen).to_have_id(f"T-{outage}")
    await page.keyboard.press("j")
    await expect(chosen).not_to_have_id(f"T-{outage}")
    await page.keyboard.press("/")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.type("jak")
    await expect(page.get_by_role("searchbox")).to_have_value("jak")
    await page.keyboard.press("ControlOrMeta+a")
    await page.keyboard.type(f"t-{slow}")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk.base}/desk/tickets/T-{slow}")
    await page.keyboard.press("a")
    await expect(page.locator("#state")).to_contain_text("Ada Brandt")
    await page.keyboard.press("n")
    await page.keyboard.type("No raja in a note.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#talk .note")).to_contain_text("No raja in a note.")
    assert (await desk.ticket(quiet)).is_untaken


async def test_one_key_takes_the_first_that_nobody_has(people: People, desk: SmallDesk) -> None:
    """The mark follows the board until somebody moves; what has only just come is chosen first."""
    slow = await desk.files(SLOW)
    page = await people.signed_in(desk, ADA, "/desk")
    chosen, new = page.locator(CHOSEN), page.locator("body[data-offer]")
    await expect(chosen).to_have_id(f"T-{slow}")
    await expect(page.locator("body")).to_have_attribute("data-connected", "yes")
    outage = await desk.files(OUTAGE)
    await expect(chosen).to_have_id(f"T-{outage}")
    await page.keyboard.press("a")
    await expect(chosen.locator("a").first).to_be_focused()
    assert (await desk.ticket(outage)).is_untaken
    await page.keyboard.press("a")
    await expect(page.locator(f"#T-{outage} .owner")).to_have_text("Ada Brandt")
    await expect(chosen).to_have_id(f"T-{outage}")
    await page.reload()
    await expect(chosen).to_have_id(f"T-{slow}")
    await expect(new).to_have_count(0)
    await page.keyboard.press("a")
    await expect(page.locator(f"#T-{slow} .owner")).to_have_text("Ada Brandt")


async def test_enter_opens_the_chosen_ticket(people: People, desk: SmallDesk) -> None:
    number = await desk.files(OUTAGE)
    page = await people.signed_in(desk, ADA, "/desk")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{desk.base}/desk/tickets/T-{number}")


async def test_the_first_stop_leads_past_the_navigation(people: People, scene: Scene) -> None:
    page = await people.signed_in(scene.desk, ADA, "/desk")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_every_form_is_reached(people: People, scene: Scene) -> None:
    for address, path in (
        (DANA, "/tickets/new"),
        (DANA, f"/tickets/T-{scene.slow}"),
        (ADA, f"/desk/tickets/T-{scene.slow}"),
        (ADA, "/desk/on-call"),
    ):
        page = await people.signed_in(scene.desk, address, path)
        await expect(page.locator("#zone")).to_contain_text("UTC")
        stops = await tabbed(page)
        # A date has a stop for each of its parts, so there may be more.
        assert len(stops) >= await page.evaluate(REACHABLE), stops


async def test_a_ticket_is_filed_by_keyboard(people: People, desk: SmallDesk) -> None:
    page = await people.signed_in(desk, DANA, "/tickets/new")
    await page.get_by_label("In one sentence").focus()
    await page.keyboard.type("Video is black for everybody")
    await page.keyboard.press("Tab")
    await page.keyboard.type("In all rooms")
    for _ in range(MOST):
        if "Open the ticket" in await page.evaluate(HERE):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head")).to_contain_text("P0")
