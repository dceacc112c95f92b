"""The desk's front door: everything inbound comes in here and is accounted for in one transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.durable import Purpose, Urgency
from bot.errors import Refused, StoreError
from bot.escalation.codes import command_of
from bot.escalation.reporting import reported
from bot.hotline.afterwards import after_call
from bot.hotline.steps import hear
from bot.inbound import (
    Address,
    Answer,
    CallEnded,
    ConversationMigrated,
    Filed,
    Formal,
    Inbound,
    Judged,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    ReactionAdded,
    Recorded,
    Reported,
    Transcribed,
    Unreadable,
    VerbInvoked,
    Wrote,
)
from bot.intake.changes import deleted, edited, migrated
from bot.intake.entries import other_entry
from bot.intake.formal import arrived
from bot.intake.ledger import Outcome
from bot.intake.quarantine import unreadable
from bot.intake.receive import look_around, posted
from bot.outgoing import Post
from bot.policy import Tier
from bot.portal.filing import file
from bot.portal.writing import judge, write
from bot.ports import Clock, Store
from bot.telephone import Heard, Script
from bot.verbs.grammar import is_only_a_command, names_a_verb, nearly_names_a_verb
from bot.verbs.perform import as_command, asker_of, perform, refusal
from bot.webhooks.reporting import done
from bot.window import Unit
from bot.work import House, Work, unique

T = TypeVar("T")
log = structlog.get_logger()
REACTIONS = {"\N{EYES}": "ack", "\N{WHITE HEAVY CHECK MARK}": "resolve", "\N{TICKET}": "ticket"}


class Desk:
    """Keeps `bot.ports.Inbox`, `bot.ports.Switchboard` and `bot.window.Window`. `wake` tells the engine that
    something may be due."""

    def __init__(self, store: Store, clock: Clock, house: House, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self.house = house
        self._wake = wake

    async def receive(self, item: Inbound) -> Answer:
        """Account for one item. A refusal undoes whatever the command had begun, and is then answered."""
        await self.house.renew(self._store, self._clock.now())
        try:
            answer = await self._written(lambda work: _handle(work, item))
        except Refused as refused:
            reason = refused
            answer = await self._written(lambda work: _refuse(work, item, reason))
        except StoreError:
            raise  # nothing was committed: the platform must deliver it again
        except Exception as error:
            # Delivered again it would fail again and hold up everybody behind it: keep it for a human.
            log.exception("could not be handled", event_key=item.event_key)
            cause = type(error).__name__
            kept = Unreadable(item.event_key, _place(item), repr(item), cause, self._clock.now())
            answer = await self._written(lambda work: _quarantine(work, kept))
        self._wake()
        log.info("received", kind=type(item).__name__, event_key=item.event_key)
        return answer

    async def hear(self, heard: Heard) -> Script:
        """Keeps `bot.ports.Switchboard`. What our own code fails on is kept for a human, and raised: whoever
        is on the line must be told something."""
        await self.house.renew(self._store, self._clock.now())
        try:
            script = await self._written(lambda work: hear(work, heard))
        except StoreError:
            raise
        except Exception as error:
            at, cause = Address("call", heard.party.number or heard.call), type(error).__name__
            kept = Unreadable(heard.event_key, at, repr(heard), cause, self._clock.now())
            await self._written(lambda work: _quarantine(work, kept))
            self._wake()
            raise
        self._wake()
        log.info("heard", call=heard.call, step=heard.step, event_key=heard.event_key)
        return script

    async def look(self, unit: Unit[T]) -> T:
        return await self._store.read(lambda tx: unit(self.house.at(tx, self._clock.now())))

    async def act(self, unit: Unit[T]) -> T:
        result = await self._written(unit)
        self._wake()
        return result

    async def _written(self, unit: Callable[[Work], Awaitable[T]]) -> T:
        return await self._store.write(lambda tx: done(self.house, tx, self._clock.now(), unit))


async def _handle(work: Work, item: Inbound) -> Answer:
    match item:
        case MessagePosted():
            return await _message(work, item)
        case VerbInvoked():
            seen = await work.tx.ledger.seen(item.at.channel, item.event_key)
            return Answer() if seen else await perform(work, item)
        case ReactionAdded():
            return await _reaction(work, item)
        case Filed() | Wrote() | Judged():
            await _on_a_page(work, item)
            return Answer()
        case CallEnded() | Recorded() | Transcribed():
            await after_call(work, item)
            return Answer()
        case Reported():
            await reported(work, item)
            return Answer()
        case _:
            await _afterwards(work, item)
            return Answer()


async def _on_a_page(work: Work, item: Filed | Wrote | Judged) -> None:
    """What a customer does on the desk's own pages; done once, however often the button was pressed."""
    if await work.tx.ledger.seen(item.at.channel, item.event_key):
        return
    match item:
        case Filed():
            await file(work, item)
        case Wrote():
            await write(work, item)
        case Judged():
            await judge(work, item)


async def _afterwards(
    work: Work, item: MessageEdited | MessageDeleted | ConversationMigrated | Unreadable
) -> None:
    """What happens to messages and conversations that are there already."""
    at = _place(item)
    if await work.tx.ledger.seen(at.channel, item.event_key):
        return
    match item:
        case MessageEdited():
            result = await edited(work, item)
            other_entry(work, item.event_key, at, item.author, item.text, result)
        case MessageDeleted():
            other_entry(work, item.event_key, at, item.author, "", await deleted(work, item))
        case ConversationMigrated():
            other_entry(work, item.event_key, at, None, "", await migrated(work, item))
        case Unreadable():
            unreadable(work, item)


