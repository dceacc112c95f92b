"""Who may ask for what: every route, asked by everybody."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.routing import Route

from tests.integration.portal.place import EVE, KIM, LEO, SAM, VERA, Browser, Place, running

ROLES = ("stranger", "other", "own", "auditor", "engineer", "lead")
ADDRESSES = {"other": KIM, "own": SAM, "auditor": VERA, "engineer": EVE, "lead": LEO}
LINK, WRONG = "LINK", "WRONG"


@dataclass(frozen=True)
class Row:
    """What each of ROLES is answered. `path`: asked in place of the route's own."""

    answers: str
    path: str
    fields: dict[str, str] = field(default_factory=dict)


def all_alike(status: int) -> str:
    return " ".join([str(status)] * len(ROLES))


CUSTOMERS = "303 200 200 403 403 403"
CONSOLE = "303 403 403 200 200 200"
COMMAND = "401 403 403 403 303 303"
LEADS = "303 403 403 403 403 200"
LEAD_S_COMMAND = "401 403 403 403 403 200"
LEAD_S_CHANGE = "401 403 403 403 403 404"
ROWS = {
    "GET /static/{digest}/{name}": Row(all_alike(200), "/static/x/desk.css"),
    "GET /sign-in": Row(all_alike(200), "/sign-in"),
    "POST /sign-in": Row(all_alike(200), "/sign-in", {"address": SAM}),
    "POST /sign-in/openid": Row(all_alike(403), "/sign-in/openid"),
    "GET /sign-in/openid": Row(all_alike(403), "/sign-in/openid"),
    "POST /sign-in/try": Row(all_alike(403), "/sign-in/try", {"who": "engineer"}),
    "GET /sign-in/{secret}": Row(all_alike(410), "/sign-in/abc"),
    "POST /sign-in/{secret}": Row(all_alike(410), "/sign-in/abc"),
    "POST /sign-out": Row(all_alike(303), "/sign-out"),
    "POST /desk/sign-out": Row(all_alike(303), "/desk/sign-out"),
    "POST /preferences": Row(all_alike(303), "/preferences", {"lang": "zh"}),
    "POST /desk/preferences": Row(all_alike(303), "/desk/preferences", {"lang": "zh"}),
    "GET /": Row(all_alike(303), "/"),
    "GET /tickets": Row(CUSTOMERS, "/tickets"),
    "GET /tickets/new": Row(CUSTOMERS, "/tickets/new"),
    "POST /tickets/new": Row("401 303 303 403 403 403", "/tickets/new", {"title": "It is broken"}),
    "GET /tickets/similar": Row(CUSTOMERS, "/tickets/similar?title=Video+is+black"),
    "GET /live": Row("401 200 200 403 403 403", "/live"),
    "GET /tickets/{ticket}": Row("303 404 200 303 303 303", "/tickets/T-1"),
    "POST /tickets/{ticket}/reply": Row("401 404 303 403 403 403", "/tickets/T-1/reply", {"text": "More"}),
    "POST /tickets/{ticket}/opinion": Row(
        "401 404 303 403 403 403", "/tickets/T-1/opinion", {"opinion": "solved"}
    ),
    "GET /tickets/{ticket}/files/{file}/{name}": Row("303 404 200 200 200 200", "/tickets/T-1/files/FILE/a"),
    "GET /tickets/{ticket}/live": Row("401 404 200 200 200 200", "/tickets/T-1/live"),
    "GET /t/{link}": Row(all_alike(200), f"/t/{LINK}"),
    "POST /t/{link}/reply": Row(all_alike(303), f"/t/{LINK}/reply", {"text": "More"}),
    "POST /t/{link}/opinion": Row(all_alike(303), f"/t/{LINK}/opinion", {"opinion": "not-solved"}),
    "GET /t/{link}/files/{file}/{name}": Row(all_alike(200), f"/t/{LINK}/files/FILE/a"),
    "GET /t/{link}/live": Row(all_alike(200), f"/t/{LINK}/live"),
    "GET /desk": Row(CONSOLE, "/desk"),
    "GET /desk/live": Row("401 403 403 200 200 200", "/desk/live"),
    "GET /desk/find": Row("303 403 403 303 303 303", "/desk/find?q=video"),
    "GET /desk/tickets/{ticket}": Row(CONSOLE, "/desk/tickets/T-1"),
    "GET /desk/tickets/{ticket}/files/{file}/{name}": Row(CONSOLE, "/desk/tickets/T-1/files/FILE/a"),
    "POST /desk/tickets/{ticket}/{verb}": Row(COMMAND, "/desk/tickets/T-1/note", {"words": "Looked"}),
    "GET /desk/on-call": Row(CONSOLE, "/desk/on-call"),
    "POST /desk/on-call": Row(COMMAND, "/desk/on-call", {"person": "leo", "until": "18:00"}),
    "GET /desk/inbox": Row(CONSOLE, "/desk/inbox"),
    "POST /desk/inbox/{entry}/{decision}": Row("401 403 403 403 409 409", "/desk/inbox/abc/reject"),
    "GET /desk/channels": Row(CONSOLE, "/desk/channels"),
    "GET /desk/tokens": Row(LEADS, "/desk/tokens"),
    "POST /desk/tokens": Row(LEAD_S_COMMAND, "/desk/tokens", {"name": "ci", "scope:tickets:read": "yes"}),
    "POST /desk/tokens/{token}/revoke": Row(LEAD_S_CHANGE, "/desk/tokens/tok_nobodys/revoke"),
    "GET /desk/webhooks": Row(LEADS, "/desk/webhooks"),
    "POST /desk/webhooks": Row(LEAD_S_COMMAND, "/desk/webhooks", {"url": "https://hooks.example/desk"}),
    "POST /desk/webhooks/{webhook}/{change}": Row(LEAD_S_CHANGE, "/desk/webhooks/wh_nobodys/remove"),
    "GET /metrics": Row(all_alike(401), "/metrics"),
}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """T-1 is Acme's, with a file; T-2 too; T-3 is Globex's. Pages that stay open end at once."""
    async with running(tmp_path) as place:
        browser = await place.signed_in(SAM)
        told = await browser.post(
            "/tickets/new",
            {"title": "Video is black"},
            on="/tickets/new",
            files=[("a.txt", b"log", "text/plain")],
        )
        assert told.headers["location"] == "/tickets/T-1"
        await place.files(title="A second one of ours")
        await place.files(KIM, title="Sound is gone")
        place.web.stop()
        yield place


