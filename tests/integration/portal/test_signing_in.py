"""Coming in by a link and going out again."""

import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from adapters.web.reader import Readers
from bot.access.session import LINK_LASTS, LINKS_OF_A_DOMAIN, SEEN_EVERY, SESSION_LASTS, digest_of
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.ports import Transaction
from bot.window import T, Unit
from bot.work import Work
from starlette.requests import Request

from tests.integration.portal.place import EVE, KIM, LEO, SAM, START, VERA, Place, asks, come_in, running

STRANGER = "who@nowhere.example"
LOOK_ALIKE = (
    "\N{LATIN SMALL LETTER LONG S}am@acme.example",
    "\N{FULLWIDTH LATIN SMALL LETTER S}am@acme.example",
    "gro\N{LATIN SMALL LETTER SHARP S}@acme.example",
    "mi\N{KELVIN SIGN}e@acme.example",
)


@pytest.mark.parametrize(("address", "start"), [(SAM, "/tickets"), (EVE, "/desk"), (VERA, "/desk")])
async def test_a_link_signs_in_once(place: Place, address: str, start: str) -> None:
    browser = place.browser()
    path = await asks(place, browser, address.upper())
    for _ in range(3):  # mail servers look at links before people do
        page = await place.browser().get(path)
        assert (page.status_code, address in page.text) == (200, True)
    answer = await browser.post(path, on=path)
    assert (answer.status_code, answer.headers["location"]) == (303, start)
    assert (await browser.get(start)).status_code == 200
    again = place.browser()
    assert (await again.post(path, on=path)).status_code == 410
    assert again.cookies == {}


@pytest.mark.parametrize(("after", "good"), [(timedelta(minutes=14, seconds=59), True), (LINK_LASTS, False)])
async def test_a_link_is_good_for_a_quarter_of_an_hour(place: Place, after: timedelta, good: bool) -> None:
    browser = place.browser()
    path = await asks(place, browser, SAM)
    page = await browser.get(path)
    place.clock.advance(after)
    assert (await browser.post(path)).status_code == (303 if good else 410)
    assert page.status_code == 200


async def test_everybody_reads_the_same_and_gives_the_same_work(place: Place) -> None:
    """By neither the page nor what it costs anybody learns who our customers are."""
    told: list[str] = []
    wrote: list[int] = []
    for address in (SAM, EVE, STRANGER, "other@acme.example"):
        browser = place.browser()
        await browser.get("/sign-in")
        page = (await browser.post("/sign-in", {"address": address})).text
        told.append(page.replace(address, "ADDRESS").replace(browser.key, ""))
        wrote.append(await place.store.read(asked_of(address)))
    await place.engine.settle()
    assert len(set(told)) == 1
    assert wrote == [1, 1, 1, 1]
    assert {each.place.conversation for each in place.channels["email"].shown} == {
        SAM,
        EVE,
        "other@acme.example",
    }


def asked_of(address: str) -> Callable[[Transaction], Awaitable[int]]:
    return lambda tx: tx.sign_ins.asked(address, START - timedelta(days=1))


@pytest.mark.parametrize("address", [SAM, STRANGER])
async def test_at_most_five_links_at_once(place: Place, address: str) -> None:
    pages = []
    for _ in range(7):
        browser = place.browser()
        pages.append((await browser.post("/sign-in", {"address": address}, on="/sign-in")).status_code)
    await place.rest()
    assert set(pages) == {200}
    assert "".join(place.sent()).count("/sign-in/") == (5 if address == SAM else 0)
    assert await place.store.read(asked_of(address)) == 5
    place.clock.advance(LINK_LASTS + timedelta(seconds=1))
    assert bool(await asks(place, place.browser(), address)) == (address == SAM)


async def ask_from_everywhere(place: Place, addresses: Sequence[str]) -> list[str]:
    """Each from a network of its own: the pages, without the address."""
    told = []
    for number, address in enumerate(addresses):
        browser = place.browser()
        browser.network = f"198.51.100.{number}"
        answer = await browser.post("/sign-in", {"address": address}, on="/sign-in")
        assert answer.status_code == 200
        told.append(answer.text.replace(address, "ADDRESS"))
    await place.rest()
    return told


async def test_a_domain_is_not_flooded(place: Place) -> None:
    """Anybody can make up addresses there; and reads the same as if there were no such customer."""
    made_up = [f"nobody{number}@acme.example" for number in range(LINKS_OF_A_DOMAIN + 5)]
    told = await ask_from_everywhere(place, [*made_up, "nobody@nowhere.example"])
    assert "".join(place.sent()).count("/sign-in/") == LINKS_OF_A_DOMAIN
    assert len(set(told)) == 1
    await ask_from_everywhere(place, [KIM])
    assert "".join(place.sent()).count("/sign-in/") == LINKS_OF_A_DOMAIN + 1
    place.clock.advance(LINK_LASTS)
    assert await asks(place, place.browser(), SAM)


