"""As much of Slack and Telegram as a desk needs to be ready."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.web.server import WebServer

_BOT = {"id": 4242, "is_bot": True, "first_name": "Dawnline", "username": "dawnline_bot"}
_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - of nobody


@asynccontextmanager
async def platforms() -> AsyncIterator[dict[str, str]]:
    """The settings of a desk that has both of them, and is called by both."""
    routes = [
        Route("/api/auth.test", _auth_test, methods=["POST"]),
        Route("/telegram/{bot}/getMe", _get_me, methods=["POST"]),
        Route("/telegram/{bot}/{method}", _done, methods=["POST"]),
    ]
    server = WebServer(Starlette(routes=routes), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    here = f"http://127.0.0.1:{server.port}"
    try:
        yield {
            "SLACK_BOT_TOKEN": "xoxb-1-2-bench",
            "SLACK_SIGNING_SECRET": _SECRET,
            "DAWNLINE_SLACK_API_URL": f"{here}/api/",
            "TELEGRAM_BOT_TOKEN": f"4242:AA{_SECRET}x",
            "TELEGRAM_WEBHOOK_SECRET": _SECRET,
            "DAWNLINE_TELEGRAM_API_URL": f"{here}/telegram",
            "PUBLIC_URL": "https://desk.example",
            "OIDC_ISSUER": "https://id.example",
            "OIDC_CLIENT_ID": "bench",
        }
    finally:
        server.stop()
        await running


async def _auth_test(request: Request) -> JSONResponse:
    return JSONResponse({"ok": True, "team_id": "T0BENCH", "user_id": "U0BENCH", "bot_id": "B0BENCH"})


async def _get_me(request: Request) -> JSONResponse:
    return JSONResponse({"ok": True, "result": _BOT})


async def _done(request: Request) -> JSONResponse:
    return JSONResponse({"ok": True, "result": True})
