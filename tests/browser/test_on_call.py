"""Who covers what in a week, and standing in."""

from datetime import datetime, timedelta
from typing import Any

from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, AUDITOR, SmallDesk
from tests.browser.people import PHONE, People
from tests.browser.scene import Scene

pytestmark = IN_BROWSER
WEEK = "/desk/on-call?schedule=media"
TO_SCROLL = (
    "(week) => [week.scrollWidth > week.clientWidth, document.scrollingElement.scrollWidth, innerWidth]"
)


async def week_of(
    people: People, desk: SmallDesk, address: str, path: str = WEEK, zone: str = "UTC", **options: Any
) -> Page:
    """In the reader's own time: the first page of somebody in another zone is read once more."""
    page = await people.signed_in(desk, address, path, timezone_id=zone, **options)
    await expect(page.locator("#zone")).to_contain_text(zone)
    return page


async def dragged(page: Page, role: str, first: str, last: str) -> None:
    """Over the role's blocks of these two days, from the first of one to the first of the other."""
    ends = [page.locator(f'[data-day="{day}"][data-role="{role}"] .block').first for day in (first, last)]
    await ends[0].hover()
    await page.mouse.down()
    await ends[1].hover()
    await page.mouse.up()


async def test_standing_in_by_dragging(people: People, desk: SmallDesk) -> None:
    page = await week_of(people, desk, ADA, zone="Europe/Berlin")
    await dragged(page, "senior", "2026-11-04", "2026-11-05")
    await expect(page.get_by_label("From")).to_have_value("2026-11-04T00:00")
    await expect(page.get_by_label("In which role")).to_have_value("senior")
    who = await page.get_by_label("For whom").input_value()
    await expect(page.get_by_label("Who stands in")).to_be_focused()
    await page.get_by_label("Who stands in").select_option("ada")
    until = await page.get_by_label("Until").input_value()
    await page.get_by_role("button", name="Save").click()
    said = page.locator(".plain li")
    instead = desk.desk.house.policy.engineer(who)
    assert instead is not None
    await expect(said).to_contain_text(f"Ada Brandt for {instead.name} (senior)")
    await expect(said).to_contain_text(until.partition("T")[2])
    day = page.locator('[data-day="2026-11-04"][data-role="senior"] .block').first
    await expect(day).to_contain_text("Ada")


async def test_standing_in_by_the_form(people: People, desk: SmallDesk) -> None:
    page = await week_of(people, desk, ADA)
    await page.get_by_label("Who stands in").select_option("ines")
    await page.get_by_label("For whom").select_option("yusuf")
    await page.get_by_label("In which role").select_option("frontline")
    await page.get_by_label("From").fill("2026-11-03T08:00")
    await page.get_by_label("Until").fill("2026-11-03T12:30")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".flash")).to_be_visible()
    await expect(page.locator(".flash.no")).to_have_count(0)
    await expect(page.locator(".plain li")).to_contain_text("Inês Duarte for Yusuf Demir (frontline)")


async def test_a_wrong_time_is_refused_in_words(people: People, desk: SmallDesk) -> None:
    people.expected.append("409")
    page = await week_of(people, desk, ADA)
    await page.get_by_label("Until").fill("2025-01-01T08:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("1 Jan 2025")
    await expect(page.get_by_label("Until")).to_have_value("2025-01-01T08:00")
    await expect(page.locator(".plain li")).to_have_count(0)


async def test_what_has_begun_is_stood_in_for_from_now_on(people: People, desk: SmallDesk) -> None:
    """And taken back again."""
    page = await week_of(people, desk, ADA)
    now = page.locator('[data-day="2026-11-02"][data-role="senior"] .block').nth(1)
    await now.click()
    await expect(page.get_by_label("From")).to_have_value("")
    await page.get_by_label("Who stands in").select_option("ada")
    await page.get_by_role("button", name="Save").click()
    await expect(now).to_contain_text("Tom")
    stood_in = page.locator('[data-day="2026-11-02"][data-role="senior"] .block').nth(2)
    await expect(stood_in).to_contain_text("Ada")
    await page.get_by_role("button", name="Take back").click()
    await expect(page.locator(".flash")).to_contain_text("Taken back")
    await expect(page.locator(".plain li")).to_have_count(0)


async def test_the_first_page_in_another_zone(people: People, desk: SmallDesk) -> None:
    """The calendar is by the reader's clock as soon as it is known, and so is what they drag over."""
    page = await week_of(people, desk, ADA, zone="America/Los_Angeles")
    block = page.locator('[data-day="2026-11-04"][data-role="senior"] .block').first
    start = str(await block.get_attribute("data-from"))
    await block.click()
    await page.get_by_label("Who stands in").select_option("ada")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".plain li")).to_contain_text("Ada Brandt")
    schedule = "media"
    [made] = await desk.store.read(
        lambda tx: tx.overrides.around(schedule, desk.clock.now(), desk.clock.now() + timedelta(days=9))
    )
    assert made.start == datetime.fromisoformat(start)


async def test_gaps_are_red_and_said(people: People, scene: Scene) -> None:
    page = await week_of(people, scene.desk, ADA, "/desk/on-call?schedule=weekdays")
    gap = page.locator(".block.gap").first
    await expect(gap).to_contain_text("Nobody")
    await expect(gap).to_have_css("background-color", "rgb(181, 51, 10)")
    await expect(page.get_by_role("alert")).to_contain_text("nobody would be on call")
    await page.goto(WEEK)
    await expect(page.locator(".block.gap")).to_have_count(0)
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_weeks_go_back_and_forth(people: People, scene: Scene) -> None:
    page = await week_of(people, scene.desk, ADA)
    today = page.locator(".days .today")
    await expect(today).to_have_text("Mon 2.11.")
    await page.get_by_role("link", name="Later").click()
    await expect(page.locator(".days")).to_contain_text("Mon 9.11.")
    await expect(today).to_have_count(0)
    await page.get_by_role("link", name="This week").click()
    await expect(today).to_have_text("Mon 2.11.")


async def test_on_a_phone_the_week_scrolls_and_the_page_does_not(people: People, scene: Scene) -> None:
    page = await week_of(people, scene.desk, ADA, WEEK, viewport=PHONE)
    scrolls, wide, screen = await page.locator("[data-week]").evaluate(TO_SCROLL)
    assert (scrolls, wide) == (True, screen)
    await page.locator("[data-week]").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("[data-week]")).not_to_have_js_property("scrollLeft", 0)
    await expect(page.locator(".lane > span").first).to_be_in_viewport()


async def test_who_only_reads_cannot_stand_in(people: People, scene: Scene) -> None:
    page = await week_of(people, scene.desk, AUDITOR)
    await expect(page.locator("[data-week]")).to_be_visible()
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)
