"""One message as Slack shows it: who wrote it, its words, its files, the thread it is in. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from adapters.slack.people import Identity, Profile
from adapters.slack.text import emoji_in, readable, without_mention
from adapters.slack.wire import Json
from bot.errors import Malformed
from bot.inbound import Attachment, Person

CHANNEL = "slack"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event with what is needed to read it: who we are and who the people in it are."""

    body: Json
    event: Json
    me: Identity
    known: Mapping[str, Profile]

    @property
    def key(self) -> str:
        return f"event:{self.body['event_id']}"

    @property
    def conversation(self) -> str:
        return str(self.event["channel"])

    def names(self) -> dict[str, str]:
        return {user: profile.name for user, profile in self.known.items() if profile.name}


def instant(ts: str) -> datetime:
    """A Slack timestamp ("1780000000.000100") as an aware UTC instant, to the microsecond."""
    seconds, _, fraction = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(fraction.ljust(6, "0")[:6]))


def thread_of(message: Json) -> str | None:
    """The thread a message is a reply in; a thread's root carries its own ts and is no reply."""
    thread = message.get("thread_ts")
    return str(thread) if thread and thread != message.get("ts") else None


def is_own(message: Json, me: Identity) -> bool:
    """We wrote this message, or did what this event tells of."""
    return message.get("user") == me.user or bool(me.bot and message.get("bot_id") == me.bot)


def is_private(event: Json) -> bool:
    return event.get("channel_type") == "im" or str(event["channel"]).startswith("D")


def words_of(message: Json, heard: Heard) -> tuple[str, bool]:
    """(the words, are they directed at the desk). In commands a mention keeps the person's id."""
    raw, emoji = str(message.get("text") or ""), emoji_in(message.get("blocks"))
    command = without_mention(raw, heard.me.user)
    if command is not None:
        return readable(command, {}, emoji).strip(), True
    words = [readable(raw, heard.names(), emoji), *_attached(message, heard)]
    return "\n".join(word for word in words if word), False


def _attached(message: Json, heard: Heard) -> Iterator[str]:
    """The words of messages somebody forwarded, and of integrations that write nowhere else.

    Without them a forwarded complaint, or a monitor's alarm, would be empty.
    """
    for attached in message.get("attachments") or []:
        words = readable(str(attached.get("text") or attached.get("fallback") or ""), heard.names())
        if attached.get("is_share"):
            yield f"> {attached.get('author_name') or '?'}: {words}"
        elif not message.get("text"):
            yield words


def author_of(message: Json, heard: Heard) -> Person:
    user, bot = message.get("user"), message.get("bot_id")
    if not (user or bot):
        raise Malformed("nobody wrote this message")
    profile = heard.known.get(str(user))
    return Person(
        channel=CHANNEL,
        id=str(user or bot),
        name=_name(message, profile),
        workspace=_foreign_workspace(message, profile, heard.me),
        is_bot=bool(bot) or user == SLACKBOT or bool(profile and profile.is_bot),
    )


def _name(message: Json, profile: Profile | None) -> str:
    told = message.get("user_profile") or {}
    names = (
        profile.name if profile else "",
        told.get("display_name"),
        told.get("real_name"),
        message.get("username"),
    )
    return next((str(name) for name in names if name), "")


def _foreign_workspace(message: Json, profile: Profile | None, me: Identity) -> str | None:
    """The author's workspace if it is another organisation's (Slack Connect), else None.

    Inside one Enterprise Grid the teams differ but the organisation is the same.
    """
    if profile and profile.enterprise and profile.enterprise == me.enterprise:
        return None
    told = (message.get("user_team"), message.get("source_team"), message.get("team"))
    team = next((str(team) for team in told if team), profile.team if profile else None)
    return None if team in (None, me.team, me.enterprise) else team


def attachments_of(message: Json) -> Iterator[Attachment]:
    for file in message.get("files") or []:
        yield Attachment(
            id=str(file["id"]),
            name=str(file.get("name") or file.get("title") or file["id"]),
            content_type=str(file.get("mimetype") or ""),
            size=file.get("size"),
            url=file.get("permalink"),
        )
