"""One unit of work over SQL: every room of the store on the same session."""

from storage.access import SqlAnswers, SqlSessions, SqlSignIns, SqlTokens
from storage.claims import Claims
from storage.contacts import SqlContacts, SqlOutages
from storage.events import SqlEvents
from storage.intake import SqlLedger
from storage.limits import SqlLimits
from storage.outbox import SqlOutbox
from storage.pages import SqlPages
from storage.people import SqlCustomers, SqlOverrides
from storage.places import SqlBookmarks, SqlDeadAddresses, SqlSecrets
from storage.session import Session
from storage.telephone import SqlCalls, SqlReplyCodes, SqlReports
from storage.tickets import Give, SqlMessages, SqlTickets
from storage.timers import SqlTimers
from storage.webhooks import SqlWebhooks
from storage.workers import SqlDuties, SqlWorkers


class SqlTransaction:
    """Keeps `bot.ports.Transaction`. A unit enters few of the rooms, so each is made when it is entered."""

    def __init__(self, session: Session, give: Give, claims: Claims) -> None:
        self._session = session
        self._give = give
        self._claims = claims

    @property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self._session, self._give)

    @property
    def events(self) -> SqlEvents:
        return SqlEvents(self._session)

    @property
    def messages(self) -> SqlMessages:
        return SqlMessages(self._session)

    @property
    def customers(self) -> SqlCustomers:
        return SqlCustomers(self._session)

    @property
    def ledger(self) -> SqlLedger:
        return SqlLedger(self._session)

    @property
    def timers(self) -> SqlTimers:
        return SqlTimers(self._session, self._claims)

    @property
    def outbox(self) -> SqlOutbox:
        return SqlOutbox(self._session, self._claims)

    @property
    def overrides(self) -> SqlOverrides:
        return SqlOverrides(self._session)

    @property
    def pages(self) -> SqlPages:
        return SqlPages(self._session)

    @property
    def limits(self) -> SqlLimits:
        return SqlLimits(self._session)

    @property
    def workers(self) -> SqlWorkers:
        return SqlWorkers(self._session)

    @property
    def duties(self) -> SqlDuties:
        return SqlDuties(self._session)

    @property
    def bookmarks(self) -> SqlBookmarks:
        return SqlBookmarks(self._session)

    @property
    def secrets(self) -> SqlSecrets:
        return SqlSecrets(self._session)

    @property
    def dead_addresses(self) -> SqlDeadAddresses:
        return SqlDeadAddresses(self._session)

    @property
    def calls(self) -> SqlCalls:
        return SqlCalls(self._session)

    @property
    def reports(self) -> SqlReports:
        return SqlReports(self._session)

    @property
    def reply_codes(self) -> SqlReplyCodes:
        return SqlReplyCodes(self._session)

    @property
    def contacts(self) -> SqlContacts:
        return SqlContacts(self._session)

    @property
    def outages(self) -> SqlOutages:
        return SqlOutages(self._session)

    @property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self._session)

    @property
    def sign_ins(self) -> SqlSignIns:
        return SqlSignIns(self._session)

    @property
    def tokens(self) -> SqlTokens:
        return SqlTokens(self._session)

    @property
    def answers(self) -> SqlAnswers:
        return SqlAnswers(self._session)

    @property
    def webhooks(self) -> SqlWebhooks:
        return SqlWebhooks(self._session)
