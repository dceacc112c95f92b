"""The tables on PostgreSQL, and which scripts a database has seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import SchemaMismatch
from storage.postgres.connection import Link
from storage.postgres.database import MIGRATORS
from storage.scripts import AFTER, BEFORE, Script, scripts_of

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, phase TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""
_EXISTS = "SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL"
_APPLIED = "SELECT number, phase FROM schema_migrations ORDER BY number"
_NOTE = "INSERT INTO schema_migrations (number, name, phase) VALUES (:number, :name, :phase)"
_BEHIND = """
SELECT id FROM workers WHERE knows < :knows AND alive_until > extract(epoch FROM now()) * 1000000 ORDER BY id
"""


def scripts() -> tuple[Script, ...]:
    return scripts_of(__name__)


KNOWS = len(scripts())
"""The newest script this code knows."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to this code."""

    applied: tuple[tuple[int, str], ...]

    @property
    def too_new(self) -> tuple[int, ...]:
        """Scripts after which this code cannot work any more."""
        return tuple(number for number, phase in self.applied if phase == AFTER and number > KNOWS)

    def pending(self, phase: str) -> tuple[Script, ...]:
        there = {number for number, _ in self.applied}
        return tuple(each for each in scripts() if each.phase == phase and each.number not in there)

    def require(self) -> None:
        """Raises SchemaMismatch when this code is too old for the database, or the database for this code."""
        if self.too_new:
            newest = max(number for number, _ in self.applied)
            raise SchemaMismatch(f"it has schema {newest}, this Dawnline knows {KNOWS}: upgrade it")
        if self.pending(BEFORE):
            raise SchemaMismatch("its schema is older than this Dawnline: run `dawnline db migrate`")


async def standing(link: Link) -> Standing:
    [exists] = await link.run([], [(_EXISTS, {})])
    rows = (await link.run([], [(_APPLIED, {})]))[0] if exists else []
    return Standing(tuple((row[0], row[1]) for row in rows))


async def migrate(link: Link, phases: Sequence[str] = (BEFORE,)) -> tuple[Script, ...]:
    """Run the scripts of these phases that the database has not seen; which ones. All in one transaction,
    under a lock: of two workers that start at once, one finds everything done.

    Raises SchemaMismatch when a newer Dawnline has been here, or an AFTER script would break a worker at
    work.
    """
    if not _owed(await standing(link), phases):
        return ()
    async with link.turn():
        await link.begin(f"SELECT pg_advisory_xact_lock({MIGRATORS})", _TABLE)
        owed = _owed(await standing(link), phases)
        for script in owed:
            await _run(link, script)
        await link.commit()
    return owed


def _owed(now: Standing, phases: Sequence[str]) -> tuple[Script, ...]:
    if now.too_new:
        now.require()
    return tuple(
        sorted((each for phase in phases for each in now.pending(phase)), key=lambda each: each.number)
    )


async def _run(link: Link, script: Script) -> None:
    if script.phase == AFTER:
        [behind] = await link.run([], [(_BEHIND, {"knows": script.number})])
        if behind:
            workers = ", ".join(row[0] for row in behind)
            raise SchemaMismatch(f"{script.number:04} {script.name} must wait: older workers run ({workers})")
    await link.simple(script.text)
    note = {"number": script.number, "name": script.name, "phase": script.phase}
    await link.run([(_NOTE, note)], [])
