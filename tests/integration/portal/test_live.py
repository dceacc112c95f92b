"""Pages that change by themselves, over a real server; and what machines that watch the desk are told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from adapters.web.live import Change, Live
from adapters.web.server import WebServer
from bot.access.session import Scope
from bot.access.tokens import make_token
from bot.errors import StoreAway
from bot.work import Work

from tests.integration.portal.place import EVE, KIM, SAM, Browser, Place, running

PATIENCE = 10.0


class Shaky:
    """A window that can be closed for a while."""

    def __init__(self, place: Place) -> None:
        self._desk = place.desk
        self.is_away = False
        self.looks = 0

    @property
    def house(self) -> Any:
        return self._desk.house

    async def look(self, unit: Any) -> Any:
        self.looks += 1
        if self.is_away:
            raise StoreAway("away")
        return await self._desk.look(unit)

    async def act(self, unit: Any) -> Any:
        return await self._desk.act(unit)


@asynccontextmanager
async def served(place: Place) -> AsyncIterator[str]:
    server = WebServer(place.app, "127.0.0.1", 0)
    tasks = [asyncio.create_task(server.run()), asyncio.create_task(place.web.run())]
    yield f"http://127.0.0.1:{server.port}"
    place.web.stop()
    server.stop()
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)


@asynccontextmanager
async def stream(base: str, path: str, browser: Browser) -> AsyncIterator[AsyncIterator[str]]:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    async with (
        httpx.AsyncClient(timeout=PATIENCE, verify=False) as client,  # noqa: S501 - loopback, without TLS
        client.stream("GET", f"{base}{path}", headers={"cookie": cookie}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        yield lines


async def news(lines: AsyncIterator[str]) -> str:
    async for line in lines:
        if line.startswith("data: "):
            return line.removeprefix("data: ")
    raise AssertionError("the stream ended")


@pytest.fixture
async def near(tmp_path: Path) -> AsyncIterator[Place]:
    async with running(tmp_path, base="http://127.0.0.1:8080") as place:
        yield place


async def test_who_looks_sees_what_is_theirs(near: Place) -> None:
    await near.files()
    sam, kim, eve = [await near.signed_in(each) for each in (SAM, KIM, EVE)]
    async with (
        served(near) as base,
        stream(base, "/live", sam) as ours,
        stream(base, "/live", kim) as theirs,
        stream(base, "/desk/live", eve) as all_of_it,
        stream(base, "/desk/live?ticket=1", eve) as one,
        stream(base, f"{near.link(await near.ticket())}/live", near.browser()) as guest,
    ):
        first = await near.files(KIM, title="Sound is gone")
        assert await news(theirs) == first.id
        assert first.id in await news(all_of_it)
        await eve.post("/desk/tickets/T-1/note", {"words": "hm"}, on="/desk/channels")
        for each in (ours, one, guest):
            assert await news(each) == "T-1"


async def test_what_happened_before_the_page_listened_is_not_missed(near: Place) -> None:
    """Between reading a page and listening for its changes."""
    await near.files()
    sam = await near.signed_in(SAM)
    page = (await sam.get("/tickets/T-1")).text
    path = page.partition('data-live="')[2].partition('"')[0].replace("&amp;", "&")
    await near.files(title="Another")
    eve = await near.signed_in(EVE)
    await eve.post("/desk/tickets/T-1/note", {"words": "hm"}, on="/desk/channels")
    async with served(near) as base, stream(base, path, sam) as lines:
        assert await asyncio.wait_for(news(lines), PATIENCE) == "T-1"


async def test_streams_end_with_the_desk(near: Place) -> None:
    sam = await near.signed_in(SAM)
    async with served(near) as base, stream(base, "/live", sam) as lines:
        near.web.stop()
        rest = [line async for line in lines]
    assert [line for line in rest if line.startswith("data")] == []


async def test_whoever_signs_out_hears_no_more(near: Place) -> None:
    """On whichever device: the others of the same person go on where only this one was signed out."""
    await near.files()
    near.web.site.live.beat_every = 0.05
    sam, eve, phone = await near.signed_in(SAM), await near.signed_in(EVE), await near.signed_in(EVE)
    async with (
        served(near) as base,
        stream(base, "/live", sam) as left,
        stream(base, "/tickets/T-1/live", sam) as left_too,
        stream(base, "/desk/live", eve) as gone,
        stream(base, "/desk/live", phone) as stays,
    ):
        await sam.post("/sign-out", {"everywhere": "yes"}, on="/tickets")
        await eve.post("/desk/sign-out", on="/desk")
        async with asyncio.timeout(PATIENCE):
            for each in (left, left_too, gone):
                assert [line async for line in each if line.startswith("data")] == []
        await near.files(KIM)
        assert await news(stays) == "T-2"


async def test_an_outage_of_the_store_sends_nobody_away(near: Place) -> None:
    async def welcome() -> None:
        raise StoreAway("away")

    live = Live(Shaky(near), beat_every=0.01)
    beats = live.stream(lambda change: True, welcome)
    assert [await anext(beats) for _ in range(3)][1:] == [b": still here\n\n"] * 2


async def until(happened: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=0.01)


async def test_an_outage_of_the_store_loses_nothing_and_repeats_nothing(near: Place) -> None:
    await near.files()
    window = Shaky(near)
    live = Live(window)
    window.is_away = True
    running_task = asyncio.create_task(live.run())
    with live.watching(lambda change: True) as watcher:
        await until(lambda: window.looks > 2)
        window.is_away = False
        await until(lambda: live._marked.is_set())
        assert watcher.news == set()  # of what happened before anybody looked, nothing is told
        window.is_away = True
        await near.files(title="Another")
        looks = window.looks
        await until(lambda: window.looks > looks + 1)
        assert watcher.news == set()
        window.is_away = False
        await asyncio.wait_for(watcher.woken.wait(), PATIENCE)
        assert watcher.news == {2}
    live.stop()
    await asyncio.wait_for(running_task, PATIENCE)


async def test_nobody_looks_while_nobody_watches(near: Place) -> None:
    window = Shaky(near)
    live = Live(window)
    task = asyncio.create_task(live.run())
    with live.watching(lambda change: True):
        await until(lambda: window.looks > 1)
    await until(lambda: not live._marked.is_set())
    looks = window.looks
    await near.files()
    assert (live.watchers, window.looks) == (0, looks)
    live.stop()
    await asyncio.wait_for(task, PATIENCE)


async def turn_of_the_loop() -> None:
    loop = asyncio.get_running_loop()
    turned: asyncio.Future[None] = loop.create_future()
    loop.call_soon(turned.set_result, None)
    await turned


async def test_whoever_is_gone_leaves_nothing_behind(place: Place) -> None:
    """Also before the store was looked at for the first time."""
    live, before = Live(place.desk), asyncio.all_tasks()

    async def welcome() -> None:
        """Everybody is."""

    async def looks() -> None:
        async for _ in live.stream(lambda change: True, welcome, after=1):
            pass

    looking = asyncio.create_task(looks())
    while len(asyncio.all_tasks() - before) < 3:  # itself, and the two that it waits for
        await turn_of_the_loop()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    await turn_of_the_loop()
    assert asyncio.all_tasks() == before


def test_a_watcher_is_told_only_of_what_it_cares_for() -> None:
    live = Live(None)  # type: ignore[arg-type]
    with live.watching(lambda change: change.customer == "acme") as watcher:
        watcher.tell(Change(1, "globex"))
        assert (watcher.news, watcher.woken.is_set()) == (set(), False)
        watcher.tell(Change(2, "acme"))
        assert watcher.news == {2}


async def token(place: Place, *scopes: Scope) -> str:
    async def made(work: Work) -> str:
        return (await make_token(work, "prometheus", scopes, "leo", timedelta(days=9)))[0]

    return await place.desk.act(made)


async def test_figures_of_a_public_desk_need_a_token(place: Place) -> None:
    await place.files()
    browser = place.browser()
    right, wrong = await token(place, Scope.METRICS), await token(place, Scope.READ)
    for said, status in (
        ("", 401),
        (f"Bearer {wrong}", 401),
        ("Bearer dl_x", 401),
        (f"Basic {right}", 401),
        (right, 401),
    ):
        assert (await browser.get("/metrics", authorization=said)).status_code == status
    answer = await browser.get("/metrics", authorization=f"bearer {right}")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'dawnline_open_tickets{priority="P1"} 1.0' in answer.text
    for line in (
        "dawnline_overdue_tickets 0.0",
        "dawnline_quarantined 0.0",
        'dawnline_ready{part="store"} 1.0',
    ):
        assert line in answer.text


async def test_figures_of_this_machine_alone_are_open(near: Place) -> None:
    assert (await near.browser().get("/metrics")).status_code == 200


async def test_ready_and_alive(place: Place) -> None:
    browser = place.browser()
    answer = await browser.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    await place.files()
    sam = await place.signed_in(SAM)
    await sam.post("/tickets/new", {"title": "x"}, on="/tickets/new")  # due now, and the engine does not run
    place.clock.advance(timedelta(seconds=29))
    assert (await browser.get("/readyz")).status_code == 200
    place.clock.advance(timedelta(seconds=1))
    behind = await browser.get("/readyz")
    assert (behind.status_code, behind.json()["parts"]["engine"]) == (503, False)
    assert (await browser.get("/healthz")).status_code == 200


async def test_the_store_is_away(place: Place) -> None:
    await place.files()
    sam, eve = await place.signed_in(SAM), await place.signed_in(EVE)
    await sam.get("/tickets/new")
    await eve.get("/desk")
    await place.store.close()
    ready = await sam.get("/readyz")
    assert (ready.status_code, ready.json()["parts"]["store"]) == (503, False)
    assert (await sam.get("/healthz")).status_code == 200
    kept = sam.page
    for browser, method, path in (
        (sam, "GET", "/tickets"),
        (sam, "GET", "/tickets/T-1"),
        (eve, "GET", "/desk"),
        (sam, "GET", "/nothing"),
        (sam, "POST", "/tickets/new"),
        (eve, "POST", "/desk/tickets/T-1/ack"),
        (place.browser(), "GET", "/nothing"),
        (sam, "PUT", "/tickets"),
        (sam, "GET", "/desk/on-call"),
    ):
        answer = await browser._ask(method, path, {"origin": place.base})
        assert answer.status_code in (503, 404, 405, 303), path
        assert "Internal Server Error" not in answer.text
        if answer.status_code == 503:
            assert answer.headers["retry-after"] == "5"
    assert kept
