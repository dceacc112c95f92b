"""Commands: who may, and the answer. What each does is in `bot.verbs.actions`."""

from dataclasses import dataclass, replace

from bot.errors import Refused
from bot.inbound import Answer, MessagePosted, VerbInvoked
from bot.intake.chatter import is_chatter
from bot.intake.entries import Result, entry_of, other_entry
from bot.intake.ledger import Outcome
from bot.intake.receive import look_around, posted
from bot.messages.catalogue import Voice
from bot.policy import Engineer
from bot.verbs.actions import ACTIONS
from bot.verbs.grammar import VERBS, Said, in_a_letter, parse
from bot.verbs.request import Request
from bot.work import House, Work


@dataclass(frozen=True, slots=True)
class Asker:
    """Who typed it, and how they are spoken to."""

    engineer: Engineer | None
    voice: Voice


async def asker_of(work: Work, item: VerbInvoked) -> Asker:
    engineer = work.engineer(item.author)
    if engineer is not None:
        return Asker(engineer, _voice(work, item, engineer))
    around = await look_around(work, as_message(item))
    customer = around.customer
    desk = work.policy.desk
    language = (customer.language if customer else "") or desk.language
    return Asker(None, work.voice(language, (customer.time_zone if customer else "") or desk.time_zone))


def _voice(work: Work, item: VerbInvoked, engineer: Engineer) -> Voice:
    """As they read where they ask, which may be neither in the language nor in the zone of the policy."""
    reading = item.reading
    return work.voice(reading.language, reading.zone) if reading else work.to_engineer(engineer)


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
        attachments=item.attachments,
    )


async def perform(work: Work, item: VerbInvoked) -> Answer:
    """Do what was asked and say so. Raises Refused, with nothing done, when the answer is no."""
    asker = await asker_of(work, item)
    if asker.engineer is None:
        return await _asked_by_customer(work, item, asker)
    return await _do(work, item, asker, said_in(item))


def said_in(item: VerbInvoked) -> Said:
    """What was asked: as typed, or as a form gives it. Raises Refused."""
    if item.form is None:
        return parse(item.text)
    form = item.form
    return Said(VERBS[form.verb], form.tickets, dict(form.options), form.words)


async def _do(work: Work, item: VerbInvoked, asker: Asker, said: Said) -> Answer:
    request = Request(item, said, asker.engineer, asker.voice, as_message(item))
    text = await ACTIONS[said.verb.name](work, request)
    if not await work.tx.ledger.seen(item.at.channel, item.event_key):
        number = said.tickets[0] if said.tickets else None
        _note(work, item, (Outcome.COMMAND, f"/{said.verb.name}", number))
    return Answer(text)


def _note(work: Work, item: VerbInvoked, result: Result) -> None:
    other_entry(work, item.event_key, item.at, item.author, item.text, result, item.message_id or "")


async def _asked_by_customer(work: Work, item: VerbInvoked, asker: Asker) -> Answer:
    """Customers need no commands, so whatever they type behind a slash that holds words is a message."""
    try:
        said = parse(item.text)
    except Refused:
        return await _as_words(work, item, asker)
    if not said.verb.for_customers:
        return await _denied(work, item, asker, said)
    if said.verb.name == "help" and said.words:
        await _post(work, item, said.words)
        return Answer()
    return await _do(work, item, asker, said)


async def _as_words(work: Work, item: VerbInvoked, asker: Asker) -> Answer:
    """A lone unknown word was meant for somebody else's bot; more words are meant for us."""
    if len(item.text.split()) > 1:
        await _post(work, item, item.text)
        return Answer()
    _note(work, item, (Outcome.COMMAND, "not understood", None))
    return Answer(asker.voice.say("refused.customer"), refused=True)


async def _post(work: Work, item: VerbInvoked, words: str) -> int | None:
    message = replace(as_message(item), text=words)
    return await posted(work, message, await look_around(work, message))


async def _denied(work: Work, item: VerbInvoked, asker: Asker, said: Said) -> Answer:
    """Politely no; on record, the desk hears of it, and whatever words came with it are not lost."""
    name = item.author.name or item.author.id
    says_something = said.words and not is_chatter(said.words, work.policy.intake.chatter)
    number = await _post(work, item, said.words) if says_something else None
    reason = "an engineers' command from somebody who is none"
    work.tx.ledger.add(entry_of(work, as_message(item), Outcome.DENIED, reason, number))
    work.tell_desk(None, "nudge.denied", name=name, text=item.text, place=str(item.at))
    if number is None:
        return Answer(asker.voice.say("refused.engineers_only", name=name), refused=True)
    text = asker.voice.say("refused.engineers_only_kept", name=name, ticket=f"T-{number}")
    return Answer(text, refused=True)


def refusal(work: Work, asker: Asker, refused: Refused) -> str:
    """The refusal in the reader's words: states, moves and people by their names there. A customer reads what
    they can do instead, never how a command is spelt."""
    if asker.engineer is None:
        return asker.voice.say("refused.customer")
    return in_words(work.house, asker.voice, refused)


def in_words(house: House, voice: Voice, refused: Refused) -> str:
    """The same for whoever may read all of it."""
    return voice.say(f"refused.{_key(refused)}", **_words(house, voice, refused))


def on_a_page(house: House, voice: Voice, refused: Refused) -> str:
    """The same for whoever has buttons and fields before them, and no command to write."""
    own = f"web.refused.{_key(refused)}"
    if voice.catalogue.has(own):
        return voice.say(own, **_words(house, voice, refused))
    return in_words(house, voice, refused)


def _key(refused: Refused) -> str:
    return f"{refused.key}_near" if refused.words.get("near") else refused.key


def _words(house: House, voice: Voice, refused: Refused) -> dict[str, object]:
    words = dict(refused.words)
    for key, prefix in (("state", "standing"), ("move", "move")):
        if key in words:
            words[key] = voice.say(f"{prefix}.{words[key]}")
    if "person" in words:
        words["person"] = house.person(voice, str(words["person"]))
    return words


def as_command(item: MessagePosted) -> VerbInvoked:
    text = in_a_letter(item.text, item.formal.token) if item.formal else item.text
    return VerbInvoked(
        event_key=item.event_key,
        at=item.at,
        author=item.author,
        text=text,
        invoked_at=item.sent_at,
        reply_to=item.reply_to,
        message_id=item.message_id,
        private=item.private,
        attachments=item.attachments,
    )
