"""What people do with a ticket. Each use case loads nothing, asks the rules, and notes everything to save.

Whoever calls has loaded the ticket in the same transaction and keeps what comes back.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.durable import Purpose, Timer, TimerKind, Urgency
from bot.errors import Refused
from bot.policy import Engineer
from bot.tickets.progress import promise_update, promised, refresh_card
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Move, Ticket
from bot.work import Work

PAGING = (TimerKind.ESCALATE, TimerKind.RUNG, TimerKind.PROGRESS)
SETTLE = timedelta(seconds=2)
"""A burst of changes is shown once."""
EVERYTHING = (*PAGING, TimerKind.CLOCK, TimerKind.CLOSE)


def keep(work: Work, before: Ticket | None, after: Ticket) -> Ticket:
    """Save the ticket, set its clocks' alarms where they changed, and bring the card up to date."""
    for kind in ClockKind:
        alarm = _alarm(after, kind)
        if (before is None and alarm is None) or (before is not None and _alarm(before, kind) == alarm):
            continue
        key = f"clock:{kind.value}:{after.number}"
        if alarm is None:
            work.tx.timers.cancel(key)
        else:
            work.tx.timers.set(Timer(key, TimerKind.CLOCK, after.number, alarm, {"clock": kind.value}))
    work.tx.tickets.save(after)
    if before is not None and before != after:
        refresh_card(work, after)
        if after.timeline is not None:
            key = f"timeline:{after.number}"
            work.tx.timers.set(Timer(key, TimerKind.TIMELINE, after.number, work.now + SETTLE))
    return after


def _alarm(ticket: Ticket, kind: ClockKind) -> datetime | None:
    clock = ticket.clock(kind)
    return clock.next_alarm() if clock else None


def stop_paging(work: Work, ticket: Ticket) -> None:
    """Nobody need be woken any more: timers fall away and pages that have not left stay."""
    work.tx.timers.cancel_all(ticket.number, PAGING)
    work.tx.outbox.withdraw(ticket.number, (Purpose.PAGE,))


async def acknowledge(work: Work, ticket: Ticket, engineer: Engineer, how: str) -> Ticket:
    """A human took it: paging stops, the customer reads who has it, the next update is promised."""
    if ticket.acknowledged_by is not None and not ticket.is_untaken:
        raise Refused("already_taken", ticket=ticket.id, person=ticket.assignee or ticket.acknowledged_by)
    snapshot = await work.tx.tickets.snapshot(ticket.policy)
    taken = replace(
        ticket.moved(Move.ACKNOWLEDGE, work.now),
        assignee=engineer.id,
        acknowledged_at=ticket.acknowledged_at or work.now,
        acknowledged_by=ticket.acknowledged_by or engineer.id,
        escalating_since=None,
    )
    after = promise_update(work, taken, snapshot.acknowledged)
    stop_paging(work, ticket)
    _stand_down(work, after, engineer)
    work.record(ticket.number, "acknowledged", engineer.id, how=how)
    if how != "reply":
        _say(work, after, "customer.acknowledged", engineer)
    return keep(work, ticket, after)


def _stand_down(work: Work, ticket: Ticket, engineer: Engineer) -> None:
    """Whoever else was woken may go back to sleep."""
    for other in (each for each in ticket.paged if each != engineer.id):
        if woken := work.policy.engineer(other):
            person = work.person(work.to_engineer(woken), engineer.id)
            work.tell_engineer(woken, ticket, "page.stood_down", person=person)


def _say(work: Work, ticket: Ticket, key: str, engineer: Engineer | None, **words: object) -> None:
    voice = work.to_customer(ticket)
    person = work.person(voice, engineer.id) if engineer else ""
    next_update = ticket.promise.next_update_at if ticket.promise else work.now
    base = {"ticket": ticket.id, "person": person, "next": next_update, "priority": ticket.priority.value}
    work.tell_customer(ticket, voice.say(key, **{**base, **words}))


