"""One connection to PostgreSQL through asyncpg, made when it is needed and made again after it broke."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

import asyncpg

from bot.errors import LeaseLost, StoreAway, StoreError
from storage.encoding import whole
from storage.postgres.dialect import SetForm, arguments, arrays, from_text, set_form, single
from storage.runs import arranged
from storage.session import LOST, Fenced, Row, Statement

TROUBLE = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # of a session that the server has ended meanwhile
    OSError,
    TimeoutError,
    ValueError,
)
"""What goes wrong between here and the database: its own errors, a broken connection, a value nothing can
hold."""
SETTINGS = {
    "application_name": "dawnline",
    # Whoever is paused in the middle of a transaction must not hold up the other workers.
    "idle_in_transaction_session_timeout": "2000",
    "synchronous_commit": "on",  # what a platform is told to be received is on disk
    "jit": "off",
    # Plans follow the tables: one made for an empty desk would read a full one from end to end.
    "plan_cache_mode": "force_custom_plan",
    "timezone": "UTC",
}
CONNECTING, PATIENCE, LONG_PATIENCE = 5.0, 30.0, 3600.0
"""Seconds: for a connection, a statement, and one that may go through whole tables."""
_GRACE = 5.0
"""So much longer than the server itself a statement is waited for."""


AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it is starting, stopping, or has ended the session
    asyncpg.InsufficientResourcesError,  # too many connections, a full disk
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


def store_error(error: BaseException) -> StoreError:
    """The driver's words without the statement's values."""
    text = f"PostgreSQL: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    closed = isinstance(error, asyncpg.InterfaceError) and "closed" in text
    return StoreAway(text) if closed or isinstance(error, AWAY) else StoreError(text)


class Link:
    """Keeps `storage.session.Driver`. One task at a time uses it: whoever comes meanwhile waits."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._begun = False
        self._turn = asyncio.Lock()
        self._forms: dict[str, SetForm | None] = {}

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["Link"]:
        """Have it to oneself, for a transaction. Left by an error inside one, the transaction is undone."""
        async with self._turn:
            try:
                yield self
            finally:
                await self.abandon()

    async def begin(self, *more: str) -> None:
        """From here to `commit` or `abandon` everything is in one transaction, or fails."""
        await self.begin_with("BEGIN", *more)

    async def begin_with(self, *statements: str) -> None:
        await self.simple("; ".join(statements))
        self._begun = True

    async def commit(self, *more: str) -> None:
        done = await self.simple("; ".join((*more, "COMMIT")))
        self._begun = False
        if done != "COMMIT":  # PostgreSQL says ROLLBACK, as if that were no failure
            raise StoreError("PostgreSQL: the transaction had failed")

    async def simple(self, sql: str) -> str:
        """Several statements without parameters in one trip; the last one's tag."""
        connection = await self._connected()
        try:
            return await connection.execute(sql)
        except TROUBLE as error:
            raise store_error(error) from error

    async def run(self, writes: Sequence[Statement], queries: Sequence[Statement]) -> list[list[Row]]:
        """One by one, in order."""
        for sql, values in writes:
            self._fence(sql, 1, await self._fetch(single(sql), arguments(sql, values)))
        return [_rows(await self._fetch(single(sql), arguments(sql, values))) for sql, values in queries]

    async def look(self, queries: Sequence[Statement]) -> list[list[Row]]:
        """Answers, with questions of one text asked as one."""
        answers: list[list[Row]] = [[] for _ in queries]
        by_text = sorted(range(len(queries)), key=lambda index: queries[index][0])
        for sql, group in groupby(by_text, key=lambda index: queries[index][0]):
            same = list(group)
            form = await self._form(sql) if len(same) > 1 else None
            if form is None:
                for index in same:
                    answers[index] = _rows(await self._fetch(single(sql), arguments(*queries[index])))
                continue
            found = await self._fetch(form.sql, arrays(sql, [queries[index][1] for index in same]))
            for row in found:
                answers[same[row[0] - 1]].append(_row(row)[1:])
        return answers

    async def write(self, writes: Iterable[Statement]) -> None:
        """Many units' writes, in sets."""
        for run in arranged(writes):
            form = await self._form(run.sql) if len(run.rows) > 1 else None
            if form is None:
                await self.run([(run.sql, row) for row in run.rows], [])
                continue
            for rows in form.sets(run.rows):
                self._fence(run.sql, len(rows), await self._fetch(form.sql, arrays(run.sql, rows)))

    async def abandon(self) -> None:
        """Undo the transaction under way; a connection that cannot is given up."""
        connection, self._begun = self._connection, False
        if connection is None:
            return
        if connection.is_closed():
            self._connection = None
        elif connection.is_in_transaction():
            try:
                await connection.execute("ROLLBACK")
            except TROUBLE:
                self._give_up()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            try:
                await connection.close(timeout=CONNECTING)
            except TROUBLE:
                connection.terminate()

    async def raw(self) -> "asyncpg.Connection[asyncpg.Record]":
        """The connection itself, for what only PostgreSQL has (LISTEN)."""
        return await self._connected()

    def _give_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    def _fence(self, sql: str, wanted: int, rows: Sequence[Any]) -> None:
        if isinstance(sql, Fenced) and len(rows) < wanted:
            raise LeaseLost(LOST)

    async def _fetch(self, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        connection = await self._connected()
        try:
            return await connection.fetch(sql, *values)
        except (UnicodeEncodeError, asyncpg.DataError) as error:
            # Half an emoji (JSON allows it) must not keep the message it is in from being kept.
            mended = [_mended(value) for value in values]
            if mended == list(values):
                raise store_error(error) from error
            return await self._fetch(sql, mended)
        except TROUBLE as error:
            if isinstance(error, AWAY):
                self._give_up()
            raise store_error(error) from error

    async def _form(self, sql: str) -> SetForm | None:
        """Made once a text: PostgreSQL itself says of what types its parameters are."""
        if sql not in self._forms:
            connection = await self._connected()
            try:
                prepared = await connection.prepare(single(sql))
            except TROUBLE as error:
                raise store_error(error) from error
            self._forms[sql] = set_form(sql, [each.name for each in prepared.get_parameters()])
        return self._forms[sql]

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Never a new one in the middle of a transaction: what follows would be committed by itself."""
        connection = self._connection
        if connection is not None and not connection.is_closed():
            if self._begun and not connection.is_in_transaction():
                raise StoreError("PostgreSQL: the transaction ended by itself")
            return connection
        if self._begun:
            raise StoreAway("PostgreSQL: the connection was lost within a transaction")
        self._connection = await connect(self._url, self._patience)
        return self._connection


async def connect(url: str, patience: float = PATIENCE) -> "asyncpg.Connection[asyncpg.Record]":
    """Raises StoreError when the database cannot be had."""
    try:
        return await asyncpg.connect(
            url,
            timeout=CONNECTING,
            command_timeout=patience + _GRACE,
            server_settings={**SETTINGS, "statement_timeout": f"{patience * 1000:.0f}"},
            statement_cache_size=400,
            max_cached_statement_lifetime=0,
            max_cacheable_statement_size=0,
        )
    except TROUBLE as error:
        raise store_error(error) from error


def _row(record: asyncpg.Record) -> Row:
    return tuple(map(from_text, record))


def _rows(records: Iterable[asyncpg.Record]) -> list[Row]:
    return [_row(record) for record in records]


def _mended(value: Any) -> Any:
    if isinstance(value, list):
        return [_mended(each) for each in value]
    return whole(value) if isinstance(value, str) else value
