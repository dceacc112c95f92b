"""What the world tells the desk, in the core's own words.

Adapters translate platform events into these and hand them to `Inbox.receive`. Nothing of the
platform's own shapes passes beyond. All instants are aware datetimes in UTC.
"""

from dataclasses import dataclass
from datetime import datetime


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
    belongs to another organisation than ours (Slack Connect).
    """

    channel: str
    id: str
    name: str = ""
    workspace: str | None = None
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A reference to a file that stays on the platform."""

    id: str
    name: str
    content_type: str = ""
    size: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """A message in a conversation the desk is part of.

    `event_key` is the same for every redelivery of the same event and unique within the channel.
    `sent_at` is the customer's own timestamp, not the time of ingestion.
    `reply_to` is the id of the message this one answers (in Slack: the thread's root, if it is a reply).
    `addressed` means the text was directed at the desk (a mention), with the mention already removed.
    `private` means the conversation is one person's direct conversation with the desk.
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
class VerbInvoked:
    """Somebody used a command: a slash command, a Telegram /command or a button.

    `text` is the verb and its arguments without the slash: "ack T-1042", "update T-12 eta=2h ...".
    `reply_to` is the message it was invoked on or in the thread of, if any; `message_id` is the id of the
    message that carried the command, where there is one (Telegram), so that nothing typed is lost; so are
    the files that came with it in `attachments` (a photo whose caption is "/ticket video is black").
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


Inbound = (
    MessagePosted
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | VerbInvoked
    | ConversationMigrated
    | Unreadable
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the desk says back to the one who asked, in their language; plain text.

    The adapter shows it privately to the asker where the platform can (ephemeral message, callback
    answer), else as a reply. `refused` means the answer was no. Empty text: nothing is to be said.
    Answers to MessagePosted travel through the outbox instead, so the adapter never sees them.
    """

    text: str = ""
    refused: bool = False