def answered(work: Work, ticket: Ticket, engineer: str) -> Ticket:
    """Human words reached the customer's thread: the response promise is met, once."""
    if ticket.answered_at is not None:
        return ticket
    clock = ticket.clock(ClockKind.RESPONSE)
    work.record(ticket.number, "answered", engineer)
    met = ticket.with_clock(clock.meet(work.now)) if clock else ticket
    return replace(met, answered_at=work.now)


async def wait(work: Work, ticket: Ticket, engineer: Engineer, need: str) -> Ticket:
    """The ball is with the customer; every clock pauses."""
    after = replace(ticket.moved(Move.WAIT, work.now), waiting_for=need or None)
    if ticket.is_untaken:
        stop_paging(work, ticket)
        after = replace(
            after,
            assignee=engineer.id,
            acknowledged_at=work.now,
            acknowledged_by=engineer.id,
            escalating_since=None,
        )
        work.record(ticket.number, "acknowledged", engineer.id, how="wait")
    work.record(ticket.number, "waiting", engineer.id, need=need)
    person = work.person(work.to_customer(ticket), engineer.id)
    key = "customer.waiting" if need else "customer.waiting_plain"
    voice = work.to_customer(ticket)
    work.tell_customer(after, voice.say(key, ticket=ticket.id, person=person, need=need), Purpose.WORDS)
    return keep(work, ticket, after)


async def resume(work: Work, ticket: Ticket, by: str) -> Ticket:
    """The customer answered: the clocks run again and the engineer is told."""
    snapshot = await work.tx.tickets.snapshot(ticket.policy)
    after = replace(ticket.moved(Move.RESUME, work.now), waiting_for=None)
    update = after.clock(ClockKind.UPDATE)
    after = (
        promised(after, update.due_at)
        if update and update.is_running
        else promise_update(work, after, snapshot.acknowledged)
    )
    work.record(ticket.number, "resumed", by)
    _say(work, after, "customer.resumed", None)
    owner = work.policy.engineer(after.assignee or "")
    if owner is not None:
        name = await work.customer_name(after)
        work.tell_engineer(owner, after, "nudge.customer_wrote", customer=name, name=by)
    return keep(work, ticket, after)


async def resolve(work: Work, ticket: Ticket, engineer: Engineer, text: str) -> Ticket:
    """Solved: everything stops, the customer is told, and it closes by itself after a while."""
    moved = replace(ticket.moved(Move.RESOLVE, work.now), resolved_at=work.now, escalating_since=None)
    after = moved if moved.assignee else replace(moved, assignee=engineer.id)
    if after.acknowledged_at is None:
        after = replace(after, acknowledged_at=work.now, acknowledged_by=engineer.id)
        _stand_down(work, after, engineer)
    stop_paging(work, ticket)
    work.record(ticket.number, "resolved", engineer.id, text=text)
    voice = work.to_customer(ticket)
    words = voice.say(
        "customer.resolved", ticket=ticket.id, person=work.person(voice, engineer.id), text=text
    )
    work.tell_customer(after, " ".join(words.split()), Purpose.WORDS)
    close_at = work.now + work.policy.intake.close_after
    work.tx.timers.set(Timer(f"close:{ticket.number}", TimerKind.CLOSE, ticket.number, close_at))
    return keep(work, ticket, after)


def close(work: Work, ticket: Ticket) -> Ticket:
    """Nobody came back; only the record remains."""
    work.record(ticket.number, "closed", "desk")
    return keep(work, ticket, ticket.moved(Move.CLOSE, work.now))


async def reopen(work: Work, ticket: Ticket, by: str) -> Ticket:
    """It came back: a new response promise from now, and paging begins anew."""
    snapshot = await work.tx.tickets.snapshot(ticket.policy)
    moved = ticket.moved(Move.REOPEN, work.now)
    fresh = replace(
        moved,
        escalating_since=work.now,
        round=0,
        answered_at=None,
        resolved_at=None,
        assignee=None,
        waiting_for=None,
    )
    after = promised(
        fresh.starting(SlaClock(ClockKind.RESPONSE, work.now, snapshot.respond_within)),
        work.now + snapshot.until_acknowledged,
    )
    work.tx.timers.cancel(f"close:{ticket.number}")
    begin_paging(work, after)
    work.record(ticket.number, "reopened", by)
    _say(work, after, "customer.reopened", None, due=work.now + snapshot.respond_within)
    return keep(work, ticket, after)


