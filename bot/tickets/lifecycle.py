"""What people do with a ticket. Each use case loads nothing, asks the rules, and notes everything to save.

Whoever calls has loaded the ticket in the same transaction and keeps what comes back.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.durable import Purpose, Timer, TimerKind
from bot.errors import Refused
from bot.inbound import Attachment
from bot.policy import Engineer
from bot.tickets.attached import on_record
from bot.tickets.progress import promise_update, promised, refresh_card
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import Move, Promise, Ticket
from bot.work import Work

PAGING = (TimerKind.ESCALATE, TimerKind.RUNG, TimerKind.PROGRESS)
SETTLE = timedelta(seconds=2)
"""A burst of changes is shown once."""
EVERYTHING = (*PAGING, TimerKind.CLOCK, TimerKind.CLOSE)


def keep(work: Work, before: Ticket | None, after: Ticket) -> Ticket:
    """Save the ticket, set its clocks' alarms where they changed, and bring the card up to date."""
    if before is None or after.clocks != before.clocks:
        _set_alarms(work, before, after)
    work.tx.tickets.save(after)
    if before is not None and before != after:
        refresh_card(work, after)
        show_timeline(work, after)
    return after


def _set_alarms(work: Work, before: Ticket | None, after: Ticket) -> None:
    for kind in ClockKind:
        alarm = _alarm(after, kind)
        if alarm == (_alarm(before, kind) if before is not None else None):
            continue
        key = f"clock:{kind.value}:{after.number}"
        if alarm is None:
            work.tx.timers.cancel(key)
        else:
            work.tx.timers.set(Timer(key, TimerKind.CLOCK, after.number, alarm, {"clock": kind.value}))


def show_timeline(work: Work, ticket: Ticket) -> None:
    """Something happened: the incident's timeline is brought up to date once things have settled."""
    if ticket.timeline is not None:
        key = f"timeline:{ticket.number}"
        work.tx.timers.set(Timer(key, TimerKind.TIMELINE, ticket.number, work.now + SETTLE))


def _alarm(ticket: Ticket, kind: ClockKind) -> datetime | None:
    clock = ticket.clock(kind)
    return clock.next_alarm() if clock else None


def stop_paging(work: Work, ticket: Ticket) -> None:
    """Nobody need be woken any more: timers fall away and pages that have not left stay."""
    work.tx.timers.cancel_all(ticket.number, PAGING)
    work.tx.outbox.withdraw(ticket.number, (Purpose.PAGE,))


SPOKEN = frozenset({"reply", "update", "assign"})
"""Ways of taking a ticket after which the customer reads who has it anyway."""


async def acknowledge(work: Work, ticket: Ticket, engineer: Engineer, how: str) -> Ticket:
    """A human took it: paging stops, the customer reads who has it, the next update is promised.

    `how`: command, reply, update or assign. Raises Refused when somebody has it or it is over.
    """
    if ticket.is_active and not ticket.is_untaken:
        raise Refused("already_taken", ticket=ticket.id, person=ticket.assignee or ticket.acknowledged_by)
    snapshot = await work.snapshot(ticket)
    moved = ticket.moved(Move.ACKNOWLEDGE, work.now)
    after = promise_update(work, _taken(work, moved, engineer, how), snapshot.acknowledged)
    if how != "assign":
        stand_down(work, ticket, "page.stood_down", engineer)
    if how not in SPOKEN:
        say(work, after, "customer.acknowledged", engineer)
    return keep(work, ticket, after)


def _taken(work: Work, ticket: Ticket, engineer: Engineer, how: str) -> Ticket:
    """From here on it is this engineer's, and nobody else is woken."""
    stop_paging(work, ticket)
    work.record(ticket.number, "acknowledged", engineer.id, how=how)
    return replace(
        ticket,
        assignee=engineer.id,
        assigned_at=work.now,
        acknowledged_at=ticket.acknowledged_at or work.now,
        acknowledged_by=ticket.acknowledged_by or engineer.id,
        escalating_since=None,
    )


