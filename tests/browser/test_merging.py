"""A ticket is merged only into one that somebody chose."""

from playwright.async_api import expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, SmallDesk
from tests.browser.people import People
from tests.browser.scene import SLOW

pytestmark = IN_BROWSER


async def test_one_click_merges_nothing(people: People, desk: SmallDesk) -> None:
    target = await desk.files(SLOW)
    number = await desk.files("Joining takes 20 seconds")
    engineer = await people.signed_in(desk, ADA, f"/desk/tickets/T-{number}")
    into = engineer.get_by_label("Into which ticket")
    await engineer.get_by_role("button", name="Merge into").click()
    assert await into.evaluate("(field) => field.validity.valueMissing")
    await expect(engineer.locator("#head .state")).to_have_text("open")
    await into.select_option(f"T-{target}")
    await engineer.get_by_role("button", name="Merge into").click()
    await expect(engineer.locator("#head .state")).to_have_text("merged")
    assert (await desk.ticket(number)).merged_into == target


async def test_what_somebody_is_writing_reaches_the_other_ticket(people: People, desk: SmallDesk) -> None:
    target, number = await desk.files(SLOW), await desk.files("Joining takes 20 seconds")
    customer = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    await customer.get_by_label("Write to us").fill("In Munich it takes a minute.")
    await desk.does("ada", "merge", number, into=target)
    await expect(customer.locator("#head .state")).to_have_text("merged")
    await customer.get_by_role("button", name="Send").click()
    await expect(customer).to_have_url(f"{desk.base}/tickets/T-{target}")
    await expect(customer.locator(".flash")).to_contain_text(f"T-{number} goes on in T-{target}")
    await expect(customer.locator("#talk")).to_contain_text("In Munich it takes a minute.")
