"""People in front of the desk's pages, each with a browser of their own that nothing may go wrong in."""

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from tests.browser.desk import OURS, SmallDesk

PATIENCE = 15_000.0
"""Milliseconds; whatever a page should show is there long before."""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
_TELL = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""


@dataclass  # no slots: Playwright keeps what it made of our handlers here
class People:
    """`faults`: whatever any page logged as an error or was not allowed to do. `expected`: words of those
    that a test brings about itself."""

    browser: Browser
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    async def person(self, base: str, **options: Any) -> BrowserContext:
        """Somebody with a browser that has never been here; `options`: see Playwright's new_context."""
        given = {"locale": "en-GB", "timezone_id": "UTC", "viewport": DESKTOP, **options}
        context = await self.browser.new_context(base_url=base, **given)
        context.set_default_timeout(PATIENCE)
        context.on("page", self._watch)
        await context.add_init_script(_TELL)
        self._contexts.append(context)
        return context

    async def at(self, base: str, path: str = "/", **options: Any) -> Page:
        """A new person's page."""
        page = await (await self.person(base, **options)).new_page()
        await page.goto(path)
        return page

    async def signed_in(self, desk: SmallDesk, address: str, path: str, **options: Any) -> Page:
        """The page of somebody who has signed in before, at the desk's own time."""
        context = await self.person(desk.base, **options)
        side = "console" if address.endswith(OURS) else "portal"
        cookie = {"name": f"dawnline-{side}", "value": await desk.session(address), "url": desk.base}
        await context.add_cookies([cookie])  # type: ignore[list-item]
        await context.clock.set_fixed_time(desk.clock.now())
        page = await context.new_page()
        await page.goto(path)
        return page

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()
        self._contexts.clear()

    def unexpected(self) -> list[str]:
        return [each for each in self.faults if not any(words in each for words in self.expected)]

    def _watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _failed(self, error: Error) -> None:
        self.faults.append(f"{error.name}: {error.message}")
