"""Idempotency keys: a request that comes again changes nothing again, and is answered as it was."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from bot.access.answering import HELD, answered, begin, left
from bot.errors import Refused, StoreAway
from bot.window import T, Unit

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, Plain, Program, running

HOOK = "https://hooks.example/desk"
FILED = {"title": "Video is black", "facts": {"room": "42"}}


def alike(one: httpx.Response, other: httpx.Response) -> bool:
    """But for what each says of itself."""
    kept = [(each.status_code, each.content, each.headers["content-type"]) for each in (one, other)]
    return kept[0] == kept[1] and one.headers.get("location") == other.headers.get("location")


async def tickets(program: Program) -> int:
    return len((await program.get("/tickets?limit=100")).json()["items"])


async def test_the_same_again(place: Place) -> None:
    acme = await place.program(customer="acme")
    first, again = [await acme.post("/tickets", FILED, "k1") for _ in range(2)]
    assert first.status_code == 201
    assert alike(first, again)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert await tickets(acme) == 1


async def test_a_key_as_the_draft_writes_it_is_the_same(place: Place) -> None:
    acme = await place.program(customer="acme")
    await acme.post("/tickets", FILED, "k1")
    assert (await acme.post("/tickets", FILED, '"k1"')).headers["idempotency-replayed"] == "true"


async def test_without_a_key_it_happens_again(place: Place) -> None:
    acme = await place.program(customer="acme")
    assert [(await acme.post("/tickets", FILED)).json()["id"] for _ in range(2)] == ["T-1", "T-2"]


async def test_a_key_belongs_to_its_token(place: Place) -> None:
    for number, whose in enumerate(("acme", "globex"), start=1):
        program = await place.program(customer=whose)
        assert (await program.post("/tickets", FILED, "k1")).json()["id"] == f"T-{number}"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/tickets", {**FILED, "title": "Audio is gone"}),
        ("/tickets?", FILED | {"text": "x"}),
        ("/tickets/T-1/messages", {"text": "hello"}),
    ],
)
async def test_another_request_with_the_key_is_a_mistake(place: Place, path: str, said: Any) -> None:
    acme = await place.program(customer="acme")
    await acme.post("/tickets", FILED, "k1")
    answer = await acme.post(path, said, "k1")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:dawnline:problem:key_of_another")
    assert await tickets(acme) == 1


async def test_a_refusal_is_an_answer_too(place: Place) -> None:
    """Also when it would not be refused any more."""
    eve = await place.program(engineer="eve")
    refused = await eve.post("/tickets/T-1/acknowledge", key="k1")
    assert refused.status_code == 404
    await (await place.program(customer="acme")).files()
    again = await eve.post("/tickets/T-1/acknowledge", key="k1")
    assert alike(refused, again)
    assert (await eve.post("/tickets/T-1/acknowledge", key="k2")).status_code == 200


async def test_what_is_not_valid_is_not_kept(place: Place) -> None:
    """It can be mended under the same key."""
    acme = await place.program(customer="acme")
    assert (await acme.post("/tickets", {"title": ""}, "k1")).status_code == 422
    assert (await acme.post("/tickets", FILED, "k1")).status_code == 201


async def test_a_key_is_forgotten_after_a_day(place: Place, clock: ManualClock) -> None:
    """Then it is a new one: what happens under it happens."""
    acme = await place.program(customer="acme")
    await acme.post("/tickets", FILED, "k1")
    clock._now += timedelta(hours=24) - timedelta(seconds=1)
    assert (await acme.post("/tickets", FILED, "k1")).headers["idempotency-replayed"] == "true"
    clock._now += timedelta(seconds=1)
    anew = await acme.post("/tickets", {**FILED, "title": "Another day, another ticket"}, "k1")
    assert (anew.status_code, anew.json()["id"]) == (201, "T-2")


async def test_answers_are_swept(place: Place, clock: ManualClock) -> None:
    acme = await place.program(customer="acme")
    await acme.post("/tickets", FILED, "k1")
    clock._now += timedelta(hours=25)
    await acme.post("/tickets", FILED, "k2")
    assert await place.desk.look(lambda work: work.tx.answers.get(acme.token.id, "k1")) is None
    assert await place.desk.look(lambda work: work.tx.answers.get(acme.token.id, "k2")) is not None


async def test_many_at_once_change_it_once(place: Place) -> None:
    acme = await place.program(customer="acme")
    answers = await asyncio.gather(*(acme.post("/tickets", FILED, "k1") for _ in range(8)))
    assert {each.status_code for each in answers} <= {201, 409}
    assert await tickets(acme) == 1
    busy = [each for each in answers if each.status_code == 409]
    assert {each.json()["type"] for each in busy} <= {"urn:dawnline:problem:key_at_work"}
    assert (await acme.post("/tickets", FILED, "k1")).status_code == 201


async def test_two_workers_know_the_same_keys(place: Place, tmp_path: Path, clock: ManualClock) -> None:
    acme = await place.program(customer="acme")
    first = await acme.post("/tickets", FILED, "k1")
    async with running(tmp_path, clock) as other:
        other.made |= place.made
        assert alike(first, await other.of(acme.secret).post("/tickets", FILED, "k1"))
        assert await tickets(acme) == 1


async def test_an_upload_once(place: Place) -> None:
    acme = await place.program(customer="acme")

    async def upload(content: bytes) -> httpx.Response:
        files = {"file": ("log.txt", content)}
        return await acme.ask("POST", "/attachments", headers={"idempotency-key": "k1"}, files=files)

    first, again, another = [await upload(each) for each in (b"log", b"log", b"another log")]
    assert (first.status_code, again.status_code, another.status_code) == (201, 201, 422)
    assert alike(first, again)


NOTED, WRITTEN = "Once._noted.", "Once.write."


class Interrupted(Plain):
    """Comes to the point at which an answer would be noted; goes on from there when it is let. `stops`: in
    which method that is, "" for none."""

    stops = ""

    def __init__(self, desk: Any) -> None:
        super().__init__(desk)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()
        self.fault: Exception | None = None

    async def act(self, unit: Unit[T]) -> T:
        if self.stops and self.stops in getattr(unit, "__qualname__", ""):
            self.reached.set()
            if self.fault is not None:
                raise self.fault
            await self.go_on.wait()
        return await super().act(unit)


class Seam:
    """Gives the place its window, and keeps it for the test."""

    def __init__(self) -> None:
        self.window: Interrupted | None = None

    def __call__(self, desk: Any) -> Interrupted:
        self.window = Interrupted(desk)
        return self.window

    @property
    def made(self) -> Interrupted:
        assert self.window is not None
        return self.window


CHANGES: list[tuple[str, str, Any]] = [
    ("acme", "/tickets", FILED),
    ("acme", "/tickets/T-1/messages", {"text": "more of it"}),
    ("acme", "/tickets/T-1/opinion", {"opinion": "solved"}),
    ("eve", "/tickets/T-1/acknowledge", None),
    ("eve", "/tickets/T-1/update", {"text": "we look", "eta": "2026-11-02T12:00:00Z"}),
    ("eve", "/tickets/T-1/note", {"text": "among ourselves"}),
    ("eve", "/tickets/T-1/resolve", {"text": "restarted"}),
    ("eve", "/tickets/T-1/reopen", None),
]


@pytest.mark.parametrize(("who", "path", "said"), CHANGES, ids=lambda each: str(each)[:30])
async def test_a_crash_between_the_change_and_its_answer(
    tmp_path: Path, clock: ManualClock, who: str, path: str, said: Any
) -> None:
    """The next try finds the change made (or refused) and says what it would have said; made it is once."""
    seam = Seam()
    async with running(tmp_path, clock, between=seam) as place:
        acme, eve = await place.program(customer="acme"), await place.program(engineer="eve")
        program = acme if who == "acme" else eve
        await acme.files("An older one")
        seam.made.stops = NOTED
        dying = asyncio.create_task(program.post(path, said, "k1"))
        await asyncio.wait_for(seam.made.reached.wait(), 5)
        happened = await place.desk.look(lambda work: work.tx.events.newest())
        dying.cancel()
        seam.made.stops = ""
        with pytest.raises(asyncio.CancelledError):
            await dying
        at_once = await program.post(path, said, "k1")
        assert at_once.json()["type"] == "urn:dawnline:problem:key_at_work"
        assert at_once.headers["retry-after"]
        clock._now += HELD
        again = await program.post(path, said, "k1")
        assert again.status_code == (
            409 if path.endswith("reopen") else 201 if who == "acme" and "opinion" not in path else 200
        )
        assert await place.desk.look(lambda work: work.tx.events.newest()) == happened
        assert alike(again, await program.post(path, said, "k1"))


async def test_what_is_no_event_is_made_and_noted_in_one_transaction(place: Place) -> None:
    """A webhook is there exactly when its answer is."""
    everything = await place.program()
    said = {"url": HOOK}
    first, again = [await everything.post("/webhooks", said, "k1") for _ in range(2)]
    assert first.status_code == 201
    assert alike(first, again)
    assert len((await everything.get("/webhooks")).json()["items"]) == 1
    name = first.json()["id"]
    rotated = [await everything.post(f"/webhooks/{name}/secret", key="k2") for _ in range(2)]
    assert alike(*rotated)
    removed = [
        await everything.ask("DELETE", f"/webhooks/{name}", None, {"idempotency-key": "k3"}) for _ in "ab"
    ]
    assert [each.status_code for each in removed] == [200, 200]
    assert (await everything.ask("DELETE", f"/webhooks/{name}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "said", "stops"),
    [("/tickets", {**FILED, "customer": "acme"}, NOTED), ("/webhooks", {"url": HOOK}, WRITTEN)],
)
async def test_whoever_was_slow_writes_nothing_over_the_try_that_took_over(
    tmp_path: Path, clock: ManualClock, path: str, said: Any, stops: str
) -> None:
    seam = Seam()
    async with running(tmp_path, clock, between=seam) as place:
        program = await place.program()
        seam.made.stops = stops
        slow = asyncio.create_task(program.post(path, said, "k1"))
        await asyncio.wait_for(seam.made.reached.wait(), 5)
        seam.made.stops = ""
        clock._now += HELD
        taken_over = await program.post(path, said, "k1")
        assert taken_over.status_code == 201
        seam.made.go_on.set()
        late = await slow
        assert late.json()["type"] == "urn:dawnline:problem:key_at_work"
        assert (late.status_code, late.headers["retry-after"]) == (409, "1")
        assert alike(await program.post(path, said, "k1"), taken_over)
        assert [each["id"] for each in (await program.get(path)).json()["items"]] == [taken_over.json()["id"]]


async def test_whoever_was_slow_gives_back_no_key_that_was_taken_over(
    place: Place, clock: ManualClock
) -> None:
    slow = await place.desk.act(lambda work: begin(work, "tok_1", "k1", "d"))
    clock._now += HELD
    other = await place.desk.act(lambda work: begin(work, "tok_1", "k1", "d"))
    await place.desk.act(lambda work: left(work, slow))
    with pytest.raises(Refused, match="key_at_work"):
        await place.desk.act(lambda work: begin(work, "tok_1", "k1", "d"))
    await place.desk.act(lambda work: answered(work, other, 201, "made", {}))
    await place.desk.act(lambda work: left(work, slow))
    with pytest.raises(Refused, match="key_at_work"):
        await place.desk.act(lambda work: answered(work, slow, 503, "", {}))
    kept = await place.desk.act(lambda work: begin(work, "tok_1", "k1", "d"))
    assert (kept.status, kept.body) == (201, "made")


async def test_a_store_that_goes_away_before_the_answer_is_noted(tmp_path: Path, clock: ManualClock) -> None:
    """503, and the same key finds out what happened: at once, since nobody holds it any more."""
    seam = Seam()
    async with running(tmp_path, clock, between=seam) as place:
        acme = await place.program(customer="acme")
        seam.made.stops, seam.made.fault = NOTED, StoreAway("gone")
        answer = await acme.post("/tickets", FILED, "k1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:dawnline:problem:away"
        seam.made.stops = ""
        assert (await acme.post("/tickets", FILED, "k1")).json()["id"] == "T-1"
        assert await tickets(acme) == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "ключ", "two words", "\x01"])
async def test_what_is_no_key(place: Place, key: str) -> None:
    acme = await place.program(customer="acme")
    headers: Any = [(b"idempotency-key", key.encode())]
    headers.append((b"authorization", f"Bearer {acme.secret}".encode()))
    answer = await place.client.post("/api/v1/tickets", json=FILED, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "header:Idempotency-Key"
