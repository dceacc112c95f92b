"""The newcomer's minute: somebody has just cloned the desk, started it, and opened both its sides."""

import asyncio
from datetime import timedelta

from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.people import People
from tests.browser.trial import Trial

pytestmark = IN_BROWSER
A_MINUTE = timedelta(minutes=1).total_seconds()
WHICH_PAGE = "window.loaded ??= Math.random()"
BLACK = "Video is black for everybody since the release"
CAUSE = "A bad release of the media server; we are rolling it back."


async def _as(page: Page, who: str) -> Page:
    await page.get_by_role("button", name=who).click()
    return page


async def test_a_newcomer_sees_an_outage_through_in_a_minute(people: People, trial: Trial) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    # Two windows of one browser, opened one after the other as the README says.
    browser = await people.person(trial.base)
    customer, engineer = await browser.new_page(), await browser.new_page()
    for window in (customer, engineer):
        await window.goto("/")
    await _as(customer, "I am a customer")
    await _as(engineer, "I am the engineer on call")
    await expect(engineer.locator("[data-row]")).to_have_count(2)

    await customer.get_by_role("main").get_by_role("link", name="New ticket").click()
    await customer.get_by_label("In one sentence").fill(BLACK)
    await customer.get_by_label("Everything you know").fill("All rooms, all platforms. Audio works.")
    await customer.get_by_role("button", name="Open the ticket").click()
    state = customer.locator("#state")
    await expect(customer.locator("#head")).to_contain_text("P0")
    await expect(state).to_contain_text("The engineer on call is being paged")
    ticket, page = customer.url.rpartition("/")[2], await customer.evaluate(WHICH_PAGE)

    # The console shows it by itself, and the keyboard is enough.
    row = engineer.locator(f"#{ticket}")
    await expect(row).to_contain_text(BLACK)
    await expect(engineer.locator("[data-row]").first).to_have_id(ticket)
    await expect(row).to_have_attribute("aria-selected", "true")
    await expect(engineer.locator("body")).not_to_have_attribute("data-offer", "new")
    await engineer.keyboard.press("a")
    await expect(engineer.locator(".flash")).to_contain_text(ticket)

    # Nobody reloads the portal.
    await expect(state).not_to_contain_text("being paged")
    owner = (await state.locator("dd").first.inner_text()).split(",")[0]
    await expect(row.locator(".owner")).to_have_text(owner)

    await expect(row).to_have_attribute("aria-selected", "true")
    await engineer.keyboard.press("Enter")
    await expect(engineer).to_have_url(f"{trial.base}/desk/tickets/{ticket}")
    await engineer.keyboard.press("r")
    await engineer.keyboard.type(CAUSE)
    await engineer.get_by_role("button", name="Send to the customer").click()

    await expect(customer.locator("#talk")).to_contain_text(CAUSE)
    await expect(customer.locator("#talk")).to_contain_text(owner)
    assert await customer.evaluate(WHICH_PAGE) == page
    await customer.get_by_role("button", name="It is solved now").click()
    await expect(customer.locator("#head .state")).to_have_text("resolved")
    await expect(engineer.locator("#head .state")).to_have_text("resolved")
    assert loop.time() - began < A_MINUTE
