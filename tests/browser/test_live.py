"""Pages that change by themselves, while nobody reloads them."""

import signal
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Page, Route, expect

from tests.browser import IN_BROWSER
from tests.browser.desk import ADA, DANA, NORA, SmallDesk
from tests.browser.people import People
from tests.browser.scene import OUTAGE, SLOW
from tests.browser.trial import trial_desk

pytestmark = IN_BROWSER
HIDDEN = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SAME = "window.loaded ??= Math.random()"


async def connected(page: Page) -> float:
    """It hears what happens; which load of the page this is."""
    await expect(page.locator("body")).to_have_attribute("data-connected", "yes")
    loaded: float = await page.evaluate(SAME)
    return loaded


async def test_the_portals_pages(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    ours = await people.signed_in(desk, DANA, "/tickets")
    one = await people.signed_in(desk, DANA, f"/tickets/T-{number}")
    loads = [await connected(page) for page in (ours, one)]
    await desk.does("nora", "update", number, "We see it and are looking.", eta="2h")
    await expect(one.locator("#talk")).to_contain_text("We see it and are looking.")
    await expect(one.locator("#state")).to_contain_text("Nora Lind")
    await expect(one.locator("#state")).to_contain_text("Expected to be fixed by")
    await expect(ours.locator(".tickets .state")).to_have_text("acknowledged")
    other = await desk.files(OUTAGE)
    await expect(ours.locator(".tickets li").first).to_contain_text(f"T-{other}")
    assert [await page.evaluate(SAME) for page in (ours, one)] == loads


async def test_two_consoles_side_by_side(people: People, desk: SmallDesk) -> None:
    number = await desk.files(OUTAGE)
    ada = await people.signed_in(desk, ADA, "/desk")
    nora = await people.signed_in(desk, NORA, f"/desk/tickets/T-{number}")
    load = await connected(nora)
    await connected(ada)
    await expect(nora.get_by_role("button", name="Acknowledge")).to_be_visible()
    await ada.get_by_role("button", name="Acknowledge").click()
    await expect(nora.locator("#state")).to_contain_text("Ada Brandt")
    await expect(nora.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await nora.locator("#composer").get_by_label("Only engineers see it").fill("Rolled back in Frankfurt.")
    await nora.get_by_role("button", name="Note").click()
    await expect(nora.locator("#talk .note")).to_contain_text("Rolled back in Frankfurt.")
    assert load != await nora.evaluate(SAME)
    await connected(nora)
    await desk.writes(number, "Still black in room 42.")
    await expect(nora.locator("#talk")).to_contain_text("Still black in room 42.")


async def test_pages_that_nobody_sees_hold_no_connection(people: People, desk: SmallDesk) -> None:
    """A browser has six to a desk. Whoever comes back sees what has happened meanwhile."""
    number = await desk.files(SLOW)
    context = await people.person(desk.base)
    cookie = {"name": "dawnline-console", "value": await desk.session(ADA), "url": desk.base}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    pages = [await context.new_page() for _ in range(8)]
    for page in pages:
        await page.goto(f"/desk/tickets/T-{number}")
        await connected(page)
        await page.evaluate(HIDDEN, True)
        await expect(page.locator("body")).to_have_attribute("data-connected", "no")
    await desk.writes(number, "Still slow.")
    await pages[0].evaluate(HIDDEN, False)
    await expect(pages[0].locator("#talk")).to_contain_text("Still slow.")
    await connected(pages[0])


async def test_a_page_that_hears_nothing_says_so(people: People, desk: SmallDesk) -> None:
    """And what to do; when it hears again, it says nothing more."""
    people.expected += ["ERR_INTERNET_DISCONNECTED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_NETWORK"]
    page = await people.signed_in(desk, ADA, "/desk")
    await connected(page)
    stale = page.get_by_text("This page is not up to date")
    await expect(stale).not_to_be_visible()
    await page.context.set_offline(True)
    await expect(stale).to_be_visible()
    await page.context.set_offline(False)
    await connected(page)
    await expect(stale).not_to_be_visible()


async def test_what_was_done_long_ago_is_not_said_for_ever(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    page = await people.signed_in(desk, NORA, f"/desk/tickets/T-{number}")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator(".flash")).to_be_visible()
    await connected(page)
    await expect(page.locator("body")).not_to_have_attribute("data-said", "lately")
    await desk.writes(number, "Still slow.")
    await expect(page.locator("#talk")).to_contain_text("Still slow.")
    await expect(page.locator(".flash")).to_have_count(0)


async def test_what_was_refused_stays_while_the_page_changes(people: People, desk: SmallDesk) -> None:
    people.expected.append("409")
    number = await desk.files(SLOW)
    await desk.does("nora", "ack", number)
    page = await people.signed_in(desk, NORA, f"/desk/tickets/T-{number}")
    words = page.get_by_label("They read it where they write")
    await words.fill("We found it.")
    await page.get_by_label("Expected to be fixed by").fill("soonish")
    await page.get_by_role("button", name="Send to the customer").click()
    await expect(page.get_by_role("alert")).to_contain_text("“soonish” is not a time")
    await connected(page)
    await desk.writes(number, "It is better now.")
    await expect(page.locator("#talk")).to_contain_text("It is better now.")
    await expect(words).to_have_value("We found it.")
    await page.get_by_label("Expected to be fixed by").fill("2h")
    await page.get_by_role("button", name="Send to the customer").click()
    await expect(page.locator("#talk")).to_contain_text("We found it.")
    await expect(words).to_have_value("")


async def test_what_somebody_writes_is_not_lost(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    await desk.does("nora", "ack", number)
    page = await people.signed_in(desk, NORA, f"/desk/tickets/T-{number}")
    await connected(page)
    solved = page.get_by_placeholder("What solved it")
    await solved.press_sequentially("Edge 14 is out")
    await desk.writes(number, "It is better now.")
    await expect(page.locator("#talk")).to_contain_text("It is better now.")
    await expect(solved).to_have_value("Edge 14 is out")
    await expect(solved).to_be_focused()
    await solved.press_sequentially(" of rotation.")
    await page.keyboard.press("Enter")
    await expect(page.locator("#head .state")).to_have_text("resolved")


async def test_what_can_be_done_follows_what_happened(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    await desk.does("nora", "ack", number)
    page = await people.signed_in(desk, ADA, f"/desk/tickets/T-{number}")
    await connected(page)
    await desk.does("nora", "resolve", number, "Edge 14 is out of rotation.")
    await expect(page.get_by_role("button", name="Open it again")).to_be_visible()
    await expect(page.get_by_role("button", name="Send to the customer")).to_have_count(0)


async def test_the_board_keeps_its_place_and_focus(people: People, desk: SmallDesk) -> None:
    number = await desk.files(SLOW)
    page = await people.signed_in(desk, ADA, "/desk")
    await connected(page)
    acknowledge = page.locator(f"#T-{number}").get_by_role("button")
    await acknowledge.focus()
    other = await desk.files(OUTAGE)
    await expect(page.locator(f"#T-{other}")).to_be_visible()
    await expect(acknowledge).to_be_focused()
    mine = page.get_by_role("link", name="Mine")
    await mine.focus()
    await desk.does("nora", "ack", other)
    await expect(page.locator(f"#T-{other} .owner")).to_have_text("Nora Lind")
    await expect(mine).to_be_focused()


async def test_a_page_comes_back_after_the_desk_was_away(people: People, tmp_path: Path) -> None:
    people.expected += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE"]
    people.expected.append("ERR_CONNECTION_RESET")
    async with trial_desk(tmp_path) as first:
        customer = await people.at(first.base)
        await customer.get_by_role("button", name="I am a customer").click()
        await customer.goto("/tickets/T-2")
        load = await connected(customer)
        await first.process.end(signal.SIGTERM)
        await expect(customer.locator("body")).to_have_attribute("data-connected", "no")
    port = urlsplit(first.base).port or 0
    async with trial_desk(tmp_path, port) as second:
        engineer = await people.at(second.base)
        await engineer.get_by_role("button", name="I am the engineer on call").click()
        await expect(engineer.locator("h1")).to_have_text("Board")
        await engineer.goto("/desk/tickets/T-2")
        await engineer.get_by_label("They read it where they write").fill("Frankfurt is back.")
        await engineer.get_by_role("button", name="Send to the customer").click()
        await expect(customer.locator("#talk")).to_contain_text("Frankfurt is back.")
        assert await customer.evaluate(SAME) == load
        await people.leave()


async def test_a_page_comes_back_after_a_proxy_had_no_desk(people: People, desk: SmallDesk) -> None:
    """A browser does not ask again by itself after an answer that was no stream."""
    people.expected += ["502", "MIME type"]
    number = await desk.files(SLOW)
    context = await people.person(desk.base)
    asked: list[str] = []

    async def away(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 1:
            await route.continue_()
        else:
            await route.fulfill(status=502, body="Bad Gateway")

    await context.route("**/live?*", away)
    page = await context.new_page()
    await page.goto(await desk.guest_link(number))
    await expect(page.locator("body")).to_have_attribute("data-connected", "no")
    await desk.does("nora", "ack", number)
    await expect(page.locator("#state")).to_contain_text("Nora Lind")
    assert len(asked) == 2
