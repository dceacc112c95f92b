"""Nobody else speaks in a reader's name, looks into their pages, or leads them away."""

import re
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from adapters.web.guard import local_path
from hypothesis import example, given
from hypothesis import strategies as st

from tests.integration.portal.place import BASE, EVE, KIM, SAM, Browser, Place, come_in, running
from tests.integration.portal.test_whose import LINK, ROWS, concrete, pages

EVIL = "https://evil.example"
FORGED: dict[str, dict[str, str]] = {
    "from another page": {"origin": EVIL, "sec-fetch-site": "cross-site"},
    "from another page, said by the origin alone": {"origin": EVIL, "sec-fetch-site": ""},
    "from another page, said by the browser alone": {"origin": "", "sec-fetch-site": "cross-site"},
    "from a neighbour, said by the browser alone": {"origin": "", "sec-fetch-site": "same-site"},
    "from a neighbour": {"origin": "https://other.desk.example", "sec-fetch-site": "same-site"},
    "from nowhere": {"origin": "null", "sec-fetch-site": ""},
    "without TLS": {"origin": "http://desk.example", "sec-fetch-site": ""},
    "at another port": {"origin": f"{BASE}:8443", "sec-fetch-site": ""},
    "looking like ours": {"origin": f"{BASE}.evil.example", "sec-fetch-site": ""},
}


def posts(place: Place) -> list[str]:
    found = sorted(name for name in pages(place) if name.startswith("POST"))
    assert found
    return found


async def whoever_may(place: Place, path: str) -> Browser:
    """Somebody who may send that form, with its page before them."""
    browser = await place.signed_in(EVE if path.startswith("/desk") else SAM)
    await browser.get("/desk/channels" if path.startswith("/desk") else "/sign-in")
    if path.startswith("/t/"):
        await browser.get(path.rpartition("/")[0])
    return browser


async def forms(place: Place) -> list[tuple[str, str, Browser]]:
    await place.files()
    link = place.link(await place.ticket()).removeprefix("/t/")
    paths = [ROWS[name].path.replace(LINK, link) for name in posts(place)]
    return [
        (name, path, await whoever_may(place, path)) for name, path in zip(posts(place), paths, strict=True)
    ]


async def everything(place: Place) -> object:
    return [await place.log(each.number) for each in await place.tickets()]


@pytest.mark.parametrize("how", FORGED)
async def test_a_form_of_another_page_does_nothing(place: Place, how: str) -> None:
    """Even where it knows the token."""
    told = {}
    before = (await forms(place), await everything(place))
    for name, path, browser in before[0]:
        told[name] = (await browser.post(path, ROWS[name].fields, headers=FORGED[how])).status_code
    assert told == dict.fromkeys(told, 403)
    assert await everything(place) == before[1]


@pytest.mark.parametrize("token", ["", "nonsense", "ё" * 43, "another"])
async def test_a_form_without_its_token_does_nothing(place: Place, token: str) -> None:
    other = await place.signed_in(KIM)
    await other.get("/tickets")
    told = {}
    before = (await forms(place), await everything(place))
    for name, path, browser in before[0]:
        fields = {**ROWS[name].fields, "csrf": other.csrf if token == "another" else token}
        told[name] = (await browser.post(path, fields)).status_code
    assert told == dict.fromkeys(told, 403)
    assert await everything(place) == before[1]


async def test_the_token_may_come_in_a_header(place: Place) -> None:
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    fields = {"title": "It is broken", "csrf": ""}
    assert (await browser.post("/tickets/new", fields, headers={"x-csrf-token": "no"})).status_code == 403
    headers = {"x-csrf-token": browser.csrf}
    assert (await browser.post("/tickets/new", fields, headers=headers)).status_code == 303


async def test_whoever_is_signed_in_may_have_a_browser_that_says_nothing(place: Place) -> None:
    silent = {"origin": "", "sec-fetch-site": ""}
    browser = await place.signed_in(SAM)
    await browser.get("/sign-in")
    assert (await browser.post("/preferences", {"lang": "zh"}, headers=silent)).status_code == 303


async def test_a_stranger_s_browser_must_say_where_a_form_is_from(place: Place) -> None:
    """Every stranger has the same token: another page could know it, and sign somebody in as another."""
    silent = {"origin": "", "sec-fetch-site": ""}
    browser = place.browser()
    assert (
        await browser.post("/sign-in", {"address": SAM}, on="/sign-in", headers=silent)
    ).status_code == 403
    assert (await browser.post("/sign-in", {"address": SAM}, on="/sign-in")).status_code == 200


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("127.0.0.1:8080", True),
        ("localhost:8080", True),
        ("[::1]:8080", True),
        ("evil.example:8080", False),
        ("127.0.0.1.evil.example:8080", False),
        ("evil.example", False),
        ("localhost.evil.example:8080", False),
    ],
)
async def test_a_name_that_was_made_lead_here_is_not_ours(tmp_path: Path, host: str, fine: bool) -> None:
    """DNS rebinding: the browser believes that it is the same site."""
    async with running(tmp_path, base="http://127.0.0.1:8080") as place:
        browser = await place.signed_in(SAM, host=host)
        headers = {"origin": f"http://{host}", "host": host}
        answer = await browser.post("/tickets/new", {"title": "x"}, on="/tickets/new", headers=headers)
        assert answer.status_code == (303 if fine else 403)


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
}


