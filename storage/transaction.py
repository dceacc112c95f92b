"""One unit of work over SQL: every room of the store on the same session."""

from collections.abc import Awaitable, Callable

from storage.intake import SqlLedger
from storage.outbox import SqlOutbox
from storage.pages import SqlPages
from storage.people import SqlCustomers, SqlOverrides
from storage.session import Session
from storage.tickets import SqlEvents, SqlMessages, SqlTickets
from storage.timers import SqlTimers


class SqlTransaction:
    """Keeps `bot.ports.Transaction`."""

    def __init__(self, session: Session, numbers: Callable[[], Awaitable[int]]) -> None:
        self.tickets = SqlTickets(session, numbers)
        self.events = SqlEvents(session)
        self.messages = SqlMessages(session)
        self.customers = SqlCustomers(session)
        self.ledger = SqlLedger(session)
        self.timers = SqlTimers(session)
        self.outbox = SqlOutbox(session)
        self.overrides = SqlOverrides(session)
        self.pages = SqlPages(session)
