"""/desk/tokens: leads make and revoke what programs sign in with."""

import re
from typing import Any

import httpx
import pytest
from bot.access.session import Scope

from tests.integration.api.place import BASE, Place

ORIGIN = {"origin": BASE}
COOKIES = ("dawnline-portal", "dawnline-console")
"""Of the portal and of the console."""


class Browser:
    """Somebody who is signed in."""

    def __init__(self, place: Place, session: str) -> None:
        self._place = place
        self._cookies = {"cookie": "; ".join(f"{each}={session}" for each in COOKIES)}

    async def get(self, path: str = "/desk/tokens") -> httpx.Response:
        return await self._place.client.get(path, headers=self._cookies)

    async def post(self, path: str, said: dict[str, str], **headers: str) -> httpx.Response:
        page = (await self.get("/desk")).text
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token is not None
        form = {"csrf": token[1], **said}
        return await self._place.client.post(path, data=form, headers={**self._cookies, **ORIGIN, **headers})


async def browser(place: Place, address: str) -> Browser:
    return Browser(place, await place.session(address))


WANTED = {"name": "crm", "scope:tickets:read": "yes", "customer": "acme", "days": "30"}


async def test_a_lead_makes_a_token_that_works_and_is_shown_once(place: Place) -> None:
    leo = await browser(place, "leo@desk.example")
    made = await leo.post("/desk/tokens", WANTED)
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    found = re.search(r'value="(dl_[^"]+)"', made.text)
    assert found is not None
    said = (await place.of(found[1]).get("/me")).json()
    assert (said["name"], said["scopes"], said["customer"]) == ("crm", ["tickets:read"], "acme")
    assert said["expires_at"] == "2026-12-02T09:00:00Z"
    page = (await leo.get()).text
    assert found[1] not in page
    assert "crm" in page
    assert "Leo Marchetti" in page  # who made it


async def test_a_token_is_revoked(place: Place) -> None:
    leo, program = await browser(place, "leo@desk.example"), await place.program(Scope.READ)
    answer = await leo.post(f"/desk/tokens/{program.token.id}/revoke", {})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/tokens")
    assert (await program.get("/me")).status_code == 401
    assert (await leo.post("/desk/tokens/tok_none/revoke", {})).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"name": ""},
        {"name": "   "},
        {"scope:tickets:read": ""},
        {"days": "0"},
        {"days": "367"},
        {"days": "-1"},
        {"days": "soon"},
        {"customer": "nobody"},
        {"engineer": "nobody"},
        {"engineer": "eve"},
    ],
)
async def test_what_makes_none(place: Place, said: dict[str, str]) -> None:
    leo = await browser(place, "leo@desk.example")
    answer = await leo.post("/desk/tokens", {**WANTED, **said})
    assert (answer.status_code, "dl_" in answer.text) == (422, False)
    assert await place.desk.look(lambda work: work.tx.tokens.all()) == ()


@pytest.mark.parametrize("address", ["eve@desk.example", "sam@acme.example"])
async def test_it_is_for_leads(place: Place, address: str) -> None:
    other, leo = await browser(place, address), await browser(place, "leo@desk.example")
    assert (await other.get()).status_code == 403
    form = {**WANTED, "csrf": "made up"}
    assert (await place.client.post("/desk/tokens", data=form, headers=ORIGIN)).status_code == 401
    assert (await leo.get()).status_code == 200


async def test_nobody_else_makes_one_in_a_leads_name(place: Place) -> None:
    """Neither without the page's token nor from another page."""
    leo = await browser(place, "leo@desk.example")
    for said, headers in (
        ({"csrf": "made up"}, {}),
        ({}, {"origin": "https://evil.example"}),
        ({}, {"sec-fetch-site": "cross-site"}),
    ):
        sent: Any = headers
        assert (await leo.post("/desk/tokens", {**WANTED, **said}, **sent)).status_code == 403
    assert await place.desk.look(lambda work: work.tx.tokens.all()) == ()
