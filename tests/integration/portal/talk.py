"""The conversation as it stands on a ticket's page."""

import re

from tests.integration.portal.place import Browser


async def talk(browser: Browser, page: str) -> list[str]:
    """Its lines, without their times: whose words, the tag, the words, the facts; and what happened."""
    browser.cookies["zone"] = "UTC"
    text = (await browser.get(page)).text
    section = re.search(r'id="talk".*?>(.*?)</section>', text, re.DOTALL)
    assert section is not None
    lines = re.findall(r"<article.*?</article>|<p class=\"event\">.*?</p>", section[1], re.DOTALL)
    return [_plain(each) for each in lines]


def _plain(line: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<time.*?</time>", "", line)).split()).removeprefix("· ")