def stand_down(work: Work, ticket: Ticket, key: str, *spared: Engineer) -> None:
    """Whoever was woken for an untaken ticket may go back to sleep, and reads why. The first of `spared` is
    named as who took or ended it; none of them need be told."""
    if not ticket.is_untaken:
        return
    busy = {each.id for each in spared}
    for other in (each for each in ticket.paged if each not in busy):
        if woken := work.policy.engineer(other):
            person = work.person(work.to_engineer(woken), spared[0].id)
            work.tell_engineer(woken, ticket, key, person=person)


def say(work: Work, ticket: Ticket, key: str, engineer: Engineer | None, **words: object) -> None:
    """One of the catalogue's sentences into the customer's thread."""
    voice = work.to_customer(ticket)
    person = work.person(voice, engineer.id) if engineer else ""
    next_update = ticket.promise.next_update_at if ticket.promise else work.now
    base = {"ticket": ticket.id, "person": person, "next": next_update, "priority": ticket.priority.value}
    work.tell_customer(ticket, voice.say(key, **{**base, **words}))


def speak(work: Work, ticket: Ticket, text: str) -> None:
    """Human words into the customer's thread; the customer is answered when they arrive there."""
    work.tell_customer(ticket, text, Purpose.WORDS)


def answered(work: Work, ticket: Ticket, engineer: str) -> Ticket:
    """Human words reached the customer's thread: the response promise is met, once."""
    if ticket.answered_at is not None and not ticket.has_response_due:
        return ticket
    clock = ticket.clock(ClockKind.RESPONSE)
    work.record(ticket.number, "answered", engineer)
    met = ticket.with_clock(clock.meet(work.now)) if clock else ticket
    return replace(met, answered_at=ticket.answered_at or work.now)


async def wait(work: Work, ticket: Ticket, engineer: Engineer, need: str) -> Ticket:
    """The ball is with the customer; every clock pauses."""
    after = replace(ticket.moved(Move.WAIT, work.now), waiting_for=need or None)
    if ticket.is_untaken:
        after = _taken(work, after, engineer, "wait")
        stand_down(work, ticket, "page.stood_down", engineer)
    work.record(ticket.number, "waiting", engineer.id, need=need)
    if need:
        voice = work.to_customer(ticket)
        person = work.person(voice, engineer.id)
        speak(work, after, voice.say("customer.waiting", ticket=ticket.id, person=person, need=need))
    else:
        say(work, after, "customer.waiting_plain", engineer)
    return keep(work, ticket, after)


async def resume(work: Work, ticket: Ticket, by: str) -> Ticket:
    """The customer answered: the clocks run again and the engineer is told."""
    snapshot = await work.snapshot(ticket)
    after = replace(ticket.moved(Move.RESUME, work.now), waiting_for=None)
    update = after.clock(ClockKind.UPDATE)
    after = (
        promised(after, update.due_at)
        if update and update.is_running
        else promise_update(work, after, snapshot.acknowledged)
    )
    work.record(ticket.number, "resumed", by)
    say(work, after, "customer.resumed", None)
    if owner := work.policy.engineer(after.assignee or ""):
        name = await work.customer_name(after)
        work.tell_engineer(owner, after, "nudge.resumed", customer=name, name=by)
    return keep(work, ticket, after)


async def resolve(work: Work, ticket: Ticket, engineer: Engineer, text: str) -> Ticket:
    """Solved: everything stops, the customer is told, and it closes by itself after a while."""
    moved = replace(unanswered(work, ticket, text).moved(Move.RESOLVE, work.now), resolved_at=work.now)
    after = _taken(work, moved, engineer, "resolve") if ticket.is_untaken else moved
    stand_down(work, ticket, "page.stood_down", engineer)
    work.record(ticket.number, "resolved", engineer.id, text=text)
    if text:
        voice = work.to_customer(ticket)
        person = work.person(voice, engineer.id)
        speak(work, after, voice.say("customer.resolved", ticket=ticket.id, person=person, text=text))
    else:
        say(work, after, "customer.resolved_plain", engineer)
    close_later(work, ticket)
    return keep(work, ticket, after)


