"""Every page, for everybody who may see it: nothing wrong for those who cannot see or use a mouse, nothing
wider than the screen, in light and dark, on a phone and on a desktop."""

from collections.abc import Mapping, Sequence
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.async_api import Page

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, AUDITOR, DANA, LEAD, LIN
from tests.browser.people import DESKTOP, PHONE, People
from tests.browser.scene import Scene

pytestmark = IN_BROWSER
WRONG = ("serious", "critical")
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
BY_LOOKS = {**EVERYTHING, "runOnly": ["color-contrast", "scrollable-region-focusable", "target-size"]}
"""What may differ from one look to the next; the rest is the same page."""
LOOKS = [
    ("light", DESKTOP, EVERYTHING),
    ("dark", DESKTOP, BY_LOOKS),
    ("dark", PHONE, EVERYTHING),
    ("light", PHONE, BY_LOOKS),
]
LOOK = """async (rules) => {
  const main = document.querySelector("main"), end = main.getBoundingClientRect().right;
  const edge = end - parseFloat(getComputedStyle(main).paddingRight) + 1;
  const cut = [...main.querySelectorAll("button, input, select, textarea, h1, .button, .owner")]
    .filter((each) => !each.closest(".week, .scroll") && each.getBoundingClientRect().right > edge);
  const over = document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth;
  return [(await axe.run(rules)).violations, over, cut.map((each) => each.outerHTML.slice(0, 80))];
}"""


def portal(scene: Scene) -> list[str]:
    numbers = (scene.untaken, scene.slow, scene.waiting, scene.resolved, scene.gone)
    return ["/tickets", "/tickets/new", *(f"/tickets/T-{each}" for each in numbers), "/sign-in", "/nowhere"]


def console(scene: Scene) -> list[str]:
    tickets = [f"/desk/tickets/T-{each}" for each in (scene.untaken, scene.slow, scene.resolved)]
    return ["/desk", "/desk?q=e", "/desk?q=zzzz", *tickets, "/desk/on-call", "/desk/inbox", "/desk/channels"]


async def faults_of(page: Page, path: str = "") -> list[str]:
    """The page in all its looks; "": as it is now."""
    if path:
        await page.goto(path)
    await page.evaluate(AXE_SCRIPT)
    return [fault for look in LOOKS for fault in await _faults_of_look(page, *look)]


async def _faults_of_look(page: Page, scheme: Any, size: Any, rules: dict[str, Any]) -> list[str]:
    await page.set_viewport_size(size)
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    where = f"{page.url} {scheme} {size['width']}"
    found, over, cut = await page.evaluate(LOOK, rules)
    wide = [f"{where}: {over} px wider than the screen"] if over > 0 else []
    wide += [f"{where}: cut off: {each}" for each in cut]
    return [*wide, *(f"{where}: {_said(each)}" for each in found if _is_wrong(each))]


def _is_wrong(violation: Mapping[str, Any]) -> bool:
    return violation["impact"] in WRONG


def _said(violation: Mapping[str, Any]) -> str:
    nodes = [node["html"][:120] for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {nodes}"


async def walked(people: People, scene: Scene, address: str, paths: Sequence[str]) -> None:
    people.expected.append("404 (Not Found)")
    page = await people.signed_in(scene.desk, address, "/")
    faults = [fault for path in paths for fault in await faults_of(page, path)]
    assert faults == []


async def test_a_customers_pages(people: People, scene: Scene) -> None:
    await walked(people, scene, DANA, portal(scene))


async def test_a_chinese_customers_pages(people: People, scene: Scene) -> None:
    await walked(people, scene, LIN, ["/tickets", f"/tickets/T-{scene.chinese}"])


async def test_a_guests_page(people: People, scene: Scene) -> None:
    page = await people.at(scene.desk.base, "/sign-in")
    link = await scene.desk.guest_link(scene.slow)
    assert [*await faults_of(page, link), *await faults_of(page, "/sign-in")] == []


async def test_the_apis_page(people: People, scene: Scene) -> None:
    page = await people.at(scene.desk.base, "/sign-in")
    assert await faults_of(page, "/api/v1/docs") == []


async def test_a_link_that_signs_in(people: People, scene: Scene) -> None:
    page = await people.at(scene.desk.base, "/sign-in")
    assert await faults_of(page, await scene.desk.link(DANA)) == []


async def test_an_engineers_pages(people: People, scene: Scene) -> None:
    await walked(people, scene, ADA, console(scene))


async def test_a_leads_pages(people: People, scene: Scene) -> None:
    """Where they differ from an engineer's."""
    await walked(people, scene, LEAD, ["/desk", "/desk/tokens", "/desk/webhooks"])


async def test_an_auditors_pages(people: People, scene: Scene) -> None:
    ticket = f"/desk/tickets/T-{scene.untaken}"
    await walked(people, scene, AUDITOR, ["/desk", ticket, "/desk/on-call?schedule=weekdays"])


async def test_the_board_while_a_row_is_chosen(people: People, scene: Scene) -> None:
    page = await people.signed_in(scene.desk, ADA, "/desk")
    await page.keyboard.press("j")
    assert await faults_of(page) == []


async def test_a_new_ticket_that_looks_like_another(people: People, scene: Scene) -> None:
    page = await people.signed_in(scene.desk, DANA, "/tickets/new")
    await page.get_by_label("In one sentence").press_sequentially("Joining a room takes long in Frankfurt")
    await page.locator(".alike").wait_for()
    assert await faults_of(page) == []
