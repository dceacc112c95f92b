"""What the core asks of the world. The docstrings are the contract; adapters, stores and fakes keep it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.access.session import GivenAnswer, Session, SignIn, Token
from bot.contacts.contact import Contact
from bot.customers.customer import Customer, Identity
from bot.durable import (
    ClaimedItem,
    ClaimedTimer,
    Duty,
    Outage,
    OutboxItem,
    Purpose,
    Timer,
    TimerKind,
    Usage,
    Worker,
)
from bot.escalation.page import Page
from bot.escalation.policy import Snapshot
from bot.hotline.call import Call
from bot.inbound import Address, Answer, Attachment, Inbound, MessagePosted
from bot.intake.ledger import Entry, Outcome, Surroundings
from bot.oncall.schedule import Override
from bot.outgoing import Capabilities, Document, Limit, Outgoing, Receipt
from bot.policy import Priority
from bot.telephone import Heard, Script
from bot.tickets.board import LOOK_BACK, Spot, Stretch, Wanted
from bot.tickets.conversation import Audience
from bot.tickets.ticket import Event, State, Ticket
from bot.webhooks.webhook import Webhook

T = TypeVar("T")


class Clock(Protocol):
    """Time is a port: nothing else in the core knows what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""

    async def sleep_until(self, instant: datetime | None) -> None:
        """Return at `instant` (at once if it is past; never if None, until cancelled)."""


class Inbox(Protocol):
    """The desk's front door. Adapters hand everything they hear to it."""

    async def receive(self, item: Inbound) -> Answer:
        """Account for `item` durably; return only after the transaction has committed.

        The same `event_key` again changes nothing and returns an empty Answer (for VerbInvoked: the answer
        may be empty too). A refusal is an Answer, not an exception.
        Raises StoreError (or any other exception) when nothing was committed: the adapter must then NOT
        confirm the event to the platform, so that it is delivered again.
        """


class Switchboard(Protocol):
    """The desk on the telephone: what is said to whoever is on the line."""

    async def hear(self, heard: Heard) -> Script:
        """Account for it durably and say what comes next, in the language of whoever hears it.

        The same `event_key` again changes nothing and is answered with where the call stands; once the call
        is over it is `refused`. Raises StoreError when nothing was committed: ask again in a moment.
        """


class Turn(Protocol):
    """Something only one of the desk's workers does at a time (reading a bot's updates)."""

    async def taken(self) -> None:
        """Return as soon as it is this worker's turn."""

    async def lost(self) -> None:
        """Return as soon as it is not (any more): stop, another worker goes on."""


class Files(Protocol):
    """Whole messages as they came in, named by their content. They are kept before they are accounted for:
    one that nobody names is harmless."""

    async def keep(self, content: bytes) -> str:
        """Its name (SHA-256, hex), once it is safe on disk. Raises StoreError when it is not."""

    async def read(self, name: str) -> bytes | None:
        """None when there is none of that name. Raises StoreError, ValueError."""


class Uploads(Protocol):
    """Files that people hand in, named by their content. They are kept before they are accounted for: one
    that nobody names is harmless. None is ever held in memory, unpacked or run."""

    async def take(self, chunks: AsyncIterator[bytes], name: str, most: int) -> Attachment:
        """Keep what `chunks` give, at most `most` bytes of it, and say what it is: `id` is its SHA-256 (hex),
        `name` the given one made safe, `content_type` what the bytes look like (whatever anybody says of
        them), `size` the bytes that came. On disk when it returns.

        Raises Refused("file_too_large") as soon as there are more than `most` bytes, without asking for the
        rest; Refused("file_empty"); StoreError when it cannot be kept. Whatever `chunks` raise comes through.
        When anything is raised, nothing is left behind.
        """

    async def open(self, id: str) -> AsyncGenerator[bytes, None] | None:
        """Its bytes, piece by piece; None when there is none of that id. Close it (`aclose`) when not all of
        it is read. Raises ValueError for what is no such id, and StoreError, also while it is read."""

    async def sweep(self) -> int:
        """At the start: clear away what workers that are gone left half done; how many. Raises StoreError."""

    async def close(self) -> None:
        """Nothing is asked of it any more. Idempotent."""


