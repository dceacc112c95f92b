"""Whatever is sent: an answer in the reader's language, and never a crash."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.portal.place import EVE, HOSTILE, SAM, Place

HUGE = "9" * 4000
QUERIES = [
    "",
    "0",
    "-1",
    "1.5",
    "١٢",
    "²",
    HUGE,
    "9" * 15,
    "9" * 16,
    "9" * 20,
    "\0",
    "a\0b",
    "\ud800",
    "%",
    "!",
    "_",
    "\\",
    "'",
    '"',
    "2026-13-45",
    "9999-12-31",
    "0001-01-01",
    "2026-W01-1",
    "x" * 5000,
    "中文",
    "\u202e",
    "253402300799999999-1",
    "1-9999999999999999",
    "1-99999999999999999999",
    "99999999999999999999-1",
    "1-1-1",
    "-",
    "1-",
    "-1",
]
READ = {
    SAM: [
        "/tickets?before=",
        "/tickets/similar?title=",
        "/tickets/similar?title=a+b&text=",
        "/tickets?lang=",
        "/tickets/",
        "/t/",
        "/tickets/T-1/files/x/",
        "/sign-in?next=",
        "/sign-in/",
    ],
    EVE: [
        "/desk?q=",
        "/desk?customer=",
        "/desk?assignee=",
        "/desk?priority=",
        "/desk?after=",
        "/desk?untaken=",
        "/desk?mine=",
        "/desk/find?q=",
        "/desk/tickets/",
        "/desk/tickets/T-",
        "/desk/on-call?week=",
        "/desk/on-call?schedule=",
        "/desk/tickets/T-1/files/",
    ],
}


def sent(value: str) -> str:
    return quote(value.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize("who", READ)
async def test_odd_addresses(place: Place, who: str) -> None:
    await place.files()
    browser = await place.signed_in(who)
    for start in READ[who]:
        for value in QUERIES:
            answer = await browser.get(start + sent(value))
            assert answer.status_code in (200, 303, 404, 410), (start, value[:40])
            assert "Internal Server Error" not in answer.text


@pytest.mark.parametrize("cookie", ["flash", "zone", "lang", "back", "sign-in", "__Host-dawnline-portal"])
async def test_odd_cookies(place: Place, cookie: str) -> None:
    told = ['["\\ud800", true]', "[" * 30_000, "null", "[1]", '["a"]', "{}", "[[1],[2]]", '"ab"']
    values = [
        *(base64.urlsafe_b64encode(each.encode()).decode() for each in told),
        "",
        "é",
        "%00",
        "中",
        "a" * 5000,
    ]
    for value in values:
        browser = await place.signed_in(SAM)
        browser.cookies[cookie] = value.encode().decode("latin-1")
        for path in ("/sign-in", "/tickets"):
            assert (await browser.get(path)).status_code in (200, 303), value[:40]


async def test_an_odd_path_is_come_back_to(place: Place) -> None:
    browser = place.browser()
    for path in ("/tickets/中文", "/tickets/a&b=c", "/tickets/100%", "/tickets/%0d%0ax", '/tickets/a"b;c'):
        answer = await browser.get(path if "%0d" in path else quote(path))
        assert answer.status_code == 303
        assert answer.headers["location"].isascii()
        assert (await browser.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize(
    "host", ["[", "a]b", "[::1", "evil/path?x", "", "é", "a b", "desk.example:99999", "@", "]["]
)
async def test_an_odd_host(place: Place, host: str) -> None:
    for path in ("/sign-in", "/tickets", "/desk/", "/nothing"):
        answer = await place.browser().get(path, host=host.encode().decode("latin-1"))
        assert answer.status_code in (200, 303, 404), (host, path)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_problems_are_told_in_the_reader_s_language(place: Place, language: str) -> None:
    browser = await place.signed_in(
        SAM, **{"accept-language": "zh-CN,zh;q=0.9" if language == "zh" else "en"}
    )
    title = place.desk.house.catalogue.template(language, "web.problem.title")
    await browser.get("/tickets")
    answers = [
        await browser.get("/tickets/T-77"),
        await browser.get("/nothing"),
        await browser.post("/tickets"),
        await browser.post("/tickets/new", {"csrf": "no"}),
        await browser.post("/tickets/T-77/reply", {"text": "x"}),
        await browser._ask("DELETE", "/tickets/new", {}),
        await browser._ask("POST", "/tickets/new", {"content-type": "text/plain", "origin": place.base}),
        await browser.get("/desk/inbox/x/y"),
    ]
    assert [each.status_code for each in answers] == [404, 404, 405, 403, 404, 405, 415, 405]
    for each in answers:
        assert title in each.text


@pytest.mark.slow  # whoever is cut off is listened to for a while
async def test_a_form_that_cannot_be_read(place: Place) -> None:
    browser = await place.signed_in(SAM)
    await browser.get("/tickets/new")
    headers = {
        "origin": place.base,
        "content-type": "application/x-www-form-urlencoded",
        "x-csrf-token": browser.csrf,
    }
    for body, status in (
        (b"title=%ff%fe", 400),
        (b"title=a&title=b", 400),
        (b"&".join(b"a%d=1" % n for n in range(50)), 413),
        (b"title=" + b"x" * 70_000, 413),
        (b"", 422),
        (b"text=only", 422),
        (b"title=%20%0d%0a", 422),
    ):
        answer = await browser._ask("POST", "/tickets/new", headers, content=body)
        assert answer.status_code == status, body[:30]
    assert await place.tickets() == []


FIELDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
COMMANDS = [
    "ack",
    "update",
    "priority",
    "assign",
    "note",
    "merge",
    "wait",
    "resolve",
    "reopen",
    "discard",
    "escalate",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    verb=st.sampled_from([*COMMANDS, "ticket", "link", "override", "help", "nonsense", "ACK"]),
    words=st.one_of(
        FIELDS, st.sampled_from(["T-1", "T-99", "P0", "me", "eta=2h T-99", HUGE, "²", "١", "eve for leo"])
    ),
    eta=st.one_of(
        FIELDS, st.sampled_from(["2h", "99999999h", "9999-12-31 23:59", "0001-01-01 00:00", "-1h", "24:60"])
    ),
    complexity=st.one_of(FIELDS, st.sampled_from(["low", "LOW"])),
)
async def test_odd_commands(place: Place, verb: str, words: str, eta: str, complexity: str) -> None:
    if not await place.tickets():
        await place.files()
    browser = await place.signed_in(EVE)
    fields = {"words": words, "eta": eta, "complexity": complexity, "need": words, "plan": eta}
    answer = await browser.post(f"/desk/tickets/T-1/{verb}", fields, on="/desk/channels")
    assert answer.status_code in ((303, 409) if verb in COMMANDS else (403,))
    assert (await browser.get("/desk/tickets/T-1")).status_code == 200
    waiting = await place.store.read(lambda tx: tx.ledger.quarantined())
    assert waiting == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(
            [
                "schedule",
                "role",
                "from",
                "until",
                "person",
                "instead",
                "week",
                "key",
                "zone",
                "from-at",
                "until-at",
                "cancel",
            ]
        ),
        st.one_of(
            FIELDS,
            st.sampled_from(["week", "lead", "eve", "leo", "18:00", "2h", "9999-12-31T23:59", "\r\nx: y"]),
        ),
    )
)
async def test_odd_stand_ins(place: Place, fields: dict[str, str]) -> None:
    browser = await place.signed_in(EVE)
    answer = await browser.post("/desk/on-call", fields, on="/desk/on-call")
    assert answer.status_code in (303, 409)
    assert answer.headers.get("location", "/desk/on-call?").startswith("/desk/on-call?")
    assert (await browser.get("/desk/on-call")).status_code == 200
    assert await place.store.read(lambda tx: tx.ledger.quarantined()) == ()


async def test_hostile_words_are_shown_as_they_are(place: Place) -> None:
    """Titles, texts, names, files, and what a page says next."""
    sam, eve = await place.signed_in(SAM), await place.signed_in(EVE)
    name = "<b onmouseover=alert(1)>.txt"
    files = [(name, b"x", "text/plain")]
    fields = {"title": HOSTILE, "text": HOSTILE, "app": HOSTILE}
    await sam.post("/tickets/new", fields, on="/tickets/new", files=files)
    ticket = await place.ticket()
    guest = place.browser()
    await guest.post(f"{place.link(ticket)}/reply", {"name": HOSTILE, "text": HOSTILE}, on=place.link(ticket))
    for verb in ("note", "update", "wait"):
        said = {"words": HOSTILE, "need": HOSTILE, "plan": HOSTILE}
        await eve.post(f"/desk/tickets/T-1/{verb}", said, on="/desk/tickets/T-1")
    await eve.post(
        "/desk/tickets/T-1/assign", {"words": HOSTILE}, on="/desk/tickets/T-1"
    )  # the next page says so
    for browser, path in (
        (eve, "/desk/tickets/T-1"),
        (eve, "/desk"),
        (eve, "/desk/inbox"),
        (eve, f"/desk?q={sent('<script>')}"),
        (sam, "/tickets"),
        (sam, "/tickets/T-1"),
        (sam, f"/tickets/similar?title={sent(HOSTILE)}"),
        (guest, place.link(ticket)),
        (guest, f"/tickets/{sent(HOSTILE)}"),
        (sam, f"/tickets/{sent(HOSTILE)}"),
        (guest, f"/sign-in?next=/{sent(HOSTILE)}"),
    ):
        text = (await browser.get(path)).text
        for raw in ("<script>alert", "<img src=x", "<b onmouseover", str(271 * 829)):
            assert raw not in text.replace("&amp;", ""), path
    form = await sam.post("/tickets/new", {"title": "", "text": HOSTILE, "app": HOSTILE}, on="/tickets/new")
    assert "<script>alert" not in form.text
