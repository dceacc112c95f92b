"""What must hold after the crashes, read from the database and from what the platform has."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.integration.killed.child import CONFIRMED, DATABASE, SENT
from tests.integration.killed.load import PAGED, TICKETS
from tests.integration.killed.wire import Line, lines_of, sent

ONES = {f"e{number}" for number in range(TICKETS)}


@dataclass
class Audit:
    directory: Path

    @cached_property
    def wire(self) -> list[Line]:
        return list(sent(self.directory / SENT))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.directory / DATABASE)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def duplicates(self) -> list[str]:
        """The keys of posts that arrived once more than meant, each as often as that."""
        keys = Counter(line.key for line in self.wire if line.what == "Post")
        return list((keys - Counter(set(keys))).elements())

    def repeated_edits(self) -> int:
        """Edits of which the platform has the same words twice: harmless, nobody sees it."""
        edits = Counter((line.key, line.text) for line in self.wire if line.what == "Edit")
        return edits.total() - len(edits)

    def faults(self) -> Iterator[str]:
        """Everything that is not as promised; nothing when all is well."""
        yield from self._ledger()
        yield from self._tickets()
        yield from self._left_over()
        yield from self._delivered()
        yield from self._told_once()

    def _ledger(self) -> Iterator[str]:
        confirmed = Counter(lines_of(self.directory / CONFIRMED))
        entries = Counter(dict(self.rows("SELECT event_key, count(*) FROM ledger GROUP BY event_key")))
        yield from (f"confirmed and lost: {key}" for key in confirmed - entries)
        yield from (f"never confirmed: {key}" for key in ONES - set(confirmed))
        yield from (f"on the ledger {count} times: {key}" for key, count in entries.items() if count > 1)
        odd = "SELECT event_key, outcome FROM ledger WHERE outcome <> 'opened' OR ticket IS NULL"
        yield from (f"on the ledger without a ticket: {row}" for row in self.rows(odd))

    def _tickets(self) -> Iterator[str]:
        yield from (f"integrity: {row[0]}" for row in self.rows("PRAGMA integrity_check") if row != ("ok",))
        places = Counter(row[0] for row in self.rows("SELECT conversation FROM tickets"))
        yield from (f"{count} tickets of {place}" for place, count in places.items() if count > 1)
        if len(places) != TICKETS or len(set(self.rows("SELECT ticket FROM ledger"))) != TICKETS:
            yield f"{len(places)} tickets instead of {TICKETS}"
        receipts = Counter(row[0] for row in self.rows("SELECT ticket FROM outbox WHERE purpose = 'receipt'"))
        yield from (f"{count} receipts of {each}" for each, count in receipts.items() if count != 1)
        if len(receipts) != TICKETS:
            yield f"{len(receipts)} receipts instead of {TICKETS}"
        paged = set(self.rows("SELECT ticket, engineer FROM pages"))
        meant = {(row[0], name) for row in self.rows("SELECT number FROM tickets") for name in PAGED}
        yield from (f"not paged, or not meant: {each}" for each in meant ^ paged)

    def _left_over(self) -> Iterator[str]:
        for row in self.rows("SELECT key, state, token, uncertain FROM outbox WHERE state <> 'sent'"):
            yield f"not sent: {row}"
        yield from (
            f"lease left: {row}" for row in self.rows("SELECT key, token FROM timers WHERE token <> 0")
        )
        for row in self.rows("SELECT key, failed_at FROM pages WHERE delivered_at IS NULL"):
            yield f"page not noted as delivered: {row}"
        pages = "SELECT key FROM pages EXCEPT SELECT key FROM outbox WHERE purpose = 'page'"
        yield from (f"page without a message: {row}" for row in self.rows(pages))

    def _delivered(self) -> Iterator[str]:
        """Every row's own words are in a letter of its own, and a card shows its newest ones."""
        words = "SELECT key, coalesce(letter, key), kind, conversation, body FROM outbox"
        for key, letter, kind, place, body in self.rows(words):
            text = json.loads(body)["text"]
            there = [line.text for line in self.wire if (line.key, line.conversation) == (letter, place)]
            if kind == "edit" and there[-1:] != [text]:
                yield f"{key} shows old words"
            if not any(text in each for each in there):
                yield f"{key} never arrived (in {letter})"

    def _told_once(self) -> Iterator[str]:
        """Nothing is said in two different letters: that would be a duplicate no key tells."""
        posts = [line for line in self.wire if line.what == "Post"]
        for key, place, body in self.rows("SELECT key, conversation, body FROM outbox WHERE kind = 'post'"):
            text = json.loads(body)["text"]
            letters = {line.key for line in posts if line.conversation == place and text in line.text}
            if len(letters) > 1:
                yield f"{key} was told in {sorted(letters)}"