def close_later(work: Work, ticket: Ticket) -> None:
    """A resolved ticket closes by itself after a while."""
    close_at = work.now + work.policy.intake.close_after
    work.tx.timers.set(Timer(f"close:{ticket.number}", TimerKind.CLOSE, ticket.number, close_at))


def unanswered(work: Work, ticket: Ticket, text: str) -> Ticket:
    """Resolved without a human word, the response promise was neither kept nor broken: it fell away."""
    response = ticket.clock(ClockKind.RESPONSE)
    return ticket if text or response is None else ticket.with_clock(response.cancel(work.now))


def close(work: Work, ticket: Ticket) -> Ticket:
    """Nobody came back; only the record remains."""
    work.record(ticket.number, "closed", "desk")
    return keep(work, ticket, ticket.moved(Move.CLOSE, work.now))


async def reopen(work: Work, ticket: Ticket, by: str) -> Ticket:
    """It came back: the promises are made anew from now, and paging begins anew."""
    snapshot = await work.snapshot(ticket)
    moved = ticket.moved(Move.REOPEN, work.now)
    after = replace(
        moved,
        clocks=(*moved.clocks, *snapshot.clocks(work.now)),
        escalating_since=work.now,
        round=0,
        paged=(),
        resolved_at=None,
        assignee=None,
        assigned_at=None,
        waiting_for=None,
        promise=Promise(work.now + snapshot.until_acknowledged),
    )
    work.tx.timers.cancel(f"close:{ticket.number}")
    begin_paging(work, after)
    work.record(ticket.number, "reopened", by)
    say(work, after, "customer.reopened", None, due=work.now + snapshot.respond_within)
    if (former := work.policy.engineer(ticket.assignee or "")) is not None and former.id != by:
        work.tell_engineer(
            former, after, "nudge.reopened", customer=await work.customer_name(after), by=work.named(by)
        )
    return keep(work, ticket, after)


def begin_paging(work: Work, ticket: Ticket, after: timedelta = timedelta(0)) -> None:
    """The engine pages at its next look (or `after` a while) and updates the customer until a human
    acknowledges."""
    number = ticket.number
    work.tx.timers.set(Timer(f"escalate:{number}", TimerKind.ESCALATE, number, work.now + after))
    if ticket.promise is not None:
        due = ticket.promise.next_update_at
        work.tx.timers.set(Timer(f"progress:{number}", TimerKind.PROGRESS, number, due))


async def discard(work: Work, ticket: Ticket, engineer: Engineer, reason: str) -> Ticket:
    """It was no trouble at all: the promise is cancelled, and the customer reads so."""
    after = replace(ticket.moved(Move.DISCARD, work.now), escalating_since=None)
    end(work, ticket)
    work.record(ticket.number, "discarded", engineer.id, reason=reason)
    key = "customer.discarded" if reason else "customer.discarded_plain"
    say(work, after, key, engineer, text=reason)
    stand_down(work, ticket, "page.withdrawn", engineer)
    return keep(work, ticket, after)


def end(work: Work, ticket: Ticket) -> None:
    """Nothing more comes of it by itself."""
    work.tx.timers.cancel_all(ticket.number, EVERYTHING)
    work.tx.outbox.withdraw(ticket.number, (Purpose.PAGE,))


def note(
    work: Work, ticket: Ticket, engineer: Engineer, text: str, files: tuple[Attachment, ...] = ()
) -> None:
    """Only engineers see it."""
    work.record(ticket.number, "note", engineer.id, text=text, **(on_record(files) if files else {}))
    show_timeline(work, ticket)
