"""What must hold after the crashes, read from the database and from what the platform has."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from tests.integration.killed.load import PAGED, ROUNDS
from tests.integration.killed.rows import Row, Rows
from tests.integration.killed.wire import WIRE, Line

_LATENESS = """
SELECT p.key, coalesce(o.letter, o.key), p.round, t.opened_at, l.received_at, o.sent_at
FROM pages AS p JOIN outbox AS o ON o.key = p.key JOIN tickets AS t ON t.number = p.ticket
JOIN ledger AS l ON l.ticket = p.ticket
"""
_SECOND = 1_000_000


@dataclass(frozen=True)
class Audit:
    """`confirmed`: the event keys the platform was told to have arrived, as often as it was. `offered`: all
    there are, each of which opens a ticket. `channels`: those whose messages are in `wire`."""

    rows: Rows
    wire: Sequence[Line]
    confirmed: Sequence[str]
    offered: Set[str]
    channels: Sequence[str] = (WIRE,)

    def duplicates(self, channel: str = WIRE) -> list[str]:
        """The keys of posts that arrived once more than meant, each as often as that."""
        posts = [line for line in self.wire if line.what == "Post" and line.channel == channel]
        keys = Counter(line.key for line in posts)
        return list((keys - Counter(set(keys))).elements())

    def repeated_edits(self) -> int:
        """Edits of which the platform has the same words twice: harmless, nobody sees it."""
        edits = Counter((line.key, line.text) for line in self.wire if line.what == "Edit")
        return edits.total() - len(edits)

    def latest_page(self) -> float:
        """By how many seconds the latest page was late: after its round was due and its ticket there."""
        return max((self._late(row) for row in self.rows(_LATENESS)), default=0.0)

    def faults(self) -> Iterator[str]:
        """Everything that is not as promised; nothing when all is well."""
        yield from self.rows.broken()
        yield from self._ledger()
        yield from self._tickets()
        yield from self._paged()
        yield from self._left_over()
        yield from self._delivered()
        yield from self._told_once()

    def _late(self, page: Row) -> float:
        key, letter, number, opened_at, received_at, recorded_at = page
        after: int = ROUNDS[min(number, len(ROUNDS) - 1)] // timedelta(microseconds=1)
        arrived: int = min((line.at for line in self.wire if line.key in (key, letter)), default=recorded_at)
        due: int = max(received_at, opened_at + after)
        return (arrived - due) / _SECOND

    def _ledger(self) -> Iterator[str]:
        confirmed = Counter(self.confirmed)
        entries = Counter(row[0] for row in self.rows("SELECT event_key FROM ledger"))
        yield from (f"confirmed and lost: {key}" for key in confirmed - entries)
        yield from (f"never confirmed: {key}" for key in self.offered - set(confirmed))
        yield from (f"on the ledger {count} times: {key}" for key, count in entries.items() if count > 1)
        odd = "SELECT event_key, outcome FROM ledger WHERE outcome <> 'opened' OR ticket IS NULL"
        yield from (f"on the ledger without a ticket: {row}" for row in self.rows(odd))

    def _tickets(self) -> Iterator[str]:
        tickets = len(self.offered)
        places = Counter(row[0] for row in self.rows("SELECT conversation FROM tickets"))
        yield from (f"{count} tickets of {place}" for place, count in places.items() if count > 1)
        if len(places) != tickets or len(set(self.rows("SELECT ticket FROM ledger"))) != tickets:
            yield f"{len(places)} tickets instead of {tickets}"
        receipts = Counter(row[0] for row in self.rows("SELECT ticket FROM outbox WHERE purpose = 'receipt'"))
        yield from (f"{count} receipts of {each}" for each, count in receipts.items() if count != 1)
        if len(receipts) != tickets:
            yield f"{len(receipts)} receipts instead of {tickets}"

    def _paged(self) -> Iterator[str]:
        """Everybody whom the rounds wake, once a ticket."""
        paged = Counter((row[0], row[1]) for row in self.rows("SELECT ticket, engineer FROM pages"))
        meant = Counter((row[0], name) for row in self.rows("SELECT number FROM tickets") for name in PAGED)
        yield from (f"not paged: {each}" for each in meant - paged)
        yield from (f"paged, and not meant: {each}" for each in paged - meant)

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
        yield from (f"worker left: {row[0]}" for row in self.rows("SELECT id FROM workers"))
        yield from (f"duty left: {row}" for row in self.rows("SELECT name, worker FROM duties"))

    def _delivered(self) -> Iterator[str]:
        """Every row's own words are in a letter of its own, and a card shows its newest ones."""
        words = "SELECT key, coalesce(letter, key), kind, channel, conversation, body FROM outbox"
        for key, letter, kind, channel, place, body in self.rows(words):
            if channel not in self.channels:
                continue
            text = json.loads(body)["text"]
            there = [line.text for line in self._at(channel, place) if line.key == letter]
            if kind == "Edit" and there[-1:] != [text]:
                yield f"{key} shows old words"
            if not any(text in each for each in there):
                yield f"{key} never arrived (in {letter})"

    def _told_once(self) -> Iterator[str]:
        """Nothing is said in two different letters: that would be a duplicate no key tells."""
        posts = "SELECT key, channel, conversation, body FROM outbox WHERE kind = 'Post'"
        for key, channel, place, body in self.rows(posts):
            text = json.loads(body)["text"]
            here = [line for line in self._at(channel, place) if line.what == "Post"]
            letters = {line.key for line in here if text in line.text}
            if len(letters) > 1:
                yield f"{key} was told in {sorted(letters)}"

    def _at(self, channel: str, place: str) -> list[Line]:
        return self._places.get((channel, place), [])

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[Line]]:
        places: dict[tuple[str, str], list[Line]] = {}
        for line in self.wire:
            places.setdefault((line.channel, line.conversation), []).append(line)
        return places
