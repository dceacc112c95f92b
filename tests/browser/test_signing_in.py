"""Coming in and going out."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from bot.access.session import SESSION_LASTS
from playwright.async_api import Page, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, START, SmallDesk, small_desk
from tests.browser.people import People
from tests.browser.trial import Trial
from tests.fakes.oidc_provider import MEI, PASSWORD, FakeProvider
from tests.servers.ports import free_port

pytestmark = IN_BROWSER


async def test_by_a_link_in_the_mail(people: People, desk: SmallDesk) -> None:
    number = await desk.files("Video is black in room 42")
    page = await people.at(desk.base, f"/tickets/T-{number}")
    await expect(page).to_have_url(re.compile("/sign-in"))
    await page.get_by_label("Your e-mail address").fill(DANA)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("main")).to_contain_text(DANA)
    link = re.search(r"http\S+/sign-in/\S+", desk.mail.shown[-1].text)
    assert link is not None
    await page.goto(link[0])
    other = await people.at(desk.base, link[0].removeprefix(desk.base))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{desk.base}/tickets/T-{number}")
    # It works once, also where it was looked at before.
    people.expected.append("410")
    await other.get_by_role("button", name="Sign in").click()
    await expect(other.get_by_role("alert")).to_be_visible()
    await other.goto(link[0])
    await expect(other.get_by_role("alert")).to_be_visible()


async def test_a_stranger_is_told_the_same(people: People, desk: SmallDesk) -> None:
    page = await people.at(desk.base, "/sign-in")
    before = len(desk.mail.shown)
    await page.get_by_label("Your e-mail address").fill("mallory@evil.example")
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.get_by_role("main")).to_contain_text("If we know mallory@evil.example")
    assert len(desk.mail.shown) == before


async def test_a_link_from_the_store(people: People, desk: SmallDesk) -> None:
    page = await people.at(desk.base, await desk.link(ADA))
    await expect(page.get_by_role("main")).to_contain_text(ADA)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{desk.base}/desk")


async def test_signing_out_ends_the_session(people: People, desk: SmallDesk) -> None:
    page = await people.signed_in(desk, ADA, "/desk")
    held = await page.context.cookies()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page).to_have_url(re.compile("/sign-in"))
    thief = await people.person(desk.base)
    await thief.add_cookies(held)  # type: ignore[arg-type]
    stolen = await thief.new_page()
    await stolen.goto("/desk")
    await expect(stolen).to_have_url(re.compile("/sign-in"))


async def test_an_old_session_is_no_longer_good(people: People, desk: SmallDesk) -> None:
    people.expected.append("401")
    number = await desk.files("Video is black in room 42")
    page = await people.signed_in(desk, ADA, f"/desk/tickets/T-{number}")
    await expect(page.locator("#zone")).to_contain_text("UTC")  # it has asked for all it wants
    desk.clock.advance(SESSION_LASTS)
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.get_by_role("main")).to_contain_text("You are signed out.")
    await page.goto("/desk")
    await expect(page).to_have_url(re.compile("/sign-in"))
    assert (await desk.ticket(number)).assignee is None


async def test_both_sides_in_one_browser(people: People, trial: Trial) -> None:
    context = await people.person(trial.base)
    customer, engineer = await context.new_page(), await context.new_page()
    for page, who, path in (
        (customer, "I am a customer", "/tickets"),
        (engineer, "I am the engineer on call", "/desk"),
    ):
        await page.goto("/sign-in")
        await page.get_by_role("button", name=who).click()
        await expect(page).to_have_url(f"{trial.base}{path}")
    await customer.reload()
    await expect(customer.locator("h1")).to_contain_text("Acme Live")
    await engineer.reload()
    await expect(engineer.locator("[data-row]")).to_have_count(2)


@pytest_asyncio.fixture(loop_scope="session")
async def single(tmp_path: Path, people: People) -> AsyncIterator[tuple[SmallDesk, FakeProvider]]:
    """A desk with single sign-on."""
    people.expected.append("404")  # the provider has no icon
    port = free_port()
    back = f"http://127.0.0.1:{port}/sign-in/openid"
    async with (
        FakeProvider(lambda: START, redirect_uri=back) as provider,
        small_desk(tmp_path, provider.issuer, port) as desk,
    ):
        yield desk, provider
        await people.leave()
        assert provider.violations == []


async def at_the_provider(page: Page, answer: str) -> None:
    await page.get_by_role("button", name="Sign in with Our Company").click()
    await expect(page).to_have_title("Fake provider")
    await page.get_by_label("E-mail").fill(MEI.address)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name=answer).click()


async def test_by_single_sign_on(people: People, single: tuple[SmallDesk, FakeProvider]) -> None:
    desk, _ = single
    page = await people.at(desk.base, "/tickets/new")
    await at_the_provider(page, "Sign in")
    await expect(page).to_have_url(f"{desk.base}/tickets/new")
    await expect(page.locator(".who")).to_have_text(MEI.name)


async def test_who_cancels_is_told_so(people: People, single: tuple[SmallDesk, FakeProvider]) -> None:
    desk, _ = single
    people.expected.append("403")
    page = await people.at(desk.base, "/sign-in")
    await at_the_provider(page, "Cancel")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator(".who")).to_have_count(0)
