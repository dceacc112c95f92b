"""What a store may hold that is hard to copy, and everything that is in one."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
from bot.access.session import GivenAnswer, Scope, Session, SignIn, Token
from bot.contacts.contact import Contact
from bot.durable import Outage
from bot.inbound import Address
from bot.ports import Transaction
from bot.webhooks.webhook import Webhook
from storage.postgres.dialect import from_text
from storage.sqlite.store import open_store

from tests.contract.builders import LEASE, T0, entry, event, item, message, page, put, saving, timer
from tests.contract.test_telephone import CALL

LONG = "ж" * 1_000_000
ODD = (
    "a NUL \0 in it",
    "\uf8f0",
    "\uf8f00 and \uf8f0e",
    "half an emoji \ud83d",
    "🎫 房间",
    LONG,
    "",
    "\\N\t\n",
)
LEFT_BEHIND = {"workers", "duties"}
Rows = dict[str, list[tuple[Any, ...]]]


async def add_oddities(path: Path) -> None:
    """Texts that PostgreSQL writes otherwise, also as keys; and work that is under a lease."""
    store = await open_store(path)
    for number, text in enumerate(ODD, 900_001):
        said = message(f"odd {text[:9]}", text=text, message_id=f"\0{text[:9]}")
        await put(
            store,
            saving(number, title=text[:99], text=text),
            lambda tx, text=text, number=number: tx.events.add(event(number, text=text)),  # type: ignore[misc]
            lambda tx, said=said: tx.ledger.add(entry(said.event_key, said)),  # type: ignore[misc]
            lambda tx, text=text: tx.timers.set(timer(f"odd {text[:9]}")),  # type: ignore[misc]
            lambda tx, text=text: tx.outbox.add(item(f"odd {text[:9]}")),  # type: ignore[misc]
            lambda tx, text=text: tx.pages.add(page(f"odd {text[:9]}")),  # type: ignore[misc]
        )
        await put(store, *_on_the_telephone(text[:9]), *_by_the_web(text[:9]))
    await store.write(lambda tx: tx.timers.claim(T0, 2, LEASE))
    await store.write(lambda tx: tx.outbox.claim(T0, 2, LEASE))
    await store.close()


def _on_the_telephone(text: str) -> list[Callable[[Transaction], None]]:
    at = Address("sms", f"odd {text}")
    return [
        lambda tx: tx.calls.save(replace(CALL, id=f"odd {text}", heard=text)),
        lambda tx: tx.reports.save(f"odd {text}", 3),
        lambda tx: tx.reply_codes.set(at, 1, 12),
        lambda tx: tx.contacts.save(Contact("push", f"odd {text}", text, T0, 2)),
        lambda tx: tx.outages.save(Outage(f"odd {text}", T0, text, T0)),
        lambda tx: tx.webhooks.save(Webhook(f"odd {text}", "https://a.example/", text, ("*",), T0, text)),
    ]


def _by_the_web(text: str) -> list[Callable[[Transaction], None]]:
    name = f"odd {text}"
    answer = GivenAnswer("tok_1", name, "d", T0, 201, text, {"location": text})
    return [
        lambda tx: tx.sessions.save(Session(name, text, text, T0, T0, T0)),
        lambda tx: tx.sign_ins.save(SignIn(name, text, T0, T0, T0)),
        lambda tx: tx.tokens.save(Token(name, f"d {text}", text, (Scope.READ,), T0, text, T0, used_at=T0)),
        lambda tx: tx.answers.save(answer),
        lambda tx: tx.answers.save(replace(answer, token="tok_2", status=None)),  # still being worked on
    ]


def in_file(path: Path) -> Rows:
    """Every row of every table that is copied, without what is said twice."""
    db = sqlite3.connect(path)
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: _sorted(db.execute(f"SELECT {_columns(db, name)} FROM {name}")) for name in tables}  # noqa: S608
    db.close()
    return {name: rows for name, rows in found.items() if name not in LEFT_BEHIND}


async def in_database(url: str, like: Rows, path: Path) -> Rows:
    """The same tables, their columns in the same order."""
    db, connection = sqlite3.connect(path), await asyncpg.connect(url)
    found = {}
    for name in like:
        records = await connection.fetch(f"SELECT {_columns(db, name)} FROM {name}")  # noqa: S608
        found[name] = _sorted(tuple(map(from_text, record)) for record in records)
    await connection.close()
    db.close()
    return found


def _columns(db: sqlite3.Connection, table: str) -> str:
    return ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})"))


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)
