"""A strict OpenID provider on loopback, with a page to sign in on. OpenID Connect Core 1.0; RFC 6749, 7636.

async with FakeProvider(clock.now) as provider:
    begun = await openid.begin("/")
    query = await provider.visit(begun.url)      # or let a browser go there: MEI.address, PASSWORD
    ... await openid.finish(query, begun.kept)
assert provider.violations == []

It refuses what a provider must; how it misbehaves is said by its fields.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import html
import re
import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import aiohttp
from aiohttp import web
from joserfc.jwk import Key

from tests.fakes.loopback import Loopback
from tests.fakes.oidc_tokens import ALGORITHMS, key_named, signed

CLIENT, SECRET, REDIRECT = "desk", "client+secret/9%:~", "https://desk.example/sign-in/openid"
PASSWORD = "correct horse"
_CODE_LASTS = timedelta(minutes=1)
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fake provider</title></head>
<body><main><h1>Sign in to {client}</h1><p role="alert">{wrong}</p>
<form method="post" action="/authorize">
<input type="hidden" name="question" value="{question}">
<p><label>E-mail <input name="user" type="email" autocomplete="username"></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
<p><button name="answer" value="yes">Sign in</button> <button name="answer" value="no">Cancel</button></p>
</form></main></body></html>
"""


@dataclass(frozen=True, slots=True)
class Account:
    subject: str
    address: str
    name: str
    locale: str = "en-GB"


MEI = Account("248289761001", "Mei@Acme.example", "Mei Tanaka", "zh-CN")
JUN = Account("248289761002", "jun@acme.example", "Jun Ito")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a path answers in place of what it should. `silent`: nothing, for ever. `dripping`: then blanks,
    for ever, twenty a second."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    silent: bool = False
    dripping: bool = False


@dataclass(frozen=True, slots=True)
class _Grant:
    """What a code stands for."""

    account: Account
    query: Mapping[str, str]
    until: datetime