def held(answer: httpx.Response) -> None:
    missing = {
        name: answer.headers.get(name) for name, value in HEADERS.items() if answer.headers.get(name) != value
    }
    assert missing == {}, answer.request.url
    csp = answer.headers["content-security-policy"]
    assert "default-src 'none'" in csp
    assert "unsafe" not in csp
    assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer")


async def test_every_answer_is_guarded(place: Place) -> None:
    browser, console = await place.signed_in(SAM), await place.signed_in(EVE)
    files = [("a.html", b"<script>alert(1)</script>", "text/html")]
    await browser.post("/tickets/new", {"title": "x"}, on="/tickets/new", files=files)
    place.web.stop()
    for name, row in ROWS.items():
        path = await concrete(place, row.path)
        method = name.partition(" ")[0]
        for each in (browser, console, place.browser()):
            held(await (each.get(path) if method == "GET" else each.post(path, row.fields)))
    for path in ("/nothing", "/static/x/nothing.css", "/healthz", "/readyz", "/desk/", "/tickets/T-99"):
        held(await browser.get(path))
    held(await browser._ask("PUT", "/tickets", {}))


@pytest.mark.parametrize(
    "path", ["/tickets", "/tickets/T-1", "/desk", "/sign-in", "/desk/on-call", "/nothing"]
)
async def test_pages_are_kept_by_nobody_and_run_nothing_inline(place: Place, path: str) -> None:
    await place.files()
    browser = await place.signed_in(EVE if path.startswith("/desk") else SAM)
    answer = await browser.get(path)
    assert answer.headers["cache-control"] == "no-store"
    assert re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:|\sstyle=", answer.text) == []


async def test_a_file_is_saved_and_never_shown(place: Place) -> None:
    browser = await place.signed_in(SAM)
    files = [('evil"; x=.html', b"<script>alert(1)</script>", "text/html")]
    await browser.post("/tickets/new", {"title": "x"}, on="/tickets/new", files=files)
    answer = await browser.get(await concrete(place, "/tickets/T-1/files/FILE/x"))
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert "html" not in answer.headers["content-type"]


AWAY = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil",
    "javascript:alert(1)",
    "",
    "x",
    "/\t/evil.example",
    "/\n/evil.example",
    "///evil",
    "http:/evil",
    "/\\/evil",
    " //evil",
    "\u2028//evil",
]


@pytest.mark.parametrize("to", AWAY)
async def test_nobody_is_led_away(place: Place, to: str) -> None:
    browser = await place.signed_in(EVE)
    await browser.get("/desk")
    for path, fields in (
        ("/desk/preferences", {"back": to}),
        ("/desk/tickets/T-1/ack", {"back": to}),
        ("/desk/on-call", {"person": "leo", "until": "2h", "week": to}),
    ):
        answer = await browser.post(path, fields)
        assert answer.status_code == 303
        assert re.fullmatch(r"/(?![/\\])[!-~]*", answer.headers["location"]), answer.headers["location"]
    page = (await place.browser().get(f"/sign-in?next={quote(to)}")).text
    assert 'value="//' not in page


@example(given="/\\evil.example")
@example(given="\\\\evil.example")
@given(given=st.text(alphabet=st.sampled_from("/\\:@.eh \t\n\r%中#?") | st.characters(), max_size=12))
def test_a_local_path_is_local(given: str) -> None:
    told = local_path(given)
    joined = httpx.URL("https://desk.example/x").join(told.replace("\\", "/")) if told.isascii() else None
    assert told.startswith("/")
    assert not told.startswith(("//", "/\\"))
    assert joined is None or joined.host == "desk.example"


async def test_a_page_asked_for_is_gone_to_after_signing_in(place: Place) -> None:
    await place.files()
    browser = place.browser()
    answer = await browser.get("/tickets/T-1")
    assert answer.headers["location"] == "/sign-in?next=/tickets/T-1"
    assert browser.cookies["back"].strip('"') == "/tickets/T-1"


async def test_what_a_browser_holds_is_new_and_hidden(place: Place) -> None:
    """Nobody comes in with a secret that somebody else chose (session fixation)."""
    browser = place.browser()
    browser.cookies["__Host-dawnline-portal"] = "chosen"
    answer = await come_in(place, browser, SAM)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if "__Host-dawnline" in each]
    name, _, rest = cookie.partition("=")
    assert name == "__Host-dawnline-portal"
    assert not rest.startswith("chosen")
    assert len(rest.partition(";")[0]) >= 43
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {each.strip() for each in rest.split(";")}
    assert "Domain" not in cookie


async def test_without_tls_the_cookie_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, base="http://127.0.0.1:8080") as place:
        browser = await place.signed_in(SAM)
        answer = await browser.post("/preferences", {"lang": "zh"}, on="/sign-in")
        [cookie] = answer.headers.get_list("set-cookie")
        assert "Secure" not in cookie
        assert "strict-transport-security" not in answer.headers


async def test_who_still_sends_hears_why_not_before_the_line_is_cut(place: Place) -> None:
    """A long form is answered before it has come; a short one leaves the connection to the next request."""
    browser = await place.signed_in(SAM)
    for text, left in (("short", False), ("long" * 30_000, True)):
        answer = await browser.post("/tickets/T-9/reply", {"text": text}, on="/tickets")
        assert (answer.status_code, answer.headers.get("connection") == "close") == (404, left)
