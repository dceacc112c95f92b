"""Commands: who may, and the answer. What each does is in `bot.verbs.actions`."""

from dataclasses import dataclass

from bot.errors import Refused
from bot.inbound import Answer, MessagePosted, VerbInvoked
from bot.intake.ledger import Outcome
from bot.intake.receive import entry_of, look_around, other_entry, posted
from bot.messages.catalogue import Voice
from bot.policy import Engineer
from bot.verbs.actions import ACTIONS
from bot.verbs.grammar import Said, names_a_verb, parse
from bot.verbs.request import Request
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Asker:
    """Who typed it, and how they are spoken to."""

    engineer: Engineer | None
    voice: Voice


async def asker_of(work: Work, item: VerbInvoked) -> Asker:
    engineer = work.engineer(item.author)
    if engineer is not None:
        return Asker(engineer, work.to_engineer(engineer))
    around = await look_around(work, as_message(item))
    customer = around.customer
    desk = work.policy.desk
    language = (customer.language if customer else "") or desk.language
    return Asker(None, work.voice(language, (customer.time_zone if customer else "") or desk.time_zone))


def as_message(item: VerbInvoked) -> MessagePosted:
    """The command as the words they are, so that nothing typed is lost."""
    return MessagePosted(
        event_key=item.event_key,
        at=item.at,
        message_id=item.message_id or item.event_key,
        author=item.author,
        text=item.text,
        sent_at=item.invoked_at,
        reply_to=item.reply_to,
        private=item.private,
    )


async def perform(work: Work, item: VerbInvoked) -> Answer:
    """Do what was asked and say so; a refusal is an answer in the asker's language, and changes nothing."""
    asker = await asker_of(work, item)
    try:
        said = parse(item.text)
    except Refused as refused:
        return await _not_understood(work, item, asker, refused)
    if asker.engineer is None and not said.verb.for_customers:
        return await _denied(work, item, asker)
    return await _do(work, item, asker, said)


async def _do(work: Work, item: VerbInvoked, asker: Asker, said: Said) -> Answer:
    request = Request(item, said, asker.engineer, asker.voice, as_message(item))
    text = await ACTIONS[said.verb.name](work, request)
    outcome = Outcome.OPENED if said.verb.name == "ticket" else Outcome.COMMAND
    if not await work.tx.ledger.seen(item.at.channel, item.event_key):
        other_entry(
            work, item.event_key, item.at, item.author, item.text, (outcome, f"/{said.verb.name}", None)
        )
    return Answer(text)


async def _not_understood(work: Work, item: VerbInvoked, asker: Asker, refused: Refused) -> Answer:
    """A customer's words behind an unknown slash are words: they open a ticket like any others."""
    if asker.engineer is None and len(item.text.split()) > 1 and item.message_id:
        message = as_message(item)
        await posted(work, message, await look_around(work, message))
        return Answer()
    result = (Outcome.COMMAND, "not understood", None)
    other_entry(work, item.event_key, item.at, item.author, item.text, result)
    return Answer(refusal(work, asker.voice, refused), refused=True)


async def _denied(work: Work, item: VerbInvoked, asker: Asker) -> Answer:
    """Politely no; on record, and the desk hears of it."""
    work.tx.ledger.add(
        entry_of(
            work, as_message(item), Outcome.DENIED, "an engineers' command from somebody who is none", None
        )
    )
    name = item.author.name or item.author.id
    work.tell_desk(None, "nudge.denied", name=name, text=item.text, place=str(item.at))
    return Answer(asker.voice.say("refused.engineers_only", name=name), refused=True)


def refusal(work: Work, voice: Voice, refused: Refused) -> str:
    """The refusal in the reader's words: states, moves and people by their names there."""
    words = dict(refused.words)
    for key, prefix in (("state", "state"), ("move", "move")):
        if key in words:
            words[key] = voice.say(f"{prefix}.{words[key]}")
    if "person" in words:
        words["person"] = work.person(voice, str(words["person"]))
    key = refused.key
    if key == "unknown_ticket" and words.get("near"):
        key = "unknown_ticket_near"
    return voice.say(f"refused.{key}", **words)


def is_command(item: MessagePosted) -> bool:
    """An addressed message that begins with a command's name is that command."""
    return item.addressed and names_a_verb(item.text)


def as_command(item: MessagePosted) -> VerbInvoked:
    return VerbInvoked(
        event_key=item.event_key,
        at=item.at,
        author=item.author,
        text=item.text,
        invoked_at=item.sent_at,
        reply_to=item.reply_to,
        message_id=item.message_id,
        private=item.private,
    )
