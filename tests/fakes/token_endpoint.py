"""A strict OAuth 2 token endpoint on loopback (RFC 6749 sections 4.4 and 6)."""

from collections.abc import Mapping
from typing import Any

from adapters.email.settings import OAuth
from aiohttp import web
from aiohttp.test_utils import TestServer

CLIENT, SECRET, REFRESH, SCOPE = (
    "desk-client",
    "client-secret-9",
    "refresh-token-9",
    "https://mail.example/.default",
)


class TokenEndpoint:
    """`given`: the access tokens so far. `trouble`: the next answers, as (status, body)."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.asked: list[Mapping[str, str]] = []
        self.trouble: list[tuple[int, str]] = []
        self.refresh_token = REFRESH
        self.rotates = False
        self.lifetime: Any = 3600
        app = web.Application()
        app.router.add_post("/token", self._answer)
        self._server = TestServer(app, host="127.0.0.1")

    async def __aenter__(self) -> "TokenEndpoint":
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    def by_refresh_token(self) -> OAuth:
        return OAuth(str(self._server.make_url("/token")), CLIENT, SECRET, REFRESH)

    def by_client(self) -> OAuth:
        return OAuth(str(self._server.make_url("/token")), CLIENT, SECRET, scope=SCOPE)

    async def _answer(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.trouble:
            status, text = self.trouble.pop(0)
            return web.Response(status=status, text=text)
        wrong = self._wrong(form)
        if wrong:
            return web.json_response({"error": wrong, "error_description": f"no: {wrong}"}, status=400)
        self.given.append(f"access-{len(self.given) + 1}")
        answer = {"token_type": "Bearer", "access_token": self.given[-1], "expires_in": self.lifetime}
        if self.rotates:
            self.refresh_token = f"refresh-{len(self.given)}"
            answer["refresh_token"] = self.refresh_token
        return web.json_response(answer)

    def _wrong(self, form: Mapping[str, str]) -> str | None:
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return "invalid_client"
        if form.get("grant_type") == "refresh_token":
            return None if form.get("refresh_token") == self.refresh_token else "invalid_grant"
        known = form.get("grant_type") == "client_credentials"
        return None if known and form.get("scope") == SCOPE else "invalid_scope"
