"""Engineers on the telephone: woken by a page, or called to a customer who waits on the line.

4 acknowledges, 5 escalates, 6 repeats, 1 talks to a caller who waits. Nobody half asleep is offered to
resolve.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from bot.durable import next_ring
from bot.errors import Refused
from bot.escalation.reporting import reached
from bot.escalation.words import PAGE_STEP, said_aloud
from bot.hotline import hearing
from bot.hotline.call import Call, Stage
from bot.hotline.scene import current
from bot.hotline.waiting import RING_STEP, take, whisper
from bot.inbound import Address, Person, VerbInvoked
from bot.messages.catalogue import Voice
from bot.policy import Engineer
from bot.telephone import Ask, HangUp, Heard, Join, Say, Script
from bot.tickets.ticket import Ticket
from bot.verbs.perform import perform
from bot.work import Work

TIMES = 3
"""So often a page is said to somebody who presses nothing."""
NOBODY = Script((HangUp(),))
"""For a number that is no engineer's (any more)."""


def _engineer(work: Work, heard: Heard) -> Engineer | None:
    return work.engineer(Person("call", heard.party.number))


def _say(voice: Voice, key: str, /, **words: object) -> Say:
    return Say(voice.say(key, **words), voice.language)


async def _tickets(work: Work, about: Iterable[str]) -> list[Ticket]:
    numbers = [int(each) for each in about if each.isdecimal()]
    found = [await work.tx.tickets.find(number) for number in numbers]
    return [ticket for ticket in found if ticket is not None]


async def _page(work: Work, heard: Heard) -> Script:
    """Somebody, or something, answered the call that pages."""
    engineer = _engineer(work, heard)
    if engineer is None:
        return NOBODY
    return await _said(work, engineer, await _tickets(work, heard.about), 1)


async def pages_of(work: Work, heard: Heard, engineer: Engineer) -> Script:
    """An engineer calls the number that woke them."""
    last = await work.tx.tickets.last_paged(engineer.id)
    if last is None or not last.is_active:
        return Script((_say(work.to_engineer(engineer), "spoken.nothing"), HangUp()))
    return await _said(work, engineer, [last], 1)


async def _said(work: Work, engineer: Engineer, tickets: list[Ticket], times: int, *first: Say) -> Script:
    """Each ticket as it stands now, and what may be pressed as long as nobody has it."""
    voice = work.to_engineer(engineer)
    says = [*first, *[await _standing(work, voice, each) for each in tickets]]
    untaken = [each for each in tickets if each.is_untaken]
    if not untaken:
        return Script((*says, _say(voice, "spoken.bye"), HangUp()))
    calls = [await work.tx.calls.waiting(each.number) for each in untaken]
    keys = "4561" if any(calls) else "456"
    says.append(_say(voice, "spoken.keys_waiting" if any(calls) else "spoken.keys"))
    about = (".".join(str(each.number) for each in tickets), str(times))
    words = hearing.hints(hearing.PAGE, work.house.catalogue)
    return Script((Ask(tuple(says), "pressed", about, keys=keys, hints=words),))


async def _standing(work: Work, voice: Voice, ticket: Ticket) -> Say:
    if ticket.is_untaken:
        return Say(said_aloud(work, ticket, voice, await work.customer_name(ticket)), voice.language)
    if not ticket.is_active:
        return _say(voice, "spoken.over", number=ticket.number)
    return _say(voice, "spoken.taken", number=ticket.number, person=work.person(voice, ticket.assignee))


async def _pressed(work: Work, heard: Heard) -> Script:
    """A key shows that a human is there, whichever it was."""
    engineer = _engineer(work, heard)
    if engineer is None or len(heard.about) != 2:
        return NOBODY
    tickets, times = await _tickets(work, heard.about[0].split(".")), _times(heard)
    if heard.digits or heard.speech:
        for ticket in tickets:
            await reached(work, ticket, engineer, "call")
        tickets = await _tickets(work, heard.about[0].split("."))
    match hearing.understood(heard, hearing.PAGE, work.house.catalogue):
        case "ack" | "escalate" as verb:
            return await _done(work, heard, engineer, tickets, verb)
        case "take":
            return await _taken_from_page(work, engineer, tickets)
        case "repeat":
            return await _said(work, engineer, tickets, 1)
    if times >= TIMES:
        return Script((_say(work.to_engineer(engineer), "spoken.bye"), HangUp()))
    return await _said(work, engineer, tickets, times + 1)


def _times(heard: Heard) -> int:
    """How often it has been said."""
    said = heard.about[-1]
    return int(said) if said.isdecimal() else TIMES


async def _done(work: Work, heard: Heard, engineer: Engineer, tickets: list[Ticket], verb: str) -> Script:
    """What the key did, ticket by ticket; and after an acknowledgement, that the customer is on the line."""
    says = [await _act(work, heard, engineer, each, verb) for each in tickets]
    voice = work.to_engineer(engineer)
    calls = [await work.tx.calls.waiting(each.number) for each in tickets] if verb == "ack" else []
    call = next((each for each in calls if each is not None), None)
    if call is None:
        return Script((*says, _say(voice, "spoken.bye"), HangUp()))
    ask = Ask((*says, _say(voice, "spoken.on_the_line")), "taken", (call.id, "1"), keys="1")
    return Script((ask,))