async def test_whose_very_address_is_known_comes_in_all_the_same(place: Place) -> None:
    async def name_sam(work: Work) -> None:
        identities = (Identity("email-domain", "acme.example"), Identity("email", SAM))
        work.tx.customers.save(Customer("acme", "Acme Live", identities=identities))

    await place.desk.act(name_sam)
    made_up = [f"nobody{number}@acme.example" for number in range(LINKS_OF_A_DOMAIN)]
    await ask_from_everywhere(place, made_up)
    assert await asks(place, place.browser(), "ann@acme.example") == ""
    assert await asks(place, place.browser(), SAM)
    assert await asks(place, place.browser(), EVE)


async def test_one_network_does_not_ask_for_ever(place: Place) -> None:
    browser = place.browser()
    await browser.get("/sign-in")
    asked = [f"x{number}@nobody{number}.example" for number in range(21)]
    told = [await browser.post("/sign-in", {"address": each}) for each in asked]
    assert [each.status_code for each in told] == [*[200] * 20, 429]
    assert told[-1].headers["retry-after"] == "3"
    assert "Please wait a minute" in told[-1].text
    assert await place.store.read(asked_of(asked[-1])) == 0
    neighbour = place.browser()
    neighbour.network = "192.0.2.2"
    assert await asks(place, neighbour, SAM)
    place.clock.advance(timedelta(seconds=3))
    assert (await browser.post("/sign-in", {"address": SAM})).status_code == 200


async def test_links_that_are_over_are_forgotten(place: Place) -> None:
    """Strangers' too: nobody fills the store by asking."""
    await asks(place, place.browser(), STRANGER)
    place.clock.advance(LINK_LASTS + timedelta(seconds=1))
    await asks(place, place.browser(), SAM)
    assert await place.store.read(asked_of(STRANGER)) == 0


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sam",
        "sam@",
        "@acme.example",
        "a b@acme.example",
        "sam@acme.example,kim@globex.example",
        "x" * 400,
        "sam@acme.example\nbcc: all@acme.example",
        "<sam@acme.example>",
        "sam@acme.example\0",
        "sam@-acme.example-",
        *LOOK_ALIKE,
    ],
)
async def test_what_is_no_address_is_written_to_by_nobody(place: Place, address: str) -> None:
    browser = place.browser()
    answer = await browser.post("/sign-in", {"address": address}, on="/sign-in")
    assert answer.status_code == 422
    await place.engine.settle()
    assert place.sent() == []


async def test_no_link_without_mail(tmp_path: Path) -> None:
    async with running(tmp_path, mails=False) as place:
        browser = place.browser()
        assert (await browser.post("/sign-in", {"address": SAM}, on="/sign-in")).status_code == 422


async def test_nobody_is_let_in_without_proof_but_at_a_trial(place: Place) -> None:
    browser = place.browser()
    assert (await browser.post("/sign-in/try", {"who": "engineer"}, on="/sign-in")).status_code == 403
    assert browser.cookies == {}


async def test_whoever_signs_out_is_out(place: Place) -> None:
    first, second = place.browser(), place.browser()
    for each in (first, second):
        await come_in(place, each, SAM)
    kept = dict(first.cookies)
    assert (await first.post("/sign-out", on="/tickets")).status_code == 303
    first.cookies = kept  # a copy that somebody made does not help either
    assert (await first.get("/tickets")).status_code == 303
    assert (await second.get("/tickets")).status_code == 200


class Late:
    """A window at which somebody signs out while a page of theirs is on its way to note that it was seen."""

    def __init__(self, desk: Desk, secret: str) -> None:
        self._desk = desk
        self._secret = secret
        self.house = desk.house

    async def look(self, unit: Unit[T]) -> T:
        return await self._desk.look(unit)

    async def act(self, unit: Unit[T]) -> T:
        await self._desk.act(self._leave)
        return await self._desk.act(unit)

    async def _leave(self, work: Work) -> None:
        work.tx.sessions.end(digest_of(self._secret))


async def test_a_page_on_its_way_undoes_no_signing_out(place: Place) -> None:
    browser = await place.signed_in(SAM)
    place.clock.advance(SEEN_EVERY)
    [(name, secret)] = browser.cookies.items()
    readers = Readers(place.web.site.settings, Late(place.desk, secret), place.clock)
    cookie = (b"cookie", f"{name}={secret}".encode())
    page = Request({"type": "http", "path": "/tickets", "query_string": b"", "headers": [cookie]})
    assert (await readers.of(page)).visitor is not None
    assert (await browser.get("/tickets")).status_code == 303