class Reading(Protocol):
    """How far a source has been read, as the one who reads it keeps it."""

    async def place(self, source: str) -> str | None:
        """Raises StoreError."""

    async def reached(self, source: str, place: str) -> None:
        """On disk when it returns. Raises StoreError."""


class Receivers(Protocol):
    """Where webhooks lead."""

    async def get(self, webhook: str) -> Webhook | None:
        """As it is now; None when it was removed. Raises StoreError."""


class Courier(Protocol):
    """Brings one thing to a webhook, to see whether it arrives."""

    async def deliver(self, webhook: Webhook, message: Document) -> None:
        """Once, now, also to one that is disabled. Raises DeliveryError."""


class Lookup(Protocol):
    """What names stand for on the network."""

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Every IP address of that name, the preferred one first; none when nobody knows any now."""


class Channel(Protocol):
    """One way out. Thin: it translates and sends, it never decides, retries, waits or rate-limits."""

    @property
    def name(self) -> str:
        """The channel's name in addresses: "slack", "telegram", "terminal"."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do; constant."""

    def limits(self, conversation: str) -> tuple[Limit, ...]:
        """The platform's rate limits that apply to a message into `conversation`. Pure and quick.

        Slack: one a second per channel. Telegram: 1/s per chat, 20/min per group, 30/s in all.
        """

    async def send(self, message: Outgoing) -> Receipt:
        """Deliver one message now and return where it is.

        Raises RateLimited (with the platform's own Retry-After), Temporary (certainly not delivered),
        OutcomeUnknown (the request left and no answer came), Unreachable (never will) or
        MovedTo (same conversation, new id). Anything else is a bug and treated like OutcomeUnknown.
        Error texts never hold a secret. An Edit whose text is already shown is a success.
        """

    async def find(self, key: str, at: Address) -> Receipt | None:
        """The message already posted under `key`, if the platform can tell (`can_find`), else None.

        `at` names the thread if the message went into one, also as an answer (`Post.reply_to`). A room
        that may or may not have been opened has an empty conversation; the answer is then None.
        """


class Tickets(Protocol):
    """Tickets as they stand, and the snapshots of policy they carry."""

    async def next_number(self) -> int:
        """A number never given before; gaps are allowed."""

    async def get(self, number: int) -> Ticket:
        """Raises Refused("unknown_ticket") with the nearest existing number as `near` ("" if none)."""

    async def find(self, number: int) -> Ticket | None:
        """None when there is none of that number."""

    def save(self, ticket: Ticket) -> None:
        """Insert or replace."""

    async def active(self, *, customer: str | None = None, limit: int = 50) -> tuple[Ticket, ...]:
        """Tickets not resolved, closed, merged or discarded; most urgent first, then oldest."""

    async def of_conversation(self, channel: str, conversation: str) -> tuple[Ticket, ...]:
        """Every ticket whose home is that conversation (linking moves them), newest first, at most 1,000."""

    async def assigned(self, engineer: str) -> tuple[Ticket, ...]:
        """The active tickets of an engineer, newest first."""

    async def last_paged(self, engineer: str) -> Ticket | None:
        """The untaken ticket the engineer was last paged for, else the last one of all."""

    async def board(
        self, wanted: Wanted, *, after: Spot | None = None, limit: int = 100
    ) -> tuple[Ticket, ...]:
        """Active tickets as they stand on the board, those beyond `after`."""

    async def finished(self, wanted: Wanted, *, back: int, limit: int = 100) -> tuple[Ticket, ...]:
        """Tickets that are not active, newest first; only among the `back` numbers that were given last."""

    async def counts(self) -> Mapping[Priority, int]:
        """How many are active, by priority; those with none are left out."""

    async def overdue(self, now: datetime) -> int:
        """How many active tickets have a clock that was due before `now`."""

    async def of_customer(self, customer: str, *, before: int = 0, limit: int = 50) -> tuple[Ticket, ...]:
        """Every ticket of a customer, newest first; numbers below `before` (0: from the newest)."""

    async def newest(
        self,
        wanted: Wanted,
        *,
        state: State | None = None,
        before: int = 0,
        limit: int = 50,
        within: int = LOOK_BACK,
    ) -> Stretch:
        """Tickets of any state (or of that one), newest first; numbers below `before` (0: from the newest).
        It looks at `within` tickets at most: where few of them are what is wanted it finds fewer than
        `limit`, perhaps none, and may still go `further`. `wanted.words` and `wanted.late_at` are not
        looked at."""

    async def unplaced(self, limit: int = 200) -> tuple[Ticket, ...]:
        """Active tickets kept before there was a board: they have no place on it until they are saved."""

    async def opened_between(self, start: datetime, end: datetime) -> tuple[Ticket, ...]:
        """Tickets by the customer's own time in [start, end), oldest first (for reports)."""

    def keep_snapshot(self, name: str, snapshot: Snapshot) -> None:
        """Keep a snapshot under its content's name; keeping it again changes nothing."""

    async def snapshot(self, name: str) -> Snapshot:
        """The snapshot a ticket carries. Raises StoreError if it was never kept."""


