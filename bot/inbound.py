"""What the world tells the desk, in the core's own words.

Adapters translate platform events into these and hand them to `Inbox.receive`. Nothing of the
platform's own shapes passes beyond. All instants are aware datetimes in UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.errors import Refused


@dataclass(frozen=True, slots=True)
class Address:
    """Where messages go: a conversation of a channel and, where the channel has them, a thread in it.

    `thread` is what the platform needs to post there: Slack's thread_ts, Telegram's message_thread_id.
    """

    channel: str
    conversation: str
    thread: str | None = None

    def __str__(self) -> str:
        return ":".join(part for part in (self.channel, self.conversation, self.thread) if part)

    @property
    def room_key(self) -> str:
        """Where a message's id would stand when a whole room is linked to its incident's ticket: "" for a
        conversation of its own, else the one topic of a group that holds many."""
        return f"topic:{self.thread}" if self.thread else ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a channel, as the platform names them.

    `id` is the platform's stable id (never a display name). `workspace` is set only when the person
    belongs to another organisation than ours (Slack Connect). `verified`: the platform vouches that it is
    them; only then may they act as an engineer or speak in a customer's name.
    """

    channel: str
    id: str
    name: str = ""
    workspace: str | None = None
    is_bot: bool = False
    verified: bool = True