def begin_paging(work: Work, ticket: Ticket) -> None:
    """The engine pages at its next look and updates the customer until a human acknowledges."""
    number = ticket.number
    work.tx.timers.set(Timer(f"escalate:{number}", TimerKind.ESCALATE, number, work.now))
    if ticket.promise is not None:
        due = ticket.promise.next_update_at
        work.tx.timers.set(Timer(f"progress:{number}", TimerKind.PROGRESS, number, due))


async def discard(work: Work, ticket: Ticket, engineer: Engineer, reason: str) -> Ticket:
    """It was no trouble at all: the promise is cancelled, and the customer reads so."""
    after = replace(ticket.moved(Move.DISCARD, work.now), escalating_since=None)
    work.tx.timers.cancel_all(ticket.number, EVERYTHING)
    work.tx.outbox.withdraw(ticket.number, (Purpose.PAGE,))
    work.record(ticket.number, "discarded", engineer.id, reason=reason)
    voice = work.to_customer(ticket)
    text = reason or voice.say("customer.discarded_plain")
    work.tell_customer(after, voice.say("customer.discarded", ticket=ticket.id, text=text))
    _stand_down(work, after, engineer)
    return keep(work, ticket, after)


async def merge(work: Work, ticket: Ticket, target: Ticket, engineer: Engineer) -> Ticket:
    """The same trouble twice: this one ends, its people follow the other."""
    if target.number == ticket.number:
        raise Refused("merge_self", ticket=ticket.id)
    if not target.is_active:
        raise Refused("merge_target", ticket=target.id, state=target.state.value)
    if target.customer != ticket.customer:
        raise Refused("merge_customer", ticket=ticket.id, target=target.id)
    after = replace(ticket.moved(Move.MERGE, work.now), merged_into=target.number, escalating_since=None)
    work.tx.timers.cancel_all(ticket.number, EVERYTHING)
    work.tx.outbox.withdraw(ticket.number, (Purpose.PAGE,))
    work.record(ticket.number, "merged", engineer.id, into=target.id)
    work.record(target.number, "absorbed", engineer.id, merged=ticket.id)
    _say(work, after, "customer.merged", None, target=target.id)
    return keep(work, ticket, after)


async def assign(work: Work, ticket: Ticket, to: Engineer, by: Engineer) -> Ticket:
    """Somebody has it now; assigning an untaken ticket acknowledges it in their name."""
    if not ticket.is_active:
        raise Refused(
            "wrong_transition", ticket=ticket.id, move=Move.ACKNOWLEDGE.value, state=ticket.state.value
        )
    if ticket.is_untaken:
        after = await acknowledge(work, ticket, to, f"assigned by {by.id}")
    else:
        after = replace(ticket, assignee=to.id)
        work.record(ticket.number, "assigned", by.id, to=to.id)
        _say(work, after, "customer.assigned", to)
        keep(work, ticket, after)
    if to.id != by.id:
        name = await work.customer_name(ticket)
        work.tell_engineer(to, after, "nudge.assigned", customer=name, by=by.name)
    return after


def note(work: Work, ticket: Ticket, engineer: Engineer, text: str) -> None:
    """Only engineers see it."""
    work.record(ticket.number, "note", engineer.id, text=text)


def speak(work: Work, ticket: Ticket, text: str) -> None:
    """Human words for the customer's thread; the response is answered when they arrive there."""
    work.tell_customer(ticket, text, Purpose.WORDS, Urgency.UPDATE)


async def move_home(work: Work, channel: str, old: str, new: str) -> None:
    """A conversation goes on under a new id: links, waiting messages and its tickets move along."""
    work.tx.messages.migrate(channel, old, new)
    work.tx.outbox.readdress(channel, old, new)
    for ticket in await work.tx.tickets.of_conversation(channel, old):
        home = replace(ticket.home, conversation=new)
        card = replace(ticket.card, at=replace(ticket.card.at, conversation=new)) if ticket.card else None
        work.tx.tickets.save(replace(ticket, home=home, card=card))