@dataclass(slots=True)
class FakeProvider:
    """`secret` None: the client is public. `client_auth`: how it must show its secret.

    To misbehave: `document`, `claims`, `userinfo`, `tokens` and `answers` are laid over the discovery
    document, the ID token, the userinfo, what a code gets and the redirect's query; None takes a field away.
    `algorithm`, `signs_with`: see `oidc_tokens`. `header`: more fields of the ID token's. `trouble`: by path.
    """

    now: Callable[[], datetime]
    redirect_uri: str = REDIRECT
    secret: str | None = SECRET
    client_auth: str = "client_secret_basic"
    port: int = 0
    document: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, str | None] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    keys: list[Key] = field(default_factory=lambda: [key_named("first")])
    signs_with: Key | None = None
    trouble: dict[str, Trouble] = field(default_factory=dict)
    email_in_token: bool = True
    asked: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    forms: list[Mapping[str, str]] = field(default_factory=list)
    issuer: str = ""
    _questions: dict[str, dict[str, str]] = field(default_factory=dict)
    _grants: dict[str, _Grant] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _tokens: dict[str, Account] = field(default_factory=dict)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _loopback: Loopback = field(default_factory=Loopback)

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._troubled])
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/jwks", self._jwks)
        app.router.add_get("/authorize", self._ask)
        app.router.add_post("/authorize", self._answered)
        app.router.add_post("/token", self._token)
        app.router.add_get("/userinfo", self._userinfo)
        self.issuer = f"http://127.0.0.1:{await self._loopback.open(app, self.port)}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._loopback.close()

    def rotate(self, kid: str) -> None:
        """A new key signs from now on; the old ones are gone."""
        self.keys = [key_named(kid)]

    async def visit(self, url: str, account: Account = MEI, *, answer: str = "yes") -> dict[str, str]:
        """What a browser does with somebody in front of it; the query with which it comes back."""
        async with aiohttp.ClientSession() as browser:
            async with browser.get(url, allow_redirects=False) as page:
                text = await page.text()
                if page.status != 200:
                    return _query_of(page)
            (question,) = re.findall(r'name="question" value="([^"]+)"', text)
            form = {"question": question, "user": account.address, "password": PASSWORD, "answer": answer}
            async with browser.post(f"{self.issuer}/authorize", data=form, allow_redirects=False) as back:
                return _query_of(back)

    @web.middleware
    async def _troubled(
        self, request: web.Request, handler: Callable[[web.Request], Any]
    ) -> web.StreamResponse:
        self.asked[request.path] += 1
        trouble = self.trouble.get(request.path)
        if trouble is None:
            answer: web.StreamResponse = await handler(request)
            return answer
        if trouble.dripping:
            return await self._drip(request, trouble.body)
        if trouble.silent:
            await self._closing.wait()
        return web.Response(status=trouble.status, body=trouble.body, headers=trouble.headers)

    async def _drip(self, request: web.Request, beginning: bytes) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(beginning)
        while not self._closing.is_set():
            await answer.write(b" ")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), 0.05)
        return answer

    async def _discovery(self, request: web.Request) -> web.Response:
        document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": list(ALGORITHMS),
            "token_endpoint_auth_methods_supported": [self.client_auth],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response(_laid_over(document, self.document))

    async def _jwks(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [each.as_dict(private=False) for each in self.keys]})

    async def _ask(self, request: web.Request) -> web.Response:
        """RFC 6749 section 4.1.2.1: who asks for a redirect elsewhere is not redirected at all."""
        query = dict(request.query)
        if query.get("client_id") != CLIENT or query.get("redirect_uri") != self.redirect_uri:
            return self._violated("unknown client or redirect_uri", 400)
        wrong = _wrong_question(query)
        if wrong:
            self.violations.append(wrong)
            return self._back(query, {"error": "invalid_request", "error_description": wrong})
        question = secrets.token_urlsafe(8)
        self._questions[question] = query
        return _page(question, "")

    async def _answered(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        query = self._questions.get(form.get("question", ""))
        if query is None:
            return self._violated("a form that was never shown", 400)
        if form.get("answer") != "yes":
            return self._back(query, {"error": "access_denied", "error_description": "The user said no"})
        account = next((each for each in (MEI, JUN) if each.address == form.get("user")), None)
        if account is None or form.get("password") != PASSWORD:
            return _page(form["question"], "Unknown e-mail or wrong password.")
        code = secrets.token_urlsafe(16)
        self._grants[code] = _Grant(account, query, self.now() + _CODE_LASTS)
        return self._back(query, {"code": code})

    def _back(self, query: Mapping[str, str], answer: Mapping[str, str]) -> web.Response:
        whole = {**answer, "state": query.get("state", ""), "iss": self.issuer}
        place = f"{self.redirect_uri}?{urlencode(_laid_over(whole, self.answers))}"
        return web.Response(status=302, headers={"Location": place})

    async def _token(self, request: web.Request) -> web.Response:
        if request.content_type != "application/x-www-form-urlencoded":
            return self._violated("the token request is no form", 400)
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.forms.append(form)
        if not self._is_client(request, form):
            return self._refused("invalid_client", 401)
        grant = self._grants.get(form.get("code", ""))
        wrong = self._wrong_exchange(form, grant)
        if wrong or grant is None:
            return self._refused(wrong or "invalid_grant")
        self._used.add(form["code"])
        access = secrets.token_urlsafe(16)
        self._tokens[access] = grant.account
        answer = {"token_type": "Bearer", "access_token": access, "expires_in": 300}
        whole = {**answer, "id_token": self._id_token(grant)}
        return web.json_response(_laid_over(whole, self.tokens))

    def _is_client(self, request: web.Request, form: Mapping[str, str]) -> bool:
        """In the one way that is registered, and in no other besides (RFC 6749 section 2.3)."""
        header = request.headers.get("Authorization")
        if self.secret is not None and self.client_auth == "client_secret_basic":
            return "client_secret" not in form and _basic(header) == (CLIENT, self.secret)
        shown = (form.get("client_id"), form.get("client_secret"))
        return header is None and shown == (CLIENT, self.secret)

    def _wrong_exchange(self, form: Mapping[str, str], grant: _Grant | None) -> str | None:
        code = form.get("code", "")
        if form.get("grant_type") != "authorization_code":
            return "unsupported_grant_type"
        if grant is None or self.now() >= grant.until:
            return "invalid_grant"
        if code in self._used:
            self.violations.append("a code is used twice")
            return "invalid_grant"
        if form.get("redirect_uri") != self.redirect_uri:
            return "invalid_grant"
        return (
            None
            if _challenge(form.get("code_verifier", "")) == grant.query["code_challenge"]
            else "invalid_grant"
        )

    def _id_token(self, grant: _Grant) -> str:
        now = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": grant.account.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": grant.query["nonce"],
            **(_profile(grant.account) if self.email_in_token else {}),
        }
        key = self.signs_with or self.keys[0]
        return signed(_laid_over(claims, self.claims), key, self.algorithm, **self.header)

    async def _userinfo(self, request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        account = self._tokens.get(token)
        if scheme != "Bearer" or account is None:
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response(_laid_over({"sub": account.subject, **_profile(account)}, self.userinfo))

    def _refused(self, error: str, status: int = 400) -> web.Response:
        self.violations.append(error)
        return web.json_response({"error": error, "error_description": f"no: {error}"}, status=status)

    def _violated(self, what: str, status: int) -> web.Response:
        self.violations.append(what)
        return web.Response(status=status, text=what)


def _wrong_question(query: Mapping[str, str]) -> str | None:
    if query.get("response_type") != "code":
        return "response_type is not code"
    if "openid" not in query.get("scope", "").split():
        return "scope has no openid"
    if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
        return "no PKCE by S256"
    return None if query.get("state") and query.get("nonce") else "no state or nonce"


def _profile(account: Account) -> dict[str, Any]:
    return {
        "email": account.address,
        "email_verified": True,
        "name": account.name,
        "locale": account.locale,
    }


def _laid_over(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**under, **over}.items() if value is not None}


def _challenge(verifier: str) -> str | None:
    """None for what RFC 7636 section 4.1 does not allow."""
    if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
        return None
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _basic(header: str | None) -> tuple[str, str] | None:
    scheme, _, coded = (header or "").partition(" ")
    if scheme != "Basic":
        return None
    client, _, secret = base64.b64decode(coded).decode().partition(":")
    return unquote_plus(client), unquote_plus(secret)


def _page(question: str, wrong: str) -> web.Response:
    text = _PAGE.format(client=CLIENT, question=html.escape(question), wrong=html.escape(wrong))
    return web.Response(text=text, content_type="text/html")


def _query_of(answer: aiohttp.ClientResponse) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