async def test_signing_out_everywhere(place: Place) -> None:
    browsers = [place.browser(), place.browser()]
    for each in browsers:
        await come_in(place, each, SAM)
    other = await place.signed_in("ann@acme.example")
    page = (await browsers[0].get("/tickets")).text
    assert 'name="everywhere" value="yes">Sign out on every device' in page
    await browsers[0].post("/sign-out", {"everywhere": "yes"}, on="/tickets")
    assert [(await each.get("/tickets")).status_code for each in (*browsers, other)] == [303, 303, 200]


async def test_a_session_ends_by_itself(place: Place) -> None:
    browser = await place.signed_in(SAM)
    place.clock.advance(SESSION_LASTS - timedelta(seconds=1))
    assert (await browser.get("/tickets")).status_code == 200
    place.clock.advance(SEEN_EVERY)  # that look made it last anew
    assert (await browser.get("/tickets")).status_code == 200
    place.clock.advance(SESSION_LASTS)
    assert (await browser.get("/tickets")).status_code == 303


async def test_whoever_comes_back_in_time_stays_signed_in_for_a_year(place: Place) -> None:
    browser = place.browser()
    [said] = (await come_in(place, browser, SAM)).headers.get_list("set-cookie")
    kept = timedelta(seconds=int(said.lower().partition("max-age=")[2].partition(";")[0]))
    came, between = place.clock.now(), SESSION_LASTS - timedelta(days=1)
    while place.clock.now() + between < came + timedelta(days=365):
        place.clock.advance(between)
        assert place.clock.now() < came + kept
        assert (await browser.get("/tickets")).status_code == 200


async def test_whom_the_desk_no_longer_knows_is_out(place: Place) -> None:
    sam, eve, vera = [await place.signed_in(each) for each in (SAM, EVE, VERA)]
    policy = place.policy.model_copy(
        update={
            "engineers": place.policy.engineers[1:],
            "web": place.policy.web.model_copy(update={"auditors": ()}),
        }
    )
    object.__setattr__(place.desk.house, "policy", policy)
    await place.desk.act(forget_acme)
    told = [(await sam.get("/tickets")).status_code]
    told += [(await each.get("/desk")).status_code for each in (eve, vera)]
    assert told == [303, 303, 303]
    assert (await (await place.signed_in(LEO)).get("/desk")).status_code == 200


async def forget_acme(work: Work) -> None:
    work.tx.customers.save(Customer("acme", "Acme Live"))


async def test_each_side_has_somebody_of_its_own(place: Place) -> None:
    """At once, in one browser: the portal's reader and the console's."""
    browser = place.browser()
    for each in (SAM, EVE):
        await come_in(place, browser, each)
    assert (await browser.get("/tickets")).status_code == 200
    assert (await browser.get("/desk")).status_code == 200
    await browser.post("/desk/sign-out", on="/desk")
    assert (await browser.get("/tickets")).status_code == 200
    assert (await browser.get("/desk")).status_code == 303


async def test_a_page_may_be_older_than_the_session(place: Place) -> None:
    """Two windows of one browser: somebody signs in by the one, and the other's form does what it says."""
    browser = place.browser()
    link = await asks(place, browser, SAM)
    strangers = (await browser.get(link)).text
    await come_in(place, browser, SAM)
    browser.page = strangers
    asked = await browser.post("/sign-in", {"address": EVE, "csrf": anybodys(strangers)})
    assert asked.status_code == 200
    used = await browser.post(link, {"csrf": anybodys(strangers)})
    assert used.status_code == 303
    said = {"address": EVE, "csrf": anybodys(strangers)}
    for site, origin in (("cross-site", place.base), ("same-site", place.base), ("", "")):
        headers = {"sec-fetch-site": site, "origin": origin}
        assert (await browser.post("/sign-in", said, headers=headers)).status_code == 403


async def test_a_guest_reads_in_the_language_they_choose(place: Place) -> None:
    ticket = await place.files()
    guest, link = place.browser(), place.link(ticket)
    page = (await guest.get(link)).text
    answer = await guest.post("/preferences", {"lang": "zh", "back": link, "csrf": anybodys(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, link)
    assert 'lang="zh-Hans"' in (await guest.get(link)).text.partition("<head>")[0]


def anybodys(page: str) -> str:
    """The token of a form that means the same whoever is signed in."""
    [found] = re.findall(r'/preferences"><input type="hidden" name="csrf" value="([^"]+)"', page)
    return str(found)
