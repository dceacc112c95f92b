"""What the console says to a command: in the reader's language and time, about what can be done there."""

import re
from html import unescape

import pytest
from bot.messages.catalogue import LANGUAGES, Catalogue

from tests.integration.portal.place import EVE, LEO, Browser, Place

ON = "/desk/tickets/T-1"
CATALOGUE = Catalogue.load()


async def reading(place: Place, who: str = EVE, language: str = "en", zone: str = "Asia/Shanghai") -> Browser:
    """Somebody who reads otherwise than the policy has it: Eve and Leo in Europe, in English."""
    browser = await place.signed_in(who)
    browser.cookies |= {"lang": language, "zone": zone}
    return browser


async def said(browser: Browser, verb: str, **fields: str) -> str:
    """What the next page says of the command."""
    answer = await browser.post(f"{ON}/{verb}", fields, on=ON)
    page = (await browser.get(ON)).text if answer.status_code == 303 else answer.text
    [words] = re.findall(r'(?:role="status">|role="alert"><p>)(.*?)</p>', page)
    return unescape(words)


@pytest.mark.parametrize(
    ("zone", "by"),
    [("Asia/Shanghai", "17:30 UTC+8"), ("America/Los_Angeles", "01:30 UTC-8"), ("UTC", "09:30 UTC")],
)
async def test_by_the_clock_that_the_page_is_in(place: Place, zone: str, by: str) -> None:
    await place.files()
    eve = await reading(place, zone=zone)
    assert f"by {by}." in await said(eve, "ack")


async def test_in_the_language_that_the_page_is_in(place: Place) -> None:
    await place.files()
    eve = await reading(place, language="zh")
    assert "17:30 UTC+8" in (words := await said(eve, "ack"))
    assert words.startswith("T-1 ")
    assert re.search(r"[\u4e00-\u9fff]", words)
    assert await said(eve, "note") == "请写点内容，或添加附件。"


async def test_elsewhere_in_their_own(place: Place) -> None:
    """What is sent to an engineer goes by the policy, however they read a page."""
    await place.files()
    leo = await reading(place, LEO, "zh")
    await said(leo, "assign", words="eve")
    await place.engine.settle()
    assert any("Leo Marchetti gave it to you" in each for each in place.sent())


@pytest.mark.parametrize(
    ("verb", "fields", "words"),
    [
        ("note", {}, "Please write something, or attach a file."),
        ("update", {}, "Please write something, or attach a file."),
        ("merge", {}, "Into which ticket? Write its number, such as T-12."),
        ("merge", {"words": "the other one"}, "Into which ticket? Write its number, such as T-12."),
        ("priority", {"words": "P9"}, "“P9” is not a priority; it is one of P0, P1, P2, P3."),
        ("update", {"words": "x", "eta": "2026-11-02T16:59"}, "16:59 UTC+8 is in the past."),
    ],
)
async def test_no_command_is_quoted(place: Place, verb: str, fields: dict[str, str], words: str) -> None:
    await place.files()
    assert await said(await reading(place), verb, **fields) == words


async def test_a_merge_without_a_target_merges_nothing(place: Place) -> None:
    """Not even the only other ticket that the engineer has."""
    await place.files()
    await place.files(title="Sound is gone")
    eve = await reading(place)
    await eve.post("/desk/tickets/T-2/ack", on="/desk/tickets/T-2")
    await said(eve, "merge", words="")
    assert [each.merged_into for each in await place.tickets()] == [None, None]


async def test_whoever_was_faster(place: Place) -> None:
    await place.files()
    eve, leo = await reading(place), await reading(place, LEO)
    await said(leo, "ack")
    assert await said(eve, "ack") == (
        "Leo Marchetti, technical lead (EMEA) has T-1 already. To take it over, assign it to yourself."
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_pages_say_names_nothing_to_type(language: str) -> None:
    own = [
        CATALOGUE.template(language, key) for key in CATALOGUE.keys("en") if key.startswith("web.refused.")
    ]
    assert own
    assert [each for each in own if re.search(r"/|\{usage\}|dawnline ", each)] == []
