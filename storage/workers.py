"""Who works on the store, and what only one of them does."""

from bot.durable import Duty, Worker
from storage.encoding import from_micros, to_micros
from storage.outbox import RELEASE_ITEMS_OF
from storage.session import Row, Session
from storage.timers import RELEASE_TIMERS_OF

BEAT = """
INSERT INTO workers (id, role, version, knows, started_at, alive_until)
VALUES (:id, :role, :version, :knows, :started_at, :alive_until)
ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until
"""
ALL = "SELECT id, role, version, knows, started_at, alive_until FROM workers ORDER BY started_at, id"
REMOVE = "DELETE FROM workers WHERE id = :worker"
LEAVE_DUTIES = "DELETE FROM duties WHERE worker = :worker"
DUTY = "SELECT name, worker, until_at FROM duties WHERE name = :duty"
ASSIGN = """
INSERT INTO duties (name, worker, until_at) VALUES (:duty, :worker, :until)
ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, until_at = excluded.until_at
"""


class SqlWorkers:
    """Keeps `bot.ports.Workers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def all(self) -> tuple[Worker, ...]:
        return tuple(_worker(row) for row in await self._session.rows(ALL))

    def beat(self, worker: Worker) -> None:
        self._session.write(
            BEAT,
            id=worker.id,
            role=worker.role,
            version=worker.version,
            knows=worker.knows,
            started_at=to_micros(worker.started_at),
            alive_until=to_micros(worker.alive_until),
        )

    def remove(self, worker: str) -> None:
        for sql in (RELEASE_TIMERS_OF, RELEASE_ITEMS_OF, LEAVE_DUTIES, REMOVE):
            self._session.write(sql, worker=worker)


class SqlDuties:
    """Keeps `bot.ports.Duties`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def get(self, name: str) -> Duty | None:
        row = await self._session.row(DUTY, duty=name)
        return Duty(row[0], row[1], from_micros(row[2])) if row else None

    def assign(self, duty: Duty) -> None:
        self._session.write(ASSIGN, duty=duty.name, worker=duty.worker, until=to_micros(duty.until))


def _worker(row: Row) -> Worker:
    name, role, version, knows, started_at, alive_until = row
    return Worker(name, role, version, knows, from_micros(started_at), from_micros(alive_until))
