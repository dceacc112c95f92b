"""A caller wants to talk to an engineer now: the people on call are called in the escalation's order, and the
first who presses 1 is connected. The ticket's own escalation goes on meanwhile."""

from dataclasses import replace

from bot.durable import Purpose, Urgency, next_ring
from bot.escalation.paging import roster
from bot.escalation.policy import audience
from bot.escalation.words import TEXTED
from bot.hotline.call import PATIENCE, RINGS, Call, Stage
from bot.hotline.matter import current
from bot.inbound import Address
from bot.outgoing import Post, Sound, Spoken
from bot.policy import Engineer
from bot.telephone import Leave, Pause, Say, Script
from bot.tickets.lifecycle import acknowledge, answered, keep
from bot.tickets.ticket import Ticket
from bot.work import Work, shortened

MOST = 12
"""People called for one caller, who would not hold the line for more."""
RING_STEP = "ring"


async def start_waiting(work: Work, call: Call) -> Call:
    """With nobody who could be called, they leave a message at once instead of waiting for nobody."""
    ticket = await current(work, call)
    work.record(ticket.number, "wants_to_talk", call.party.number or "?")
    if not await _callable(work, ticket):
        return call.at_stage(Stage.MESSAGE)
    return await ring(work, call.at_stage(Stage.WAITING))


async def _callable(work: Work, ticket: Ticket) -> list[tuple[Engineer, Address]]:
    """Whoever has the ticket first, then everybody whom its escalation would page, in its order."""
    snapshot = await work.snapshot(ticket)
    who = await roster(work, snapshot.schedule, await work.tx.customers.get(ticket.customer))
    targets = [each for step in snapshot.steps for each in step.targets]
    names = dict.fromkeys((ticket.assignee, *audience((*targets, *snapshot.widen), who)))
    people = [each for name in names if (each := work.policy.engineer(name or ""))]
    found = [(each, at) for each in people for _, at in work.ways(each) if _is_call(work, at)]
    return list({each.id: (each, at) for each, at in found}.values())[:MOST]


def _is_call(work: Work, at: Address) -> bool:
    able = work.able(at.channel)
    return able is not None and able.spoken


async def ring(work: Work, call: Call) -> Call:
    """Call the next one to the caller on the line; the one after them follows soon."""
    ticket = await current(work, call)
    people = [each for each in await _callable(work, ticket) if each[0].id not in call.rung]
    if not people:
        return call
    engineer, at = people[0]
    voice = work.to_engineer(engineer)
    customer = await work.customer_name(ticket)
    text = voice.say("spoken.ring", **whisper(ticket, customer))
    spoken = Spoken(RING_STEP, (call.id,), voice.language)
    message = Post(f"ring:{call.id}:{engineer.id}", at, text, spoken=spoken, sound=Sound.ALARM)
    data = {"call": call.id, "engineer": engineer.id}
    work.send(
        Purpose.RING,
        Urgency.CRITICAL_PAGE,
        message,
        language=voice.language,
        ticket=ticket.number,
        **data,
    )
    work.record(ticket.number, "rung", engineer.id)
    work.tx.timers.set(next_ring(ticket.number, call.id, work.now + PATIENCE))
    return replace(call, rung=(*call.rung, engineer.id), rung_at=work.now)


def whisper(ticket: Ticket, customer: str) -> dict[str, object]:
    """What somebody hears before they take a call."""
    title = shortened(ticket.title, TEXTED)
    return {"customer": customer, "priority": ticket.priority.value, "title": title, "number": ticket.number}


async def ring_on(work: Work, call_id: str, declined: str) -> None:
    """The next one's turn has come: the one before did not come within a while, or could not; also whoever
    took the call and was gone before they were put through."""
    call = await work.tx.calls.get(call_id)
    if call is not None and call.stage is Stage.WAITING and declined and call.taken_by == declined:
        call = replace(call, taken_by=None)
    if call is not None and call.is_waiting:
        work.tx.calls.save(await ring(work, call))


async def holding(work: Work, call: Call) -> Script:
    """While they wait: who is being called. When nobody is left to be called, they need not wait any more."""
    if call.stage is not Stage.WAITING:
        return Script((Leave(),)) if call.taken_by is None else Script((Pause(5),))
    if call.taken_by is not None:
        return Script((Pause(5),))
    ticket = await current(work, call)
    left_over = [each for each, _ in await _callable(work, ticket) if each.id not in call.rung]
    rung_out = call.rung_at is None or work.now >= call.rung_at + RINGS
    if not left_over and rung_out:
        return Script((Leave(),))
    voice = work.voice(call.language, ticket.time_zone)
    person = work.person(voice, call.rung[-1] if call.rung else None)
    return Script((Say(voice.say("hotline.holding", person=person), call.language), Pause(8)))


def left(work: Work, call: Call, result: str) -> Call:
    """Their wait is over: they talked, or nobody came and they leave a message."""
    if call.stage not in (Stage.WAITING, Stage.TALKING):
        return call
    work.tx.timers.cancel(f"ring:{call.id}")
    return call.at_stage(Stage.DONE if call.taken_by is not None else Stage.MESSAGE)


async def take(work: Work, call: Call, engineer: Engineer) -> Call:
    """The first who presses 1 has the call, and with it the ticket: a human talks to the customer."""
    taken = replace(call, taken_by=engineer.id)
    work.tx.calls.save(taken)
    ticket = await current(work, call)
    work.tx.outbox.withdraw(ticket.number, (Purpose.RING,))
    work.tx.timers.cancel(f"ring:{call.id}")
    work.record(ticket.number, "took_call", engineer.id)
    if ticket.is_untaken:
        await acknowledge(work, ticket, engineer, "call")
    return taken


async def greeting(work: Work, call: Call) -> Script:
    """What the caller hears at the very moment they are put through: from here on a human answers them."""
    ticket = await current(work, call)
    work.tx.calls.save(call.at_stage(Stage.TALKING))
    after = answered(work, ticket, call.taken_by or "desk")
    if after != ticket:
        keep(work, ticket, after)
    voice = work.voice(call.language, ticket.time_zone)
    text = voice.say("hotline.connected", person=work.person(voice, call.taken_by))
    return Script((Say(text, call.language),))
