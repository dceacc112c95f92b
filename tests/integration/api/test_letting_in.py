"""Which program comes in, and what it may (RFC 6750)."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from adapters.web.api.turns import AT_ONCE
from bot.access.session import Scope
from bot.access.tokens import revoke_token
from bot.desk import Desk
from bot.errors import Refused
from bot.window import T, Unit

from tests.fakes.manual_clock import ManualClock
from tests.integration.api.place import Place, Plain, running


async def described(place: Place) -> list[tuple[str, str, set[str]]]:
    """Method, path and scopes of every operation that the description names."""
    said = (await place.client.get("/api/v1/openapi.json")).json()
    return [
        (method.upper(), path, {scope for one in operation["security"] for scope in one["token"]})
        for path, methods in said["paths"].items()
        for method, operation in methods.items()
    ]


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "T-1", path)


async def test_nobody_comes_in_without_a_token(place: Place) -> None:
    for number, (method, path, _) in enumerate(await described(place)):
        answer = await place.client.request(method, f"/api/v1{filled(path)}")
        if number < 20:
            assert (answer.status_code, answer.headers["www-authenticate"]) == (
                401,
                'Bearer realm="dawnline"',
            )
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 429  # whoever tries so often without one is slowed down


@pytest.mark.parametrize(
    "given",
    [
        "Bearer dl_wrong",
        "bearer dl_wrong",
        "Bearer  ",
        "Bearer",
        "Basic ZDpk",
        "dl_wrong",
        "Bearer \xff\xfe",
        "",
    ],
)
async def test_what_is_no_good_token(place: Place, given: str) -> None:
    answer = await place.client.get("/api/v1/me", headers=[(b"authorization", given.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="dawnline"')


async def test_an_operation_needs_exactly_the_scope_that_it_names(place: Place) -> None:
    """With that alone it is let in; with all others it is not."""
    operations = await described(place)
    assert len(operations) >= 24
    for method, path, scopes in operations:
        if not scopes:
            continue
        [needed] = scopes
        alone = await place.program(Scope(needed), engineer="eve")
        others = await place.program(*(each for each in Scope if each != needed), engineer="eve")
        refused = await others.ask(method, filled(path))
        assert refused.status_code == 403, (method, path)
        assert f'scope="{needed}"' in refused.headers["www-authenticate"]
        assert refused.json()["type"] == "urn:dawnline:problem:scope"
        assert (await alone.ask(method, filled(path))).status_code not in (401, 403), (method, path)


async def test_a_token_says_what_it_may(place: Place) -> None:
    program = await place.program(Scope.READ, customer="acme")
    said = (await program.get("/me")).json()
    assert said == {
        "id": program.token.id,
        "name": "a program (acme)",
        "scopes": ["tickets:read"],
        "engineer": None,
        "customer": "acme",
        "made_at": "2026-11-02T09:00:00Z",
        "expires_at": "2027-01-31T09:00:00Z",
    }


async def test_a_token_ends(place: Place, clock: ManualClock) -> None:
    short, revoked = place.of(await place.token(days=1)), await place.program()
    assert (await revoked.get("/me")).status_code == 200
    await place.desk.act(lambda work: revoke_token(work, revoked.token.id))
    assert (await revoked.get("/me")).json()["type"] == "urn:dawnline:problem:bad_token"
    clock._now += timedelta(hours=24) - timedelta(seconds=1)
    assert (await short.get("/me")).status_code == 200
    clock._now += timedelta(seconds=1)
    assert (await short.get("/me")).status_code == 401


async def test_a_token_is_an_engineers_or_a_customers_and_of_somebody_known(place: Place) -> None:
    for whose in ({"engineer": "eve", "customer": "acme"}, {"engineer": "nobody"}, {"customer": "nobody"}):
        with pytest.raises(Refused):
            await place.token(**whose)  # type: ignore[arg-type]


async def test_when_it_was_last_used_is_noted_once_a_minute(place: Place, clock: ManualClock) -> None:
    program = await place.program()
    seen = []
    for _ in range(4):
        await program.get("/me")
        token = await place.desk.look(lambda work: work.tx.tokens.get(program.token.id))
        assert token is not None
        seen.append(token.used_at)
        clock._now += timedelta(seconds=25)
    assert seen == [seen[0], seen[0], seen[0], clock.now() - timedelta(seconds=25)]


async def test_only_digests_are_kept(place: Place) -> None:
    secret = await place.token()
    assert secret.startswith("dl_")
    kept = await place.desk.look(lambda work: work.tx.tokens.all())
    assert secret not in repr(kept)


async def test_a_programs_requests_are_counted(tmp_path: Path) -> None:
    """By its token, not by its address; and it is told what it has left."""
    async with running(tmp_path, ManualClock(), per_minute=3) as slow:
        busy, calm = await slow.program(), await slow.program()
        answers = [await busy.get("/me") for _ in range(4)]
        assert [each.status_code for each in answers] == [200, 200, 200, 429]
        assert [each.headers["ratelimit"] for each in answers[:2]] == ['"token";r=2;t=20', '"token";r=1;t=40']
        assert answers[-1].headers["ratelimit-policy"] == '"token";q=3;w=60'
        assert answers[-1].headers["retry-after"] == "20"
        assert answers[-1].json()["type"] == "urn:dawnline:problem:too_many"
        assert (await calm.get("/me")).status_code == 200
        clock: ManualClock = slow.clock  # type: ignore[assignment]
        clock._now += timedelta(seconds=20)
        assert [(await busy.get("/me")).status_code for _ in range(2)] == [200, 429]


class Crowded(Plain):
    """Between the web and the desk: whoever lists tickets gets no further until `go_on`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.inside, self.go_on = 0, asyncio.Event()

    async def look(self, unit: Unit[T]) -> T:
        if "Tickets.list." in getattr(unit, "__qualname__", ""):
            self.inside += 1
            await self.go_on.wait()
        return await super().look(unit)


async def test_a_program_that_asks_much_at_once_waits_behind_itself(tmp_path: Path) -> None:
    crowds: list[Crowded] = []

    def between(desk: Desk) -> Crowded:
        crowds.append(Crowded(desk))
        return crowds[0]

    async with running(tmp_path, ManualClock(), between=between) as place:
        busy, calm = await place.program(), await place.program()
        ticket = await calm.files(customer="acme")
        asked = [asyncio.create_task(busy.get("/tickets")) for _ in range(20)]
        other = asyncio.create_task(calm.get("/tickets"))
        assert (await calm.get(f"/tickets/{ticket}")).status_code == 200
        assert crowds[0].inside == AT_ONCE + 1
        crowds[0].go_on.set()
        assert [(await each).status_code for each in (*asked, other)] == [200] * 21


async def test_whoever_tries_tokens_is_slowed_down_but_a_good_one_is_not(place: Place) -> None:
    good = await place.program()
    tried = [(await tries(place, f"dl_{number}")).status_code for number in range(22)]
    assert tried == [401] * 20 + [429] * 2
    assert (await tries(place, "dl_x")).headers["retry-after"] == "3"
    assert (await good.get("/me")).status_code == 200


async def tries(place: Place, secret: str) -> httpx.Response:
    return await place.client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})