class Events(Protocol):
    """The append-only log."""

    def add(self, event: Event) -> None: ...

    async def of(self, ticket: int) -> tuple[Event, ...]:
        """Oldest first."""

    async def talk(self, ticket: int, audience: Audience, limit: int) -> tuple[Event, ...]:
        """The newest lines that this audience reads (`READ_BY` of bot.tickets.conversation), the oldest of
        them first; of lines in a row that say there is no news, the last."""

    async def latest(self, ticket: int, limit: int) -> tuple[Event, ...]:
        """The newest lines, the newest first."""

    async def count(self, ticket: int) -> int: ...

    async def newest(self) -> int:
        """The number of the last line of all; 0 before the first."""

    async def beyond(self, number: int, limit: int = 1000) -> tuple[tuple[int, int, str], ...]:
        """Number, ticket and its customer of the lines after that one, oldest first: what has changed
        since."""


class Messages(Protocol):
    """Which message on a platform belongs to which ticket."""

    def link(self, at: Address, message_id: str, ticket: int) -> None:
        """The `room_key` of an address as `message_id` links the whole room (an incident's)."""

    async def ticket_of(self, at: Address, message_id: str) -> int | None: ...

    async def tickets_of(self, at: Address, message_ids: Sequence[str]) -> tuple[int, ...]:
        """Those of the messages that are known, in their order, each ticket once."""

    def migrate(self, channel: str, old: str, new: str) -> None:
        """Everything known of conversation `old` (links, customers, ledger, tickets' homes, waiting messages)
        is now of `new`."""


class Customers(Protocol):
    async def get(self, customer: str) -> Customer | None: ...

    async def find(self, identities: Sequence[Identity]) -> Customer | None:
        """The customer of the first identity that is known."""

    async def all(self) -> tuple[Customer, ...]:
        """By id."""

    async def after(self, customer: str, limit: int) -> tuple[Customer, ...]:
        """By id, those beyond that one ("": from the first)."""

    def save(self, customer: Customer) -> None:
        """Insert or replace, with exactly its identities; an identity moves from whoever had it."""