async def _act(work: Work, heard: Heard, engineer: Engineer, ticket: Ticket, verb: str) -> Say:
    """As if typed. The same key press again changes nothing, and is told how things stand."""
    voice, at = work.to_engineer(engineer), Address("call", heard.party.number)
    key = f"{heard.event_key}:{ticket.number}"
    if not await work.tx.ledger.seen(at.channel, key):
        person = Person(at.channel, at.conversation, engineer.name)
        item = VerbInvoked(key, at, person, f"{verb} {ticket.id}", heard.heard_at, private=True)
        try:
            await perform(work, item)
        except Refused:
            return await _standing(work, voice, await work.tx.tickets.get(ticket.number))
    if verb == "escalate":
        return _say(voice, "spoken.escalated", number=ticket.number)
    done = "spoken.acknowledged_silent" if ticket.silent else "spoken.acknowledged"
    return _say(voice, done, number=ticket.number)


async def _taken_from_page(work: Work, engineer: Engineer, tickets: list[Ticket]) -> Script:
    for ticket in tickets:
        call = await work.tx.calls.waiting(ticket.number)
        if call is not None:
            return await _connect(work, call, engineer)
    return await _said(work, engineer, tickets, TIMES)


async def _ring(work: Work, heard: Heard) -> Script:
    """Called to a customer who waits: first a whisper, since a machine might have answered."""
    engineer, call = _engineer(work, heard), await _call(work, heard)
    if engineer is None or call is None:
        return NOBODY
    return await _whispered(work, engineer, call, 1)


async def _call(work: Work, heard: Heard) -> Call | None:
    return await work.tx.calls.get(heard.about[0]) if heard.about else None


async def _whispered(work: Work, engineer: Engineer, call: Call, times: int) -> Script:
    if not call.is_waiting:
        return await _too_late(work, engineer, call)
    voice, ticket = work.to_engineer(engineer), await current(work, call)
    words = whisper(ticket, await work.customer_name(ticket))
    says = (_say(voice, "spoken.ring", **words), _say(voice, "spoken.ring_keys"))
    return Script((Ask(says, "taken", (call.id, str(times)), keys="1"),))


async def _too_late(work: Work, engineer: Engineer, call: Call) -> Script:
    """Somebody else was a second faster, or the caller has gone: said kindly to who got up for it."""
    voice = work.to_engineer(engineer)
    if call.taken_by is not None and call.taken_by != engineer.id and call.ended_at is None:
        said = _say(voice, "spoken.taken_call", person=work.person(voice, call.taken_by))
    else:
        said = _say(voice, "spoken.hung_up", number=call.party.number)
    return Script((said, HangUp()))


async def _taken(work: Work, heard: Heard) -> Script:
    """1 takes the call; nothing is asked once more; anything else is a no."""
    engineer, call = _engineer(work, heard), await _call(work, heard)
    if engineer is None or call is None or len(heard.about) != 2:
        return NOBODY
    meant = hearing.understood(heard, hearing.TAKE, work.house.catalogue)
    if meant == "take":
        return await _connect(work, call, engineer)
    if not heard.digits and _times(heard) < TIMES:
        return await _whispered(work, engineer, call, _times(heard) + 1)
    work.tx.timers.set(next_ring(call.ticket, call.id, work.now))
    return Script((_say(work.to_engineer(engineer), "spoken.bye"), HangUp()))


async def _connect(work: Work, call: Call, engineer: Engineer) -> Script:
    if call.is_waiting:
        call = await take(work, call, engineer)
    if call.taken_by != engineer.id or call.ended_at is not None:
        return await _too_late(work, engineer, call)
    join = Join(call.id, "greeting", "joined", (call.id,))
    return Script((_say(work.to_engineer(engineer), "spoken.connecting"), join))


async def _joined(work: Work, heard: Heard) -> Script:
    """They have talked; or the caller was gone before they could."""
    engineer, call = _engineer(work, heard), await _call(work, heard)
    if engineer is None or call is None:
        return NOBODY
    voice = work.to_engineer(engineer)
    if call.stage is Stage.WAITING and call.ended_at is None and call.taken_by == engineer.id:
        # Not put through although both are there: the next one is called, and this one too may try again.
        work.tx.calls.save(replace(call, taken_by=None))
        work.tx.timers.set(next_ring(call.ticket, call.id, work.now))
    if call.stage is Stage.WAITING:
        return Script((_say(voice, "spoken.hung_up", number=call.party.number), HangUp()))
    return Script((_say(voice, "spoken.bye"), HangUp()))


ENGINEERS: dict[str, Callable[[Work, Heard], Awaitable[Script]]] = {
    PAGE_STEP: _page,
    "pressed": _pressed,
    RING_STEP: _ring,
    "taken": _taken,
    "joined": _joined,
}
