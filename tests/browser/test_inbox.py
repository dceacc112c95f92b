"""The inbox while mail comes in."""

from bot.inbound import Address, Unreadable
from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, SmallDesk
from tests.browser.people import People
from tests.browser.test_every_page import faults_of

pytestmark = IN_BROWSER


async def comes_in(desk: SmallDesk, text: str) -> None:
    """A mail that somebody must look at."""
    at = Address("email", "stranger@elsewhere.example")
    item = Unreadable(text, at, text, "has no sender who could be answered", desk.clock.now())
    await desk.desk.receive(item)


async def connected(page: Page) -> None:
    await expect(page.locator("body")).to_have_attribute("data-connected", "yes")


async def test_what_waits_appears_by_itself(people: People, desk: SmallDesk) -> None:
    inbox = await people.signed_in(desk, ADA, "/desk/inbox")
    board = await people.signed_in(desk, ADA, "/desk")
    for page in (inbox, board):
        await connected(page)
    await comes_in(desk, "Our stream is down")
    await expect(inbox.locator("#waiting")).to_contain_text("Our stream is down")
    await expect(inbox.locator("#waits")).to_have_text("Waiting in quarantine (1)")
    for page in (inbox, board):
        await expect(page.locator("#nav-inbox .badge")).to_contain_text("1")


async def test_what_is_being_typed_stays(people: People, desk: SmallDesk) -> None:
    await comes_in(desk, "Our stream is down")
    page = await people.signed_in(desk, ADA, "/desk/inbox")
    await connected(page)
    why = page.get_by_label("Why, for the record")
    await why.fill("a newsletter")
    await comes_in(desk, "And a second one")
    await expect(page.locator("#waits")).to_have_text("Waiting in quarantine (2)")
    await expect(why).to_have_value("a newsletter")


async def test_what_was_refused_stays_while_more_comes_in(people: People, desk: SmallDesk) -> None:
    people.expected.append("409 (Conflict)")
    await comes_in(desk, "Our stream is down")
    page = await people.signed_in(desk, ADA, "/desk/inbox")
    into = page.get_by_label("Into which ticket; empty: a new one")
    await into.fill("12 please")
    await page.get_by_role("button", name="Release").click()
    await expect(page.get_by_role("alert")).to_contain_text("“12 please” is no ticket.")
    await connected(page)
    assert await faults_of(page) == []
    await comes_in(desk, "And a second one")
    await expect(page.locator("#waits")).to_have_text("Waiting in quarantine (2)")
    await expect(into).to_have_value("12 please")
