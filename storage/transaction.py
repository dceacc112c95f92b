"""One unit of work over SQL: every room of the store on the same session."""

from storage.claims import Claims
from storage.intake import SqlLedger
from storage.limits import SqlLimits
from storage.outbox import SqlOutbox
from storage.pages import SqlPages
from storage.people import SqlCustomers, SqlOverrides
from storage.session import Session
from storage.tickets import Give, SqlEvents, SqlMessages, SqlTickets
from storage.timers import SqlTimers
from storage.workers import SqlDuties, SqlWorkers


class SqlTransaction:
    """Keeps `bot.ports.Transaction`."""

    def __init__(self, session: Session, give: Give, claims: Claims) -> None:
        self.tickets = SqlTickets(session, give)
        self.events = SqlEvents(session)
        self.messages = SqlMessages(session)
        self.customers = SqlCustomers(session)
        self.ledger = SqlLedger(session)
        self.timers = SqlTimers(session, claims)
        self.outbox = SqlOutbox(session, claims)
        self.overrides = SqlOverrides(session)
        self.pages = SqlPages(session)
        self.limits = SqlLimits(session)
        self.workers = SqlWorkers(session)
        self.duties = SqlDuties(session)
