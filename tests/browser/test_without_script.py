"""Everything works without JavaScript; it is only slower."""

import base64

from playwright.async_api import FilePayload, Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, SmallDesk
from tests.browser.people import People

pytestmark = IN_BROWSER
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURE: FilePayload = {"name": "black.png", "mimeType": "image/png", "buffer": PIXEL}


async def without(people: People, desk: SmallDesk, address: str, path: str) -> Page:
    return await people.signed_in(desk, address, path, java_script_enabled=False)


async def test_a_customer_files_replies_and_judges(people: People, desk: SmallDesk) -> None:
    page = await without(people, desk, DANA, "/tickets/new")
    await page.get_by_label("In one sentence").fill("Video is black in room 42")
    await page.get_by_label("SDK version").fill("4.2.1")
    await page.get_by_label("Screenshots, logs").set_input_files([PICTURE])
    await page.get_by_role("button", name="Open the ticket").click()
    await expect(page).to_have_url(f"{desk.base}/tickets/T-1")
    await expect(page.locator("#talk")).to_contain_text("SDK version: 4.2.1")
    await page.get_by_label("Write to us").fill("The picture is attached.")
    await page.get_by_label("Screenshots, logs").set_input_files([PICTURE])
    await page.get_by_role("button", name="Send").click()
    talk = page.locator("#talk")
    await expect(talk).to_contain_text("The picture is attached.")
    await expect(talk.get_by_role("link", name="black.png")).to_have_count(2)
    await page.get_by_role("button", name="It is solved now").click()
    await expect(page.locator("#head .state")).to_have_text("resolved")
    await page.get_by_role("button", name="It is back: open it again").click()
    await expect(page.locator("#head .state")).to_have_text("reopened")
    assert (await desk.ticket(1)).state.value == "reopened"


async def test_what_is_in_the_box_goes_with_the_opinion(people: People, desk: SmallDesk) -> None:
    number = await desk.files("Video is black in room 42")
    await desk.does("ada", "resolve", number, "Restarted the room.")
    page = await without(people, desk, DANA, f"/tickets/T-{number}")
    await page.get_by_label("Write to us").fill("NO it still fails on Pixel")
    await page.get_by_label("Screenshots, logs").set_input_files([PICTURE])
    await page.get_by_role("button", name="No, it did not").click()
    await expect(page.locator("#head .state")).to_have_text("reopened")
    await expect(page.locator("#talk")).to_contain_text("NO it still fails on Pixel")
    await expect(page.locator("#talk").get_by_role("link", name="black.png")).to_be_visible()


async def test_an_engineer_acknowledges_updates_and_notes(people: People, desk: SmallDesk) -> None:
    number = await desk.files("Video is black in room 42")
    page = await without(people, desk, ADA, "/desk")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".owner")).to_have_text("Ada Brandt")
    await page.get_by_role("link", name=f"T-{number}").click()
    await page.get_by_label("They read it where they write").fill("We see it too.")
    await page.get_by_label("Expected to be fixed by").fill("2h")
    await page.get_by_label("Complexity").select_option("high")
    await page.get_by_role("button", name="Send to the customer").click()
    await expect(page.locator("#talk")).to_contain_text("We see it too.")
    await expect(page.locator("#state")).to_contain_text("Expected to be fixed by")
    await page.get_by_label("Only engineers see it").fill("Codec of room 42 is odd.")
    await page.get_by_role("button", name="Note").click()
    await expect(page.locator("#talk .note")).to_contain_text("Codec of room 42 is odd.")
    await page.get_by_label("What solved it").fill("Restarted the room.")
    await page.get_by_role("button", name="Resolve").click()
    await expect(page.locator("#head .state")).to_have_text("resolved")


async def test_an_engineer_stands_in(people: People, desk: SmallDesk) -> None:
    page = await without(people, desk, ADA, "/desk/on-call?schedule=media")
    await page.get_by_label("Who stands in").select_option("ada")
    await page.get_by_label("For whom").select_option("nora")
    await page.get_by_label("From").fill("2026-11-03T08:00")
    await page.get_by_label("Until").fill("2026-11-03T12:00")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".plain li")).to_contain_text("Ada Brandt for Nora Lind")


async def test_the_language_is_switched(people: People, desk: SmallDesk) -> None:
    page = await without(people, desk, DANA, "/tickets")
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("main").get_by_role("link", name="新工单")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("main").get_by_role("link", name="New ticket")).to_be_visible()
