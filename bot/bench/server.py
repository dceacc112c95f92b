"""A database of one's own on a server that others use too."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from storage.postgres.connection import TROUBLE, connect, store_error

PREFIX = "dawnline_bench_"
LONG = 300.0
"""Seconds. The server's files of many gigabytes are not removed at once."""


@asynccontextmanager
async def scratch_database(url: str) -> AsyncIterator[str]:
    """The URL of a new, empty database on the server that `url` names; dropped afterwards, whoever is still
    connected. The database in `url` itself is only what one connects to; nothing in it is touched.

    Raises StoreError when the server cannot be had or its user may not create databases.
    """
    name = new_name()
    await make(url, name)
    try:
        yield named(url, name)
    finally:
        await asyncio.shield(drop(url, name))


def new_name() -> str:
    return f"{PREFIX}{secrets.token_hex(6)}"


async def make(url: str, name: str) -> None:
    await _administer(url, f"CREATE DATABASE {name} TEMPLATE template0")


async def drop(url: str, name: str) -> None:
    await _administer(url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def named(url: str, name: str) -> str:
    """The URL of the same server's database of this name."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{name}{query}"


async def _administer(url: str, statement: str) -> None:
    connection = await connect(url)
    try:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(statement, timeout=LONG)
    except TROUBLE as error:
        raise store_error(error) from error
    finally:
        await connection.close()
