"""Ticket numbers from the database's sequence."""

from storage.numbers import Numbers
from storage.postgres.connection import Link
from storage.session import Session

_NUMBERS = "SELECT nextval('ticket_numbers') FROM generate_series(1, :count)"
_NUMBER = "WITH next AS (SELECT nextval('ticket_numbers') AS number) SELECT number FROM next"


class Stock:
    """Ticket numbers fetched ahead, so that nobody who opens a ticket waits for one. What is left over when
    the process ends is a gap, so there are never many more than were just needed."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.numbers = Numbers()
        self._asked = 1

    async def fill(self) -> None:
        missing, self._asked = self._asked - len(self.numbers), 1
        if missing > 0:
            [rows] = await self._link.run([], [(_NUMBERS, {"count": missing})])
            self.numbers.add(row[0] for row in rows)

    async def take(self, session: Session) -> int:
        """Keeps `storage.tickets.Give`."""
        self._asked += 1
        number = self.numbers.take(session)
        if number is None:
            number = (await session.rows(_NUMBER))[0][0]
            session.taken.append(number)
        return number
