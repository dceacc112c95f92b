"""Which program asks, what it may, and how much (RFC 6750)."""

from dataclasses import dataclass

import structlog
from starlette.requests import Request

from adapters.web.api.problems import Problem
from adapters.web.buckets import Allowance, Buckets, network_of
from adapters.web.settings import WebSettings
from bot.access.session import Scope, Token
from bot.access.tokens import bearer, is_to_be_noted
from bot.errors import Refused, StoreError
from bot.policy import Engineer
from bot.ports import Clock
from bot.tickets.ticket import Ticket
from bot.window import Window
from bot.work import Work

log = structlog.get_logger()
REALM = 'Bearer realm="dawnline"'


@dataclass(frozen=True, slots=True)
class Caller:
    """`engineer`: in whose name it acts, if in anybody's."""

    token: Token
    allowance: Allowance
    engineer: Engineer | None = None

    @property
    def customer(self) -> str | None:
        """Whose tickets it sees; None for everybody's."""
        return self.token.customer

    @property
    def is_ours(self) -> bool:
        """Whether it sees the whole desk, notes and all."""
        return self.token.customer is None

    @property
    def writes(self) -> bool:
        return Scope.WRITE in self.token.scopes

    def may_see(self, ticket: Ticket) -> bool:
        return self.customer is None or ticket.customer == self.customer

    def acting(self) -> Engineer:
        """Raises Problem (403)."""
        if self.engineer is None:
            raise Problem(403, "not_an_engineer")
        return self.engineer


class Gate:
    """Lets programs in."""

    def __init__(self, window: Window, clock: Clock, settings: WebSettings) -> None:
        self._window = window
        self._clock = clock
        self._tokens = Buckets(settings.api_per_minute)
        self._strangers = Buckets(settings.strangers_per_minute)

    async def admit(self, request: Request, scope: Scope | None) -> Caller:
        """Whoever asks, if they may. `scope` None: any good token will do. Raises Problem, StoreError."""
        token = await self._known(request)
        allowance = self._tokens.take(token.id, self._clock.now())
        if not allowance.granted:
            raise Problem(429, Refused("too_many", limit=allowance.limit), _waiting(allowance))
        if scope is not None and scope not in token.scopes:
            needed = f'{REALM}, error="insufficient_scope", scope="{scope.value}"'
            raise Problem(403, Refused("scope", scope=scope.value), {"www-authenticate": needed})
        engineer = self._window.house.policy.engineer(token.engineer) if token.engineer else None
        return Caller(token, allowance, engineer if token.customer is None else None)

    async def _known(self, request: Request) -> Token:
        secret = _bearer(request)
        if secret is None:
            raise self._stranger(request, "no_token", REALM)
        found = await self._window.look(lambda work: _with_use(work, secret))
        if found is None:
            raise self._stranger(request, "bad_token", f'{REALM}, error="invalid_token"')
        token, is_to_note = found
        if is_to_note:
            await self._note(token)
        return token

    def _stranger(self, request: Request, key: str, challenge: str) -> Problem:
        allowance = self._strangers.take(network_of(request), self._clock.now())
        if not allowance.granted:
            return Problem(429, "too_many_strangers", _waiting(allowance))
        return Problem(401, key, {"www-authenticate": challenge})

    async def _note(self, token: Token) -> None:
        """When it was last used; nobody is turned away because that could not be written."""

        async def used(work: Work) -> None:
            work.tx.tokens.used(token.id, work.now)

        try:
            await self._window.act(used)
        except StoreError as error:
            log.warning("a token's use was not noted", token=token.id, reason=str(error))


def limits_of(allowance: Allowance) -> dict[str, str]:
    """https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/"""
    return {
        "ratelimit-policy": f'"token";q={allowance.limit};w=60',
        "ratelimit": f'"token";r={allowance.left};t={allowance.whole_in}',
    }


def _waiting(allowance: Allowance) -> dict[str, str]:
    return {"retry-after": str(max(allowance.next_in, 1)), **limits_of(allowance)}


async def _with_use(work: Work, secret: str) -> tuple[Token, bool] | None:
    token = await bearer(work, secret)
    return (token, is_to_be_noted(token, work)) if token is not None else None


def _bearer(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None