KEPT = "kept:"
"""The `url` of a file that the desk keeps itself."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A reference to a file that stays where it is: on the platform, or within a formal message as it was
    kept, or among the desk's own files (`id` is then the SHA-256 of the file)."""

    id: str
    name: str
    content_type: str = ""
    size: int | None = None
    url: str | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the desk keeps it itself, beside its tickets, under its SHA-256."""
        return self.url == KEPT


class Nature(StrEnum):
    """Who wrote a formal message."""

    PERSON = "person"
    REPLIED = "auto-replied"
    """A machine, in answer to something (out of office)."""
    GENERATED = "auto-generated"
    """A machine, of its own accord (an alert)."""
    LIST = "list"
    """Somebody, through a list or in bulk."""
    BOUNCE = "bounce"
    """A report that a message of ours did not arrive, or was complained about."""
    LOOP = "loop"
    """We ourselves."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a report says of one recipient. `permanent`: the address will never work; `late`: it is still
    being tried; `complaint`: the reader called it spam. `address` is "" where the report names none."""

    address: str
    reason: str
    permanent: bool = False
    late: bool = False
    complaint: bool = False


@dataclass(frozen=True, slots=True)
class Formal:
    """What a formal message (an e-mail) has beside its new words.

    `full_text`: with all that it quotes. `token`: the ticket that a token signed by us names; `to_page`: that
    token was a page's. `answers`: ids of messages it refers to, the nearest first. `quoted`: the ticket
    number its subject names, which anybody can write. `copies`: other addresses it was sent to, ours left
    out. `mailbox`: which of ours it came in by. `kept`: the name of the whole message among the kept files.
    `undelivered` and `about`: a BOUNCE's recipients, and the id of our message that it is about.
    `defects`: what was repaired or left out, in English. `spam`: the desk's own mail server says so.
    """

    subject: str = ""
    full_text: str = ""
    nature: Nature = Nature.PERSON
    token: int | None = None
    to_page: bool = False
    answers: tuple[str, ...] = ()
    quoted: int | None = None
    copies: tuple[str, ...] = ()
    mailbox: str = ""
    kept: str = ""
    undelivered: tuple[Undelivered, ...] = ()
    about: str | None = None
    defects: tuple[str, ...] = ()
    spam: bool = False


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """A message in a conversation the desk is part of.

    `event_key` is the same for every redelivery of the same event and unique within the channel.
    `sent_at` is the customer's own timestamp, not the time of ingestion.
    `reply_to` is the id of the message this one answers (in Slack: the thread's root, if it is a reply).
    `addressed` means the text was directed at the desk (a mention), with the mention already removed.
    `private` means the conversation is one person's direct conversation with the desk.
    `formal` is what a formal message has beside its words; then `reply_to` is None, because what it answers
    is for the core to judge.
    """

    event_key: str
    at: Address
    message_id: str
    author: Person
    text: str
    sent_at: datetime
    reply_to: str | None = None
    addressed: bool = False
    private: bool = False
    attachments: tuple[Attachment, ...] = ()
    formal: Formal | None = None

    @property
    def words(self) -> str:
        """All that is said, with the subject a formal message has."""
        subject = self.formal.subject if self.formal else ""
        return f"{subject}\n{self.text}" if subject else self.text


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """A message now reads differently. `text` is the whole new text."""

    event_key: str
    at: Address
    message_id: str
    author: Person
    text: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """A message is gone from the platform; the desk keeps its words."""

    event_key: str
    at: Address
    message_id: str
    author: Person | None
    deleted_at: datetime


@dataclass(frozen=True, slots=True)
class ReactionAdded:
    """Somebody reacted to a message. `emoji` is the character itself (\N{EYES}), never a platform's alias."""

    event_key: str
    at: Address
    message_id: str
    author: Person
    emoji: str
    reacted_at: datetime


@dataclass(frozen=True, slots=True)
class Form:
    """A command as a form gives it, taken apart already: nothing in its words is read as a ticket or an
    option."""

    verb: str
    tickets: tuple[int, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language and time zone somebody reads."""

    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class VerbInvoked:
    """Somebody used a command: a slash command, a Telegram /command or a button.

    `text` is the verb and its arguments without the slash: "ack T-1042", "update T-12 eta=2h ...".
    `reply_to` is the message it was invoked on or in the thread of, if any; `message_id` is the id of the
    message that carried the command, where there is one (Telegram), so that nothing typed is lost; so are
    the files that came with it in `attachments` (a photo whose caption is "/ticket video is black"; what an
    engineer hands in with an update). `form`: what a form said, in the place of `text`, which is then only
    for the record. `reading`: how an engineer reads there, where that is not as the policy has it.
    """

    event_key: str
    at: Address
    author: Person
    text: str
    invoked_at: datetime
    reply_to: str | None = None
    message_id: str | None = None
    private: bool = False
    attachments: tuple[Attachment, ...] = ()
    form: Form | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """Somebody filled in the form for a new ticket, so it is one, whatever it says.

    `facts`: what was asked for beside the words, by name ("since", "users", "app", "room", "user", "sdk",
    "platform"). `customer`: whose ticket it is; the adapter has seen that the author may say so.
    """

    event_key: str
    at: Address
    author: Person
    customer: str
    title: str
    text: str
    filed_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrote:
    """A customer's further words, on the page of one ticket. `customer`: as in Filed."""

    event_key: str
    at: Address
    author: Person
    customer: str
    ticket: int
    text: str
    wrote_at: datetime
    attachments: tuple[Attachment, ...] = ()


class Opinion(StrEnum):
    """What a customer says of a ticket."""

    SOLVED = "solved"
    NOT_SOLVED = "not-solved"


@dataclass(frozen=True, slots=True)
class Judged:
    """A customer says that it is solved, or that it is not, on the page of the ticket, and whatever else.
    `customer`: as in Filed."""

    event_key: str
    at: Address
    author: Person
    customer: str
    ticket: int
    opinion: Opinion
    text: str
    judged_at: datetime
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationMigrated:
    """A conversation goes on under a new id; everything linked to the old one moves along."""

    event_key: str
    channel: str
    old_conversation: str
    new_conversation: str
    migrated_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event that could not be translated; kept on the ledger with its raw text so that nothing is lost."""

    event_key: str
    at: Address
    raw: str
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call to us is over. `status` is the provider's word ("completed", "no-answer")."""

    event_key: str
    call: str
    at: Address
    status: str
    ended_at: datetime
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was said after the tone is kept by the provider at `url`; it lasts `seconds`."""

    event_key: str
    call: str
    at: Address
    recording: str
    url: str
    seconds: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Transcribed:
    """A recording in words, minutes later, before `Recorded`, or never. `text` is "" when nobody could make
    them out."""

    event_key: str
    call: str
    at: Address
    recording: str
    text: str
    transcribed_at: datetime


class Fate(StrEnum):
    """What became of a message of ours."""

    PENDING = "pending"
    """On its way: queued, sent, ringing, answered by we do not know whom."""
    DELIVERED = "delivered"
    """A text reached the handset; a call was taken by a human."""
    FAILED = "failed"
    """Busy, no answer, an answering machine, undelivered."""


@dataclass(frozen=True, slots=True)
class Reported:
    """The provider says afterwards what became of the message with the outbox key `key`.

    `sequence` orders the reports of one call (None where the provider does not number them); one that is not
    newer than the last is ignored. `over`: the call has ended, so its line is free again.
    """

    event_key: str
    at: Address
    key: str
    fate: Fate
    reason: str
    reported_at: datetime
    sequence: int | None = None
    over: bool = False


Inbound = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | VerbInvoked
    | Filed
    | Wrote
    | Judged
    | ConversationMigrated
    | Unreadable
    | CallEnded
    | Recorded
    | Transcribed
    | Reported
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says back to the one who asked, in their language; plain text.

    The adapter shows it privately to the asker where the platform can (ephemeral message, callback
    answer), else as a reply. `refused` means the answer was no. Empty text: nothing is to be said.
    Answers to MessagePosted travel through the outbox instead, so the adapter never sees them. `why`: what a
    refusal is made of, for programs, which read it in words of their own.
    """

    text: str = ""
    refused: bool = False
    why: Refused | None = field(default=None, compare=False)
