"""The tables on PostgreSQL, and which scripts a database has seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import MustWait, SchemaMismatch
from storage.postgres.connection import Link
from storage.postgres.database import MIGRATORS
from storage.scripts import AFTER, BEFORE, Script, scripts_of

COPYING = "copying"
"""A table that is there as long as another store is being copied into the database."""
_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, phase TEXT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now()
)
"""
_THERE = f"SELECT to_regclass('schema_migrations') IS NOT NULL, to_regclass('{COPYING}') IS NOT NULL"
_APPLIED = "SELECT number, phase FROM schema_migrations ORDER BY number"
_NOTE = "INSERT INTO schema_migrations (number, name, phase) VALUES (:number, :name, :phase)"
_BEHIND = """
SELECT id FROM workers WHERE knows < :knows AND alive_until > extract(epoch FROM now()) * 1000000 ORDER BY id
"""

SCRIPTS = scripts_of(__name__)
"""Those of this code. A test passes others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a database stands to code that knows the scripts `known`."""

    known: tuple[Script, ...]
    applied: tuple[tuple[int, str], ...]
    half_copied: bool = False

    @property
    def newest(self) -> int:
        """The last script it has seen; 0 for an empty database."""
        return max((number for number, _ in self.applied), default=0)

    @property
    def unknown(self) -> tuple[int, ...]:
        """Scripts of a newer Dawnline."""
        return tuple(number for number, _ in self.applied if number > len(self.known))

    @property
    def too_new(self) -> tuple[int, ...]:
        """Scripts after which this code cannot work any more."""
        return tuple(number for number, phase in self.applied if phase == AFTER and number in self.unknown)

    def pending(self, *phases: str) -> tuple[Script, ...]:
        there = {number for number, _ in self.applied}
        return tuple(each for each in self.known if each.phase in phases and each.number not in there)

    def require(self) -> None:
        """Raises SchemaMismatch when this code is too old for the database, or the database for this code."""
        if self.too_new:
            known = len(self.known)
            raise SchemaMismatch(f"it has schema {self.newest}, this Dawnline knows {known}: upgrade it")
        if self.half_copied:
            raise SchemaMismatch("a copy into it is not finished: run `dawnline db copy` until it says so")
        if self.pending(BEFORE):
            raise SchemaMismatch("its schema is older than this Dawnline: run `dawnline db migrate`")


async def standing(link: Link, scripts: tuple[Script, ...] = SCRIPTS) -> Standing:
    [[(migrated, half_copied)]] = await link.run([], [(_THERE, {})])
    rows = (await link.run([], [(_APPLIED, {})]))[0] if migrated else []
    return Standing(scripts, tuple((row[0], row[1]) for row in rows), half_copied)


async def migrate(
    link: Link, phases: Sequence[str] = (BEFORE,), scripts: tuple[Script, ...] = SCRIPTS
) -> tuple[Script, ...]:
    """Run the scripts of these phases that the database has not seen; which ones. All in one transaction,
    under a lock: of two workers that start at once, one finds everything done.

    Raises SchemaMismatch when a newer Dawnline has been here, MustWait when an AFTER script would break a
    worker at work.
    """
    if not _owed(await standing(link, scripts), phases):
        return ()
    async with link.turn():
        await link.begin(f"SELECT pg_advisory_xact_lock({MIGRATORS})", _TABLE)
        owed = _owed(await standing(link, scripts), phases)
        for script in owed:
            await _run(link, script)
        await link.commit()
    return owed


def _owed(now: Standing, phases: Sequence[str]) -> tuple[Script, ...]:
    if now.too_new:
        now.require()
    return now.pending(*phases)


async def _run(link: Link, script: Script) -> None:
    if script.phase == AFTER:
        [behind] = await link.run([], [(_BEHIND, {"knows": script.number})])
        if behind:
            workers = ", ".join(row[0] for row in behind)
            raise MustWait(f"{script} must wait: older workers are at work ({workers})")
    await link.simple(script.text)
    note = {"number": script.number, "name": script.name, "phase": script.phase}
    await link.run([(_NOTE, note)], [])
