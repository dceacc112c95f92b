"""The strict server refuses what ntfy refuses."""

from typing import Any

import httpx
import pytest

from tests.fakes.ntfy_server import LONGEST, LONGEST_BODY, FakeNtfy

FINE: dict[str, Any] = {"topic": "mei", "message": "hello"}
BUTTON = {"action": "http", "label": "Acknowledge", "url": "https://desk.example/a", "method": "POST"}


async def answered(server: FakeNtfy, message: dict[str, Any], token: str = "") -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient() as client:
        return (await client.post(server.url, json=message, headers=headers)).status_code


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"message": "x" * LONGEST}, 200),
        ({"message": "x" * (LONGEST + 1)}, 400),
        ({"message": '"' * (LONGEST_BODY // 2)}, 413),
        ({"topic": "a/b"}, 400),
        ({"topic": "x" * 65}, 400),
        ({"priority": 5}, 200),
        ({"priority": 6}, 400),
        ({"priority": "5"}, 400),
        ({"tags": "bell"}, 400),
        ({"sound": "loud"}, 400),
        ({"actions": [BUTTON] * 3}, 200),
        ({"actions": [BUTTON] * 4}, 400),
        ({"actions": [BUTTON | {"label": ""}]}, 400),
        ({"actions": [{"action": "http", "label": "Acknowledge"}]}, 400),
        ({"actions": [BUTTON | {"action": "https"}]}, 400),
    ],
)
async def test_what_it_takes(changed: dict[str, Any], status: int) -> None:
    async with FakeNtfy() as server:
        assert await answered(server, FINE | changed) == status
        assert (len(server.messages), bool(server.violations)) == ((1, False) if status == 200 else (0, True))


async def test_whom_it_lets_in() -> None:
    async with FakeNtfy(token="tk_right") as server:
        assert await answered(server, FINE) == 403
        assert await answered(server, FINE, "tk_wrong") == 401
        assert await answered(server, FINE, "tk_right") == 200
        server.closed.add("mei")
        assert await answered(server, FINE, "tk_right") == 403
