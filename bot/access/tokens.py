"""Tokens by which programs sign in."""

import secrets
from dataclasses import replace
from datetime import timedelta

from bot.access.session import SECRET_BYTES, Scope, Token, digest_of
from bot.errors import Refused
from bot.work import Work

PREFIX = "dl_"
"""So that a token that leaked is recognised by whoever finds it (and by scanners)."""
LONGEST = timedelta(days=366)
USED_EVERY = timedelta(minutes=1)


async def make_token(
    work: Work,
    name: str,
    scopes: tuple[Scope, ...],
    by: str,
    lasts: timedelta,
    *,
    engineer: str | None = None,
    customer: str | None = None,
) -> tuple[str, Token]:
    """The token itself, which is shown once, and what is kept of it. Raises Refused."""
    if engineer is not None and customer is not None:
        raise Refused("token_of_two")
    if engineer is not None and work.policy.engineer(engineer) is None:
        raise Refused("unknown_engineer", given=engineer, near="")
    if customer is not None and await work.tx.customers.get(customer) is None:
        raise Refused("unknown_customer", given=customer, near="")
    secret = f"{PREFIX}{secrets.token_urlsafe(SECRET_BYTES)}"
    token = Token(
        id=f"tok_{secrets.token_hex(4)}",
        digest=digest_of(secret),
        name=name,
        scopes=scopes,
        made_at=work.now,
        made_by=by,
        expires_at=work.now + min(lasts, LONGEST),
        engineer=engineer,
        customer=customer,
    )
    work.tx.tokens.save(token)
    return secret, token


async def revoke_token(work: Work, name: str) -> Token:
    """Raises Refused("unknown_token")."""
    token = await work.tx.tokens.get(name)
    if token is None:
        raise Refused("unknown_token", given=name)
    revoked = replace(token, revoked_at=token.revoked_at or work.now)
    work.tx.tokens.save(revoked)
    return revoked


async def bearer(work: Work, secret: str) -> Token | None:
    """Whose token that is, if it is good. An engineer's ends when they are none any more."""
    token = await work.tx.tokens.find(digest_of(secret)) if secret.startswith(PREFIX) else None
    if token is None or not token.is_good(work.now):
        return None
    return token if token.engineer is None or work.policy.engineer(token.engineer) is not None else None


def is_to_be_noted(token: Token, work: Work) -> bool:
    """Whether its use is worth a write: a busy program's is noted once a minute."""
    return token.used_at is None or work.now >= token.used_at + USED_EVERY
