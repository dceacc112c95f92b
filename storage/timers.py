"""Timers under lease. `wake_at` is the due time, or the end of the lease of whoever holds it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.durable import ClaimedTimer, Timer, TimerKind
from storage.claims import BY_KEY as _BY_KEY
from storage.claims import Claims
from storage.encoding import from_micros, json_of, new_token, to_micros, value_of
from storage.session import Fenced, Row, Session

SET = """
INSERT INTO timers (key, kind, ticket, due_at, wake_at, token, attempts, data)
VALUES (:key, :kind, :ticket, :due_at, :due_at, 0, 0, :data)
ON CONFLICT (key) DO UPDATE SET
    kind = excluded.kind, ticket = excluded.ticket, due_at = excluded.due_at, wake_at = excluded.wake_at,
    token = 0, attempts = 0, data = excluded.data, holder = ''
"""
CANCEL = "DELETE FROM timers WHERE key = :key"
CANCEL_KIND = "DELETE FROM timers WHERE ticket = :ticket AND kind = :kind"
CLAIM = """
UPDATE timers SET wake_at = :until, token = :token, holder = :worker
WHERE key IN (SELECT key FROM timers AS due WHERE wake_at <= :now ORDER BY wake_at LIMIT :limit {skip_locked})
RETURNING key, kind, ticket, due_at, attempts, data
"""
HELD = f"SELECT 1 FROM timers WHERE {_BY_KEY}"  # noqa: S608
TAKE = Fenced(f"DELETE FROM timers WHERE {_BY_KEY} RETURNING key")  # noqa: S608
POSTPONE = Fenced(f"""
UPDATE timers SET wake_at = :until, token = 0, holder = '', attempts = attempts + 1
WHERE {_BY_KEY} RETURNING key
""")  # noqa: S608
NEXT_TIMER = "SELECT min(wake_at) FROM timers"
RELEASE_TIMERS = "UPDATE timers SET wake_at = due_at, token = 0, holder = '' WHERE token <> 0 RETURNING key"
RELEASE_TIMERS_OF = """
UPDATE timers SET wake_at = due_at, token = 0, holder = '' WHERE token <> 0 AND holder = :worker
"""


class SqlTimers:
    """Keeps `bot.ports.Timers`."""

    def __init__(self, session: Session, claims: Claims) -> None:
        self._session = session
        self._claims = claims

    def set(self, timer: Timer) -> None:
        self._session.write(
            SET,
            key=timer.key,
            kind=timer.kind.value,
            ticket=timer.ticket,
            due_at=to_micros(timer.due_at),
            data=json_of(timer.data),
        )

    def cancel(self, key: str) -> None:
        self._session.write(CANCEL, key=key)

    def cancel_all(self, ticket: int, kinds: Iterable[TimerKind]) -> None:
        for kind in kinds:
            self._session.write(CANCEL_KIND, ticket=ticket, kind=kind.value)

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedTimer, ...]:
        token, until = new_token(), to_micros(now + lease)
        rows = await self._session.rows(
            CLAIM.format(skip_locked=self._claims.skip_locked),
            now=to_micros(now),
            until=until,
            token=token,
            worker=self._claims.worker,
            limit=limit,
        )
        claimed = [_claimed(row, token) for row in rows]
        return tuple(sorted(claimed, key=lambda each: (each.timer.due_at, each.timer.key)))

    async def take(self, claimed: ClaimedTimer) -> bool:
        return bool(await self.take_all((claimed,)))

    async def take_all(self, claimed: Sequence[ClaimedTimer]) -> tuple[ClaimedTimer, ...]:
        held = [{"key": each.timer.key, "token": each.token} for each in claimed]
        answers = await self._session.answers(*((HELD, each) for each in held))
        for each, answer in zip(held, answers, strict=True):
            if answer:
                self._session.write(TAKE, **each)
        return tuple(each for each, answer in zip(claimed, answers, strict=True) if answer)

    def postpone(self, claimed: ClaimedTimer, until: datetime) -> None:
        self._session.write(POSTPONE, key=claimed.timer.key, token=claimed.token, until=to_micros(until))


def _claimed(row: Row, token: int) -> ClaimedTimer:
    key, kind, ticket, due_at, attempts, data = row
    return ClaimedTimer(
        Timer(key, TimerKind(kind), ticket, from_micros(due_at), value_of(data)), token, attempts
    )
