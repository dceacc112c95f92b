"""What has left under each of the platforms' limits, shared by all workers."""

from collections.abc import Iterable, Mapping

from bot.durable import Urgency, Usage
from storage.encoding import from_micros, instant_or_none, json_of, micros_or_none, to_micros, value_of
from storage.session import Row, Session

OF = "SELECT taken, blocked_until, reserved_until, reserved_for FROM limits WHERE scope = :scope"
SAVE = """
INSERT INTO limits (scope, taken, blocked_until, reserved_until, reserved_for)
VALUES (:scope, :taken, :blocked_until, :reserved_until, :reserved_for)
ON CONFLICT (scope) DO UPDATE SET
    taken = excluded.taken, blocked_until = excluded.blocked_until,
    reserved_until = excluded.reserved_until, reserved_for = excluded.reserved_for
"""


class SqlLimits:
    """Keeps `bot.ports.Limits`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def of(self, scopes: Iterable[str]) -> Mapping[str, Usage]:
        asked = tuple(dict.fromkeys(scopes))
        answers = await self._session.answers(*((OF, {"scope": scope}) for scope in asked))
        return {
            scope: _usage(rows[0]) if rows else Usage() for scope, rows in zip(asked, answers, strict=True)
        }

    def save(self, scope: str, usage: Usage) -> None:
        self._session.write(
            SAVE,
            scope=scope,
            taken=json_of([to_micros(each) for each in usage.taken]),
            blocked_until=micros_or_none(usage.blocked_until),
            reserved_until=micros_or_none(usage.reserved_until),
            reserved_for=None if usage.reserved_for is None else int(usage.reserved_for),
        )


def _usage(row: Row) -> Usage:
    taken, blocked_until, reserved_until, reserved_for = row
    return Usage(
        tuple(from_micros(each) for each in value_of(taken)),
        instant_or_none(blocked_until),
        instant_or_none(reserved_until),
        None if reserved_for is None else Urgency(reserved_for),
    )