def _place(item: Inbound) -> Address:
    return Address(item.channel, item.new_conversation) if isinstance(item, ConversationMigrated) else item.at


async def _message(work: Work, item: MessagePosted) -> Answer:
    if item.formal is not None:
        return await _letter(work, item, item.formal)
    around = await look_around(work, item)
    if around.seen:
        return Answer()
    coded = await _by_code(work, item)
    if coded is not None or _is_command(work, item):
        _reply(work, item, await perform(work, as_command(coded or item)))
    else:
        await posted(work, item, around)
    return Answer()


async def _by_code(work: Work, item: MessagePosted) -> MessagePosted | None:
    """The command that an engineer's "1a" means, where pages are answered so."""
    able = work.able(item.at.channel)
    if able is None or not able.coded or work.engineer(item.author) is None:
        return None
    command = await command_of(work, item.at, item.text)
    return replace(item, text=command) if command is not None else None


async def _letter(work: Work, item: MessagePosted, formal: Formal) -> Answer:
    """A proven engineer's first line may be a command; everything else is a message."""
    if await work.tx.ledger.seen(item.at.channel, item.event_key):
        return Answer()
    if _is_command(work, item):
        _reply(work, item, await perform(work, as_command(item)))
    else:
        await arrived(work, item, formal)
    return Answer()


def _is_command(work: Work, item: MessagePosted) -> bool:
    """A mention (or an engineer's direct message) that begins with a command, or an engineer's near miss.
    What a customer tells the desk is a message ("update on this, please") unless it is only a command."""
    if work.engineer(item.author) is None:
        return item.addressed and is_only_a_command(item.text)
    directed = item.addressed or item.private
    return directed and (names_a_verb(item.text) or nearly_names_a_verb(item.text))


def _reply(work: Work, item: MessagePosted, answer: Answer) -> None:
    """Answer a command that came as a message: where it was asked among ourselves, else privately, so that
    the customer's thread stays theirs."""
    if not answer.text:
        return
    engineer, at, reply_to = work.engineer(item.author), item.at, item.message_id
    if engineer is not None and not (item.private or work.is_ours(item.at)):
        direct = Address(item.at.channel, item.author.id)
        at, reply_to = next((address for _, address in work.written_ways(engineer)), direct), ""
    message = Post(unique("reply"), at, answer.text, reply_to=reply_to or None)
    work.send(Purpose.REPLY, Urgency.NOTICE, message, language=work.policy.desk.language)


async def _reaction(work: Work, item: ReactionAdded) -> Answer:
    """An engineer's reaction is a command on that message; anybody may ask for a ticket."""
    if await work.tx.ledger.seen(item.at.channel, item.event_key):
        return Answer()
    verb = _verb_of(item.emoji)
    known = await work.linked(item.at, item.message_id)
    means_something = verb == "ticket" or (work.engineer(item.author) is not None and known is not None)
    if verb is not None and means_something:
        await perform(work, _as_verb(item, verb))
    else:
        result = (Outcome.REACTION, f"{item.emoji} means nothing here", known)
        other_entry(work, item.event_key, item.at, item.author, item.emoji, result)
    return Answer()


def _verb_of(emoji: str) -> str | None:
    return REACTIONS.get(emoji.rstrip("\N{VARIATION SELECTOR-16}"))


def _as_verb(item: ReactionAdded, verb: str) -> VerbInvoked:
    return VerbInvoked(item.event_key, item.at, item.author, verb, item.reacted_at, reply_to=item.message_id)


async def _quarantine(work: Work, item: Unreadable) -> Answer:
    """An item our own code fails on: raw on the ledger, and the engineers and every lead hear of it, since
    a customer may be waiting behind it."""
    at, cause = item.at, item.reason
    if not await work.tx.ledger.seen(at.channel, item.event_key):
        unreadable(work, replace(item, reason=f"could not be handled: {cause}"))
        work.tell_desk(None, "nudge.quarantined", place=str(at), cause=cause)
        for lead in (each for each in work.policy.engineers if each.tier is Tier.LEAD):
            text = work.to_engineer(lead).say("nudge.quarantined", place=str(at), cause=cause)
            work.notify(lead, None, text, Urgency.PAGE, work.first_way(lead))
    return Answer()


async def _refuse(work: Work, item: Inbound, refused: Refused) -> Answer:
    """Say no in the asker's language and keep it on the ledger. Nothing was done, so a form that is sent
    again is asked anew: its refusal has a line of its own. What a platform delivers again had its answer."""
    if isinstance(item, (Filed, Wrote, Judged)):
        return Answer(work.to_desk().say("refused.customer"), refused=True, why=refused)
    if not isinstance(item, (MessagePosted, VerbInvoked, ReactionAdded)):
        raise refused
    command = item if isinstance(item, VerbInvoked) else _command_of(item)
    asker = await asker_of(work, command)
    answer = Answer(refusal(work, asker, refused), refused=True, why=refused)
    result = (Outcome.COMMAND, f"refused: {refused.key}", None)
    key = item.event_key if command.form is None else unique("refused")
    other_entry(work, key, item.at, item.author, command.text, result, command.message_id or "")
    if isinstance(item, VerbInvoked):
        return answer
    _reply(work, _as_message(item), answer)
    return Answer()


def _command_of(item: MessagePosted | ReactionAdded) -> VerbInvoked:
    if isinstance(item, MessagePosted):
        return as_command(item)
    return _as_verb(item, _verb_of(item.emoji) or item.emoji)


def _as_message(item: MessagePosted | ReactionAdded) -> MessagePosted:
    if isinstance(item, MessagePosted):
        return item
    return MessagePosted(item.event_key, item.at, item.message_id, item.author, item.emoji, item.reacted_at)
