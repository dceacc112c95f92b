"""Tokens and webhooks, each with a secret that a page shows once: whoever reloads it makes no second."""

import re

import pytest

from tests.integration.portal.place import LEO, Browser, Place

TOKEN = {"name": "crm", "scope:tickets:read": "yes", "days": "30"}
HOOK = {"url": "https://hooks.example/desk"}
FORMS = [("/desk/tokens", TOKEN, "tok"), ("/desk/webhooks", HOOK, "wh")]
ALREADY = "The same form has done that already."


def secrets(page: str) -> list[str]:
    return re.findall(r'<input readonly value="([^"]+)"', page)


def listed(page: str, kind: str) -> set[str]:
    return set(re.findall(rf"<code>({kind}_\w+)</code>", page))


async def sent_twice(leo: Browser, path: str, fields: dict[str, str]) -> tuple[str, str]:
    """What the form is answered, and what stands there when its page is reloaded."""
    first = await leo.post(path, fields)
    again = await leo.post(path, fields)
    assert (first.status_code, again.status_code) == (200, 303)
    return first.text, (await leo.get(again.headers["location"])).text


@pytest.mark.parametrize(("path", "fields", "kind"), FORMS)
async def test_a_page_that_is_reloaded_makes_no_second(
    place: Place, path: str, fields: dict[str, str], kind: str
) -> None:
    leo = await place.signed_in(LEO)
    await leo.get(path)
    first, again = await sent_twice(leo, path, fields)
    assert (len(secrets(first)), secrets(again)) == (1, [])
    assert ALREADY in again
    assert len(listed(again, kind)) == 1


@pytest.mark.parametrize(("path", "fields", "kind"), FORMS)
async def test_a_new_page_makes_another(place: Place, path: str, fields: dict[str, str], kind: str) -> None:
    leo = await place.signed_in(LEO)
    for _ in range(2):
        assert secrets((await leo.post(path, fields, on=path)).text)
    assert len(listed((await leo.get(path)).text, kind)) == 2


@pytest.mark.parametrize(("path", "fields", "kind"), FORMS)
async def test_what_was_refused_can_be_sent_again(
    place: Place, path: str, fields: dict[str, str], kind: str
) -> None:
    """Nothing came of it, so the same form may still bring it about."""
    leo = await place.signed_in(LEO)
    wrong = {**fields, "customer": "initech"}
    await leo.get(path)
    assert [(await leo.post(path, wrong)).status_code for _ in range(2)] == [422, 422]
    assert secrets((await leo.post(path, fields)).text)


async def test_a_fresh_secret_is_not_replaced_by_a_reload(place: Place) -> None:
    leo = await place.signed_in(LEO)
    made = (await leo.post("/desk/webhooks", HOOK, on="/desk/webhooks")).text
    [name] = listed(made, "wh")
    await leo.get("/desk/webhooks")
    first, again = await sent_twice(leo, f"/desk/webhooks/{name}/secret", {})
    assert ALREADY in again
    kept = await place.store.read(lambda tx: tx.webhooks.get(name))
    assert kept is not None
    assert secrets(first) == [kept.secret]
