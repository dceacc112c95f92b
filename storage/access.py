"""Who is signed in, by which links, and what programs hold."""

from datetime import datetime

from pydantic import TypeAdapter

from bot.access.session import GivenAnswer, Session, SignIn, Token
from storage.encoding import (
    document,
    from_micros,
    instant_or_none,
    json_of,
    micros_or_none,
    to_micros,
    value_of,
)
from storage.session import Row
from storage.session import Session as Link

_SESSION, _TOKEN = TypeAdapter(Session), TypeAdapter(Token)

GET_SESSION = "SELECT body FROM sessions WHERE digest = :key"
SAVE_SESSION = """
INSERT INTO sessions (digest, address, expires_at, body) VALUES (:key, :address, :expires_at, :body)
ON CONFLICT (digest) DO UPDATE SET expires_at = excluded.expires_at, body = excluded.body
"""
RENEW_SESSION = "UPDATE sessions SET expires_at = :expires_at, body = :body WHERE digest = :key"
END_SESSION = "DELETE FROM sessions WHERE digest = :key"
END_SESSIONS_OF = "DELETE FROM sessions WHERE address = :address"
SWEEP_SESSIONS = "DELETE FROM sessions WHERE expires_at < :now"
GET_SIGN_IN = "SELECT digest, address, asked_at, expires_at, used_at FROM sign_ins WHERE digest = :key"
ASKED = "SELECT count(*) FROM sign_ins WHERE address = :address AND asked_at >= :since"
SAVE_SIGN_IN = """
INSERT INTO sign_ins (digest, address, asked_at, expires_at, used_at)
VALUES (:key, :address, :asked_at, :expires_at, :used_at)
ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at
"""
SWEEP_SIGN_INS = "DELETE FROM sign_ins WHERE expires_at < :now"
GET_TOKEN = "SELECT body, used_at FROM tokens WHERE id = :id"  # noqa: S105 - a statement, not a token
FIND_TOKEN = "SELECT body, used_at FROM tokens WHERE digest = :key"  # noqa: S105
ALL_TOKENS = "SELECT body, used_at FROM tokens"
SAVE_TOKEN = """
INSERT INTO tokens (id, digest, used_at, body) VALUES (:id, :key, :used_at, :body)
ON CONFLICT (id) DO UPDATE SET body = excluded.body
"""  # noqa: S105
USED_TOKEN = "UPDATE tokens SET used_at = :now WHERE id = :id"  # noqa: S105
GET_ANSWER = "SELECT token, key, digest, at, status, body FROM answers WHERE token = :id AND key = :key"
SAVE_ANSWER = """
INSERT INTO answers (token, key, digest, status, body, at) VALUES (:id, :key, :digest, :status, :body, :at)
ON CONFLICT (token, key) DO UPDATE SET
    digest = excluded.digest, status = excluded.status, body = excluded.body, at = excluded.at
"""
SWEEP_ANSWERS = "DELETE FROM answers WHERE at < :before"


class SqlSessions:
    """Keeps `bot.ports.Sessions`."""

    def __init__(self, session: Link) -> None:
        self._session = session

    async def get(self, digest: str) -> Session | None:
        row = await self._session.row(GET_SESSION, key=digest)
        return _SESSION.validate_json(row[0]) if row else None

    def save(self, session: Session) -> None:
        self._session.write(
            SAVE_SESSION,
            key=session.digest,
            address=session.address,
            expires_at=to_micros(session.expires_at),
            body=document(_SESSION, session),
        )

    def renew(self, session: Session) -> None:
        self._session.write(
            RENEW_SESSION,
            key=session.digest,
            expires_at=to_micros(session.expires_at),
            body=document(_SESSION, session),
        )

    def end(self, digest: str) -> None:
        self._session.write(END_SESSION, key=digest)

    def end_all(self, address: str) -> None:
        self._session.write(END_SESSIONS_OF, address=address)

    def sweep(self, now: datetime) -> None:
        self._session.write(SWEEP_SESSIONS, now=to_micros(now))
        self._session.write(SWEEP_SIGN_INS, now=to_micros(now))


class SqlSignIns:
    """Keeps `bot.ports.SignIns`."""

    def __init__(self, session: Link) -> None:
        self._session = session

    async def get(self, digest: str) -> SignIn | None:
        row = await self._session.row(GET_SIGN_IN, key=digest)
        if row is None:
            return None
        return SignIn(row[0], row[1], from_micros(row[2]), from_micros(row[3]), instant_or_none(row[4]))

    async def asked(self, address: str, since: datetime) -> int:
        row = await self._session.row(ASKED, address=address, since=to_micros(since))
        return int(row[0]) if row else 0

    def save(self, sign_in: SignIn) -> None:
        self._session.write(
            SAVE_SIGN_IN,
            key=sign_in.digest,
            address=sign_in.address,
            asked_at=to_micros(sign_in.asked_at),
            expires_at=to_micros(sign_in.expires_at),
            used_at=micros_or_none(sign_in.used_at),
        )


class SqlTokens:
    """Keeps `bot.ports.Tokens`. When one was last used stands beside it, so that noting it is one small
    write."""

    def __init__(self, session: Link) -> None:
        self._session = session

    async def get(self, name: str) -> Token | None:
        row = await self._session.row(GET_TOKEN, id=name)
        return _token(row) if row else None

    async def find(self, digest: str) -> Token | None:
        row = await self._session.row(FIND_TOKEN, key=digest)
        return _token(row) if row else None

    async def all(self) -> tuple[Token, ...]:
        found = [_token(row) for row in await self._session.rows(ALL_TOKENS)]
        return tuple(sorted(found, key=lambda each: (each.made_at, each.id), reverse=True))

    def save(self, token: Token) -> None:
        self._session.write(
            SAVE_TOKEN,
            id=token.id,
            key=token.digest,
            used_at=micros_or_none(token.used_at),
            body=document(_TOKEN, token, {"used_at"}),
        )

    def used(self, name: str, now: datetime) -> None:
        self._session.write(USED_TOKEN, id=name, now=to_micros(now))


def _token(row: Row) -> Token:
    return _TOKEN.validate_python({**value_of(row[0]), "used_at": instant_or_none(row[1])})


class SqlAnswers:
    """Keeps `bot.ports.GivenAnswers`."""

    def __init__(self, session: Link) -> None:
        self._session = session

    async def get(self, token: str, key: str) -> GivenAnswer | None:
        row = await self._session.row(GET_ANSWER, id=token, key=key)
        if row is None:
            return None
        said = value_of(row[5])
        given = (row[0], row[1], row[2], from_micros(row[3]), row[4])
        return GivenAnswer(*given, said["body"], said["headers"], instant_or_none(said["held_until"]))

    def save(self, answer: GivenAnswer) -> None:
        self._session.write(
            SAVE_ANSWER,
            id=answer.token,
            key=answer.key,
            digest=answer.digest,
            status=answer.status,
            body=json_of(
                {
                    "body": answer.body,
                    "headers": answer.headers,
                    "held_until": micros_or_none(answer.held_until),
                }
            ),
            at=to_micros(answer.at),
        )

    def sweep(self, before: datetime) -> None:
        self._session.write(SWEEP_ANSWERS, before=to_micros(before))