class Ledger(Protocol):
    async def surroundings(self, item: MessagePosted, since: datetime) -> Surroundings:
        """What intake must know about an arriving message, in one look."""

    async def seen(self, channel: str, event_key: str) -> bool: ...

    def add(self, entry: Entry) -> None:
        """Raises nothing; the same (channel, event_key) again replaces outcome, reason and ticket."""

    async def find(self, at: Address, message_id: str) -> Entry | None:
        """The entry of a message."""

    async def since(
        self, start: datetime, *, limit: int = 100, without: Outcome | None = None
    ) -> tuple[Entry, ...]:
        """Newest first. `without`: those of that outcome are left out."""

    async def move(self, at: Address) -> tuple[Entry, ...]:
        """The entries of a conversation, oldest first, at most 1,000."""

    async def get(self, channel: str, event_key: str) -> Entry | None: ...

    async def quarantined(self, *, limit: int = 1000) -> tuple[Entry, ...]:
        """Those that wait for a human, the longest first."""

    async def waiting(self) -> int:
        """How many those are."""


class Timers(Protocol):
    def set(self, timer: Timer) -> None:
        """Insert, or replace the timer of the same key (its lease falls away)."""

    def cancel(self, key: str) -> None: ...

    def cancel_all(self, ticket: int, kinds: Iterable[TimerKind]) -> None: ...

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedTimer, ...]:
        """Due timers that nobody holds (or whose lease ran out), earliest first, held until now + lease."""

    async def take(self, claimed: ClaimedTimer) -> bool:
        """Remove a claimed timer so that it is fired in this transaction; False when it was replaced,
        cancelled or taken by somebody else. Fenced: a lease lost since then undoes the unit (LeaseLost)."""

    async def take_all(self, claimed: Sequence[ClaimedTimer]) -> tuple[ClaimedTimer, ...]:
        """Take many in one look; those that `take` would have said True for."""

    def postpone(self, claimed: ClaimedTimer, until: datetime) -> None:
        """Firing failed; try again then, with one more attempt on record. Fenced."""


class Outbox(Protocol):
    """What settles an item (`sending`, `sent`, `dead`, `postpone`) is fenced: when the lease is somebody
    else's by now, the unit fails with LeaseLost and nothing of it is written."""

    def add(self, item: OutboxItem) -> None:
        """Keep it for sending; see OutboxItem for what the same key means."""

    async def claim(self, now: datetime, limit: int, lease: timedelta) -> tuple[ClaimedItem, ...]:
        """Due items that nobody holds, most urgent first. While a worker holds items of a conversation, no
        other is given any of it: what is said there keeps its order."""

    async def sending(self, claimed: ClaimedItem, letter: str) -> bool:
        """It is about to leave in the message whose key is `letter` (its own, unless several leave together):
        from here until it is settled it may have arrived (`uncertain`).
        False when it was withdrawn meanwhile or the lease is somebody else's: then it must not leave."""

    def sent(self, claimed: ClaimedItem, receipt: Receipt, now: datetime) -> None:
        """It arrived."""

    def dead(self, claimed: ClaimedItem, reason: str, now: datetime) -> None:
        """It never will; kept for the record."""

    def postpone(self, claimed: ClaimedItem, until: datetime, *, uncertain: bool, attempts: int) -> None:
        """Try again then. `uncertain`: the last try may have arrived."""

    async def find(self, key: str) -> OutboxItem | None:
        """The item of that key, whatever became of it."""

    def withdraw(self, ticket: int, purposes: Iterable[Purpose]) -> None:
        """Items of these purposes that have not left need not any more (pages after an acknowledgement)."""

    def hasten(self, channel: str, now: datetime) -> None:
        """Items of that channel that only wait for a place under its limits are due now: one has become
        free."""

    def hasten_to(self, at: Address, now: datetime) -> None:
        """What waits for that conversation and nobody holds is due now, as if it had never been tried."""

    def readdress(self, channel: str, old: str, new: str) -> None:
        """Waiting items for conversation `old` go to `new`."""


class Overrides(Protocol):
    def add(self, override: Override) -> None: ...

    def remove(self, override: Override) -> None:
        """As if it had never been made; also those that are equal to it."""

    async def around(self, schedule: str, start: datetime, end: datetime) -> tuple[Override, ...]:
        """Overrides of a schedule that touch [start, end), in the order they were made."""


