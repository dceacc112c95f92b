"""Who is who in a story, and what their actions are in the core's words."""

import itertools
import re
from dataclasses import replace
from datetime import datetime

from bot.errors import ConfigurationError, Fault
from bot.identities import channels_of, kind_of
from bot.inbound import (
    Address,
    Attachment,
    Formal,
    Inbound,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Person,
    ReactionAdded,
    Undelivered,
    VerbInvoked,
)
from bot.play.story import Beat, Letter, Story
from bot.policy import Policy

MENTION = "@Dawnline "
Roots = dict[str, tuple[str, str]]


class Cast:
    """Turns steps into inbound items. `label`s name messages, so that later steps can refer to them."""

    def __init__(self, story: Story, policy: Policy) -> None:
        self._story = story
        self._policy = policy
        self._labels: dict[str, tuple[Address, str]] = {}
        self._ids = itertools.count(1)

    def inbound(self, beat: Beat, now: datetime, roots: Roots) -> Inbound | None:
        """The step's action, if it has one. `roots`: each ticket's home and first message."""
        if beat.who is None:
            return None
        at, person = self._place(beat), self.person(beat)
        key = f"story-{next(self._ids)}"
        target = self._target(beat, roots)
        if beat.edits is not None:
            place, message = self._labels[beat.edits]
            return MessageEdited(key, place, message, person, beat.says or "", now)
        if beat.deletes is not None:
            place, message = self._labels[beat.deletes]
            return MessageDeleted(key, place, message, person, now)
        if beat.reacts is not None:
            place, message = target or (at, "")
            return ReactionAdded(key, place, message, person, beat.reacts, now)
        if beat.does is not None:
            text = beat.does.lstrip("/")
            return VerbInvoked(
                key, target[0] if target else at, person, text, now, target[1] if target else None
            )
        if beat.says is None:
            return None
        posted = self._message(beat, now, key, target, person, at)
        return posted if beat.mail is None else self._letter(posted, beat.mail)

    def _letter(self, message: MessagePosted, mail: Letter) -> MessagePosted:
        """The message as an e-mail."""
        token = int(mail.token.removeprefix("T-")) if mail.token else None
        quoted = re.search(r"\[T-(\d+)\]", mail.subject)
        formal = Formal(
            subject=mail.subject,
            nature=mail.nature,
            token=token,
            to_page=mail.page,
            answers=(self._labels[mail.answers][1],) if mail.answers else (),
            quoted=int(quoted[1]) if quoted else None,
            copies=mail.copies,
            spam=mail.spam,
            undelivered=_undelivered(mail),
        )
        key = self._labels[mail.again][1] if mail.again else message.message_id
        return replace(
            message,
            event_key=f"mail-{key}",
            message_id=key,
            author=replace(message.author, id=message.at.conversation, verified=mail.verified),
            private=not mail.copies,
            reply_to=None,
            formal=formal,
        )

    def _message(
        self,
        beat: Beat,
        now: datetime,
        key: str,
        target: tuple[Address, str] | None,
        person: Person,
        at: Address,
    ) -> MessagePosted:
        words = beat.says or ""
        place = target[0] if target else at
        message_id = f"m{next(self._ids)}"
        if beat.label:
            self._labels[beat.label] = (place, message_id)
        return MessagePosted(
            event_key=key,
            at=place,
            message_id=message_id,
            author=person,
            text=words.removeprefix(MENTION),
            sent_at=now - beat.late,
            reply_to=target[1] if target else None,
            addressed=words.startswith(MENTION),
            private=place.conversation == person.id,
            attachments=tuple(Attachment(f"file-{name}", name) for name in beat.files),
        )

    def person(self, beat: Beat) -> Person:
        name = beat.who or ""
        channel = self._place(beat).channel
        engineer = self._policy.engineer(name)
        if engineer is not None:
            return Person(channel, engineer.identities.get(kind_of(channel), name), engineer.name)
        actor = self._story.people.get(name)
        if actor is None:
            return Person(channel, f"U-{name.upper()}", name.title())
        return Person(
            channel, actor.id or f"U-{name.upper()}", actor.name or name.title(), actor.workspace, actor.bot
        )

    def number_of(self, beat: Beat) -> str:
        """The telephone they have in their hand."""
        engineer = self._policy.engineer(beat.who or "")
        return engineer.identities["phone"] if engineer is not None else self._place(beat).conversation

    def _place(self, beat: Beat) -> Address:
        """Where the step happens: as said, else the person's usual place or direct conversation."""
        actor = self._story.people.get(beat.who or "")
        where = beat.where or (actor.where if actor else None)
        if where is not None:
            channel, _, conversation = where.partition(":")
            return Address(channel, conversation)
        engineer = self._policy.engineer(beat.who or "")
        identities = engineer.identities if engineer else {}
        usable = [each for kind in identities for each in channels_of(kind) if each in self._story.channels]
        if engineer is None or not usable:
            message = f"{beat.who!r} has no usual place; add `where`, or [people.{beat.who}]"
            raise ConfigurationError([Fault(self._story.title, f"steps at {beat.at}", message)])
        return Address(usable[0], engineer.identities[kind_of(usable[0])])

    def _target(self, beat: Beat, roots: Roots) -> tuple[Address, str] | None:
        if beat.on is None:
            return None
        if beat.on in self._labels:
            return self._labels[beat.on]
        if beat.on in roots:
            place, root = roots[beat.on]
            channel, _, conversation = place.partition(":")
            return Address(channel, conversation), root
        message = f"{beat.on!r} is neither a label of an earlier step nor a ticket; known: " + ", ".join(
            [*self._labels, *roots]
        )
        raise ConfigurationError([Fault(self._story.title, f"steps at {beat.at}", message)])

    def line(self, beat: Beat) -> tuple[str, str, str, str]:
        """The step in the transcript: kind, who, where, what."""
        person = self.person(beat)
        kind = "engineer" if self._policy.engineer(beat.who or "") else "customer"
        text = beat.does or beat.says or ""
        if beat.reacts:
            text = f"reacts {beat.reacts}"
        if beat.deletes:
            text = "deletes a message"
        if beat.edits:
            text = f"edits: {text}"
        return kind, person.name, str(self._place(beat)), text

    def name_of(self, place: Address) -> str:
        """Whose direct conversation it is, or the place itself."""
        engineer = next(
            (
                each
                for each in self._policy.engineers
                if each.identities.get(kind_of(place.channel)) == place.conversation
            ),
            None,
        )
        return engineer.name if engineer else place.conversation


def _undelivered(mail: Letter) -> tuple[Undelivered, ...]:
    if mail.bounced is None:
        return ()
    reason = "550 5.1.1 no such user"
    return (Undelivered(mail.bounced, reason, permanent=mail.permanent, complaint=mail.complaint),)
