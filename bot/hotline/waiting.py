"""A caller wants to talk to an engineer now: the people on call are called in the escalation's order, and the
first who presses 1 is connected. The ticket's own escalation goes on meanwhile."""

from dataclasses import replace

from bot.durable import Purpose, Urgency, next_ring
from bot.escalation.paging import roster
from bot.escalation.policy import audience
from bot.escalation.words import TEXTED
from bot.hotline.call import PATIENCE, RINGS, Call, Stage
from bot.hotline.scene import Scene, current, scene_of
from bot.inbound import Address
from bot.outgoing import Post, Sound, Spoken
from bot.policy import Engineer
from bot.telephone import Leave, Pause, Script
from bot.tickets.lifecycle import acknowledge, answered, keep
from bot.tickets.ticket import Ticket
from bot.work import Work, shortened

MOST = 12
"""People called for one caller, who would not hold the line for more."""
RING_STEP = "ring"
Callee = tuple[Engineer, Address]
"""Who is called, and at which number."""


async def start_waiting(scene: Scene) -> Scene:
    """With nobody who could be called, they leave a message at once instead of waiting for nobody."""
    work, ticket = scene.work, scene.ticket
    people = await _callable(work, ticket)
    work.record(ticket.number, "wants_to_talk", scene.call.party.number or "?")
    if not people:
        return scene.at_stage(Stage.MESSAGE)
    waiting = scene.call.at_stage(Stage.WAITING)
    return replace(scene, call=_ring(work, waiting, ticket, people, scene.company))


async def _callable(work: Work, ticket: Ticket) -> list[Callee]:
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


def _ring(work: Work, call: Call, ticket: Ticket, people: list[Callee], company: str) -> Call:
    """Call the next one to the caller on the line; the one after them follows soon."""
    left_over = [each for each in people if each[0].id not in call.rung]
    if not left_over:
        return call
    engineer, at = left_over[0]
    voice, customer = work.to_engineer(engineer), company or ticket.reporter_name
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
    scene = await scene_of(work, call_id)
    if scene is None:
        return
    call = scene.call
    if call.stage is Stage.WAITING and declined and call.taken_by == declined:
        call = replace(call, taken_by=None)
    if call.is_waiting:
        people = await _callable(work, scene.ticket)
        work.tx.calls.save(_ring(work, call, scene.ticket, people, scene.company))


async def holding(scene: Scene) -> Script:
    """While they wait: who is being called. When nobody is left to be called, they need not wait any more."""
    call = scene.call
    if call.taken_by is not None:
        return Script((Pause(5),))
    if call.stage is not Stage.WAITING:
        return Script((Leave(),))
    left_over = [each for each, _ in await _callable(scene.work, scene.ticket) if each.id not in call.rung]
    rung_out = call.rung_at is None or scene.work.now >= call.rung_at + RINGS
    if not left_over and rung_out:
        return Script((Leave(),))
    person = scene.work.person(scene.voice, call.rung[-1] if call.rung else None)
    return Script((scene.say("hotline.holding", person=person), Pause(8)))


def hung_up(scene: Scene) -> Scene:
    """Whoever hung up while waiting was not helped yet; those who still ring need not come any more."""
    work, ticket, number = scene.work, scene.ticket, scene.call.party.number or "?"
    work.record(ticket.number, "hung_up_waiting", number)
    work.tx.outbox.withdraw(ticket.number, (Purpose.RING,))
    work.tx.timers.cancel(f"ring:{scene.call.id}")
    work.tell_owner_and_desk(ticket, "nudge.hung_up", number=number)
    return replace(scene, call=replace(scene.call, ended_at=scene.call.ended_at or work.now))


def left(scene: Scene, result: str) -> Scene:
    """Their wait is over: they hung up, they talked, or nobody came and they leave a message."""
    if scene.call.stage not in (Stage.WAITING, Stage.TALKING):
        return scene
    if result == "hangup" and scene.call.is_waiting:
        return hung_up(scene)
    scene.work.tx.timers.cancel(f"ring:{scene.call.id}")
    return scene.at_stage(Stage.DONE if scene.call.taken_by is not None else Stage.MESSAGE)


async def take(work: Work, call: Call, engineer: Engineer) -> Call:
    """The first who presses 1 has the call, and with it the ticket: a human talks to the customer."""
    ticket = await current(work, call)
    taken = replace(call, taken_by=engineer.id)
    work.tx.calls.save(taken)
    work.tx.outbox.withdraw(ticket.number, (Purpose.RING,))
    work.tx.timers.cancel(f"ring:{call.id}")
    work.record(ticket.number, "took_call", engineer.id)
    if ticket.is_untaken:
        await acknowledge(work, ticket, engineer, "call")
    return taken


def greeting(scene: Scene) -> Script:
    """What the caller hears at the very moment they are put through: from here on a human answers them."""
    work, ticket, call = scene.work, scene.ticket, scene.call
    work.tx.calls.save(call.at_stage(Stage.TALKING))
    after = answered(work, ticket, call.taken_by or "desk")
    if after != ticket:
        keep(work, ticket, after)
    return Script((scene.say("hotline.connected", person=work.person(scene.voice, call.taken_by)),))