class Pages(Protocol):
    def add(self, page: Page) -> None: ...

    def delivered(self, key: str, now: datetime) -> None:
        """It reached them, also when it had been given up."""

    def failed(self, key: str, reason: str, now: datetime) -> None: ...

    async def of(self, ticket: int) -> tuple[Page, ...]:
        """Oldest first."""

    async def newest(self, ticket: int, limit: int) -> tuple[Page, ...]:
        """The last so many of them, newest first."""

    async def count(self, ticket: int) -> int: ...


class Limits(Protocol):
    """What has left under the platforms' limits, counted for all workers together."""

    async def of(self, scopes: Iterable[str]) -> Mapping[str, Usage]:
        """For every scope; an empty Usage for one that was never saved."""

    def save(self, scope: str, usage: Usage) -> None: ...


class Workers(Protocol):
    """The processes of this desk."""

    async def all(self) -> tuple[Worker, ...]:
        """Also those that are not alive any more, until they are removed; the longest at work first."""

    def beat(self, worker: Worker) -> None:
        """It is alive until `worker.alive_until`."""

    def remove(self, worker: str) -> None:
        """It is gone: its leases are void (whatever it still writes with them is refused), its duties
        free."""


class Duties(Protocol):
    """What only one worker may do at a time."""

    async def get(self, name: str) -> Duty | None: ...

    def assign(self, duty: Duty) -> None: ...


class Bookmarks(Protocol):
    """How far sources of messages have been read; what a place looks like is the reader's business."""

    async def get(self, name: str) -> str | None: ...

    def set(self, name: str, place: str) -> None: ...


class Secrets(Protocol):
    async def kept(self, name: str, fresh: str) -> str:
        """The secret of that name; `fresh` is kept when there was none. The same for all workers."""


class DeadAddresses(Protocol):
    """Conversations in which nobody can be reached any more."""

    async def reason(self, at: Address) -> str | None:
        """Why it is dead; None while it is not."""

    def mark(self, at: Address, reason: str, now: datetime) -> None: ...

    def clear(self, at: Address) -> None: ...


class Calls(Protocol):
    """Calls to the hotline."""

    async def get(self, call: str) -> Call | None: ...

    async def around(self, call: str) -> tuple[Call, Ticket, Customer | None] | None:
        """The call, its ticket and its ticket's customer, in one look."""

    def save(self, call: Call) -> None:
        """Insert or replace."""

    async def waiting(self, ticket: int) -> Call | None:
        """The newest call about that ticket in which somebody still waits on the line."""


class Reports(Protocol):
    async def last(self, key: str) -> int:
        """The number of the newest report about the message of that outbox key; -1 before the first."""

    def save(self, key: str, sequence: int) -> None: ...


class ReplyCodes(Protocol):
    """The short numbers by which somebody answers a page about a ticket from their telephone."""

    async def of(self, at: Address) -> Mapping[int, int]:
        """Tickets by their codes there."""

    def set(self, at: Address, code: int, ticket: int) -> None: ...


class ContactBook(Protocol):
    async def get(self, kind: str, value: str) -> Contact | None: ...

    def save(self, contact: Contact) -> None: ...

    async def confirmed(self) -> tuple[tuple[str, str], ...]:
        """Kind and value of every contact that its owner has confirmed."""


class Sessions(Protocol):
    """Who is signed in."""

    async def get(self, digest: str) -> Session | None: ...

    def save(self, session: Session) -> None: ...

    def renew(self, session: Session) -> None:
        """As `save`, unless it was ended meanwhile: then it stays so."""

    def end(self, digest: str) -> None: ...

    def end_all(self, address: str) -> None:
        """Every session of that address."""

    def sweep(self, now: datetime) -> None:
        """Forget sessions and links whose time has passed."""


class SignIns(Protocol):
    """Links by which somebody signs in."""

    async def get(self, digest: str) -> SignIn | None: ...

    async def asked(self, address: str, since: datetime) -> int:
        """How many that address has asked for since then."""

    def save(self, sign_in: SignIn) -> None: ...