def pages(place: Place) -> set[str]:
    """Every route of the pages; the API's are asked by programs, and tested there."""
    found = set()
    for route in place.web.routes():
        path = getattr(route, "path", "")
        if not path.startswith("/api"):
            assert isinstance(route, Route)
            found |= {f"{method} {path}" for method in (route.methods or set()) - {"HEAD"}}
    return found


async def test_every_route_has_a_row(place: Place) -> None:
    assert pages(place) == set(ROWS)


async def browser_of(place: Place, role: str) -> Browser:
    """Whoever it is shows what they hold on both sides: the portal's and the console's."""
    if role not in ADDRESSES:
        return place.browser()
    browser = await place.signed_in(ADDRESSES[role])
    [secret] = browser.cookies.values()
    browser.cookies = {f"__Host-dawnline-{side}": secret for side in ("portal", "console")}
    return browser


async def concrete(place: Place, path: str) -> str:
    [file] = [each["id"] for event in await place.log() for each in event.data.get("attached", ())]
    link = place.link(await place.ticket()).removeprefix("/t/")
    return path.replace("FILE", file).replace(LINK, link)


async def asked(place: Place, browser: Browser, name: str, path: str) -> int:
    """The status; a form is one of a page that whoever asks can see."""
    method, _, _ = name.partition(" ")
    if method == "GET":
        return (await browser.get(path)).status_code
    page = path.rpartition("/")[0] if path.startswith("/t/") else "/sign-in"
    answer = await browser.post(path, ROWS[name].fields, on=page)
    return answer.status_code


@pytest.mark.parametrize("role", ROLES)
async def test_what_each_is_answered(place: Place, role: str) -> None:
    told, expected = {}, {}
    for name, row in ROWS.items():
        browser = await browser_of(place, role)
        told[name] = await asked(place, browser, name, await concrete(place, row.path))
        expected[name] = int(row.answers.split()[ROLES.index(role)])
    assert told == expected


async def test_an_auditor_and_other_companies_change_nothing(place: Place) -> None:
    before = [await place.log(number) for number in (1, 2, 3)]
    for role in ("stranger", "other", "auditor"):
        for name, row in ROWS.items():
            if name.startswith("POST") and not row.path.startswith(("/t/", "/tickets/new")):
                await asked(place, await browser_of(place, role), name, await concrete(place, row.path))
    assert [await place.log(number) for number in (1, 2, 3)] == before


@pytest.mark.parametrize("way", ["", "/live", "/files/FILE/a"])
async def test_a_link_opens_its_own_ticket_and_no_other(place: Place, way: str) -> None:
    link = place.link(await place.ticket(1)).removeprefix("/t/")
    _, _, signature = link.partition("-")
    others = [
        f"2-{signature}",
        f"3-{signature}",
        f"9-{signature}",
        f"1-{signature[:-1]}",
        "1-",
        "1",
        "-",
        "x-y",
    ]
    others += [f"1-{signature}A", f"0{link}", f"+{link}", f"１-{signature}", f"{10**20}-{signature}"]
    for each in others:
        answer = await place.browser().get(await concrete(place, f"/t/{each}{way}"))
        assert (each, answer.status_code) == (each, 404 if each != f"0{link}" else answer.status_code)
    assert (await place.browser().get(await concrete(place, f"/t/{link}{way}"))).status_code == 200


@pytest.mark.parametrize("role", ["other", "own"])
async def test_nobody_reads_another_company_s_words(place: Place, role: str) -> None:
    theirs, ours = (
        ("Sound is gone", "Video is black") if role == "own" else ("Video is black", "Sound is gone")
    )
    browser = await browser_of(place, role)
    for path in ("/tickets", "/tickets?before=99", "/tickets/similar?title=Video+is+black+Sound+is+gone"):
        text = (await browser.get(path)).text
        assert theirs not in text
        assert ours in text


async def test_a_ticket_that_is_not_theirs_is_as_one_that_is_not_there(place: Place) -> None:
    browser = await browser_of(place, "other")
    told = [(await browser.get(f"/tickets/T-{number}")).text for number in (1, 999)]
    assert told[0].replace("T-1", "T-999") == told[1]


async def test_files_are_their_ticket_s_alone(place: Place) -> None:
    """Who knows a file's name asks for it on a ticket of their own."""
    browser = await browser_of(place, "other")
    assert (await browser.get(await concrete(place, "/tickets/T-3/files/FILE/a"))).status_code == 404
    own = await browser_of(place, "own")
    assert (await own.get(await concrete(place, "/tickets/T-2/files/FILE/a"))).status_code == 404
    link = place.link(await place.ticket(2))
    assert (await own.get(await concrete(place, f"{link}/files/FILE/a"))).status_code == 404