class Tokens(Protocol):
    """What programs sign in with."""

    async def get(self, name: str) -> Token | None:
        """By its id."""

    async def find(self, digest: str) -> Token | None: ...

    async def all(self) -> tuple[Token, ...]:
        """The newest first, also those that are no good any more."""

    def save(self, token: Token) -> None: ...

    def used(self, name: str, now: datetime) -> None: ...


class GivenAnswers(Protocol):
    """What programs were answered under their idempotency keys."""

    async def get(self, token: str, key: str) -> GivenAnswer | None: ...

    def save(self, answer: GivenAnswer) -> None: ...

    def sweep(self, before: datetime) -> None:
        """Forget those from before then."""


class Outages(Protocol):
    """When a channel took nothing, for the record."""

    async def current(self, channel: str) -> Outage | None:
        """The one that has not ended."""

    def save(self, outage: Outage) -> None: ...

    async def since(self, start: datetime) -> tuple[Outage, ...]:
        """Those that began at or after `start`, oldest first."""


class Webhooks(Protocol):
    async def get(self, webhook: str) -> Webhook | None: ...

    async def all(self) -> tuple[Webhook, ...]:
        """By id; also those that are disabled."""

    def save(self, webhook: Webhook) -> None:
        """Insert or replace."""

    def remove(self, webhook: str) -> None: ...


class Transaction(Protocol):
    """One unit of work. Everything written in it is committed together or not at all.

    Writes are noted and reach the store in order, before the next read and at the end. A use case awaits
    nothing but its transaction: others wait behind it.
    """

    @property
    def tickets(self) -> Tickets: ...
    @property
    def events(self) -> Events: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def timers(self) -> Timers: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def overrides(self) -> Overrides: ...
    @property
    def pages(self) -> Pages: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def workers(self) -> Workers: ...
    @property
    def duties(self) -> Duties: ...
    @property
    def bookmarks(self) -> Bookmarks: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def dead_addresses(self) -> DeadAddresses: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def reply_codes(self) -> ReplyCodes: ...
    @property
    def contacts(self) -> ContactBook: ...
    @property
    def outages(self) -> Outages: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def answers(self) -> GivenAnswers: ...
    @property
    def webhooks(self) -> Webhooks: ...


Unit = Callable[[Transaction], Awaitable[T]]


class Store(Protocol):
    """Keeps everything. One contract suite holds for every store."""

    async def write(self, work: Unit[T]) -> T:
        """Run `work` in a transaction and return its result after the commit is on disk.

        Works that are waiting together share one commit; one that raises is undone alone and its
        exception is the caller's. Raises StoreError when the commit itself fails.
        """

    async def claim(self, work: Unit[T]) -> T:
        """Run `work`, which only claims. It does not wait for writers: what one is handed, nobody else is."""

    async def read(self, work: Unit[T]) -> T:
        """Run `work` on a committed view; what it writes is lost. Never waits for writers, only for
        others who read."""

    async def glance(self, work: Unit[T]) -> T:
        """As `read`, for the few short questions that intake and the engine ask before they go on: never
        waits for those who `read`, however many and however long."""

    async def next_due(self) -> datetime | None:
        """When the next timer, waiting message or lease's end is due."""

    @property
    def shared(self) -> bool:
        """Whether other workers may be at work on it."""

    @property
    def rest(self) -> timedelta:
        """How long the engine may rest without looking. What another process makes due is seen by then."""

    def on_hint(self, wake: Callable[[], None]) -> None:
        """Have `wake` called when another process has probably made something due. Hints may get lost."""

    @property
    def knows(self) -> int:
        """The newest schema this code knows."""

    async def check_schema(self) -> None:
        """Raises SchemaMismatch when a newer Dawnline has changed the store so that this one must stop."""

    async def close(self) -> None:
        """Finish what is under way and close. Idempotent."""
