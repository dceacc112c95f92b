"""Changing a ticket's priority: other promises, counted from the customer's first message."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.errors import Refused
from bot.escalation.alarms import tell_leads
from bot.escalation.incident import gather
from bot.escalation.paging import means, roster, send_page
from bot.escalation.policy import Snapshot, audience, begins
from bot.escalation.words import excerpt, page_head
from bot.policy import Priority
from bot.tickets.lifecycle import begin_paging, keep
from bot.tickets.progress import promise_update, promised
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import State, Ticket
from bot.work import Work


async def change_priority(
    work: Work, ticket: Ticket, priority: Priority, by: str, reason: str, words: dict[str, str]
) -> Ticket:
    """Other clocks from the first message; an untaken ticket's escalation starts anew at once, and a taken
    one's new leaders are paged once when it was raised. `reason` is a catalogue key with its `words`."""
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="priority", state=ticket.state.value)
    old = ticket.priority
    name, frozen = work.promise(priority, work.policy.team(ticket.team), ticket.home)
    work.tx.tickets.keep_snapshot(name, frozen)
    recounted = _recounted(work, ticket, frozen)
    changed = replace(recounted, priority=priority, policy=name, reason=reason, reason_words=words)
    work.record(
        ticket.number, "priority_changed", by, old=old.value, new=priority.value, reason=reason, words=words
    )
    after = await _late_already(work, await _page_anew(work, changed, frozen, old, by))
    _tell(work, after, old)
    return keep(work, ticket, after)


def _recounted(work: Work, ticket: Ticket, frozen: Snapshot) -> Ticket:
    """The response and plan clocks by the new promise, from the same start and with the same pauses."""
    after, response = ticket, ticket.clock(ClockKind.RESPONSE)
    for fresh in frozen.clocks(response.instant_of(0) if response else ticket.opened_at):
        old = ticket.clock(fresh.kind)
        if old is None or old.cancelled_at is not None:
            after = after.starting(fresh.pause(work.now) if ticket.state is State.WAITING else fresh)
        elif not old.is_over:
            after = after.with_clock(_recount(old, fresh, work.now))
    plan = after.clock(ClockKind.PLAN)
    return after.with_clock(plan.cancel(work.now)) if plan and frozen.plan_within is None else after


def _recount(old: SlaClock, fresh: SlaClock, now: datetime) -> SlaClock:
    """Levels long past are not warned of one by one, a breach is still told. One that was told stays."""
    recounted = replace(old, within=fresh.within, warned=0)
    return replace(recounted, warned=min(recounted.level_at(now), 80))


async def _late_already(work: Work, ticket: Ticket) -> Ticket:
    """By the new promise human words are late: on record, and told to the lead. The customer reads it with
    the new priority."""
    response = ticket.clock(ClockKind.RESPONSE)
    if response is None or response.level_at(work.now) < 100 or not response.is_running:
        return ticket
    work.record(ticket.number, "breached", "desk", clock=ClockKind.RESPONSE.value, level=100)
    await tell_leads(work, ticket, response)
    return ticket.with_clock(response.told(100, work.now))


async def _page_anew(work: Work, ticket: Ticket, frozen: Snapshot, old: Priority, by: str) -> Ticket:
    response = ticket.clock(ClockKind.RESPONSE)
    if not ticket.is_untaken:
        if ticket.priority.is_above(old):
            ticket = await _page_leaders(work, ticket, frozen, old, by)
        return promise_update(work, ticket, frozen.acknowledged)
    raised = replace(ticket, escalating_since=begins(response, work.now) if response else work.now, round=0)
    after = promised(raised, work.now + frozen.until_acknowledged)
    begin_paging(work, after)
    return after


async def _page_leaders(work: Work, ticket: Ticket, frozen: Snapshot, old: Priority, by: str) -> Ticket:
    """Somebody has it, but the tier that leads this priority must know now."""
    known = await work.tx.customers.get(ticket.customer)
    who, customer = await roster(work, frozen.schedule, known), work.name_of(ticket, known)
    names = [name for name in audience(frozen.targets(0), who) if name != ticket.assignee]
    marked = replace(ticket, escalating_since=work.now)
    people = [each for name in names if (each := work.policy.engineer(name))]
    for engineer in people:
        voice = work.to_engineer(engineer)
        person = work.person(voice, ticket.assignee)
        raised = voice.say(
            "page.raised", old=old.value, priority=ticket.priority.value, by=work.named(by), person=person
        )
        text = "\n".join(
            [page_head(voice, ticket, customer, 0), voice.say("page.title", title=excerpt(ticket)), raised]
        )
        for _, address in means(work, engineer, frozen):
            await send_page(work, marked, engineer, 0, address, text)
    work.record(ticket.number, "paged", "desk", round=1, people=names)
    if frozen.incident:
        gather(work, ticket, people, customer)
    return replace(ticket, paged=tuple(dict.fromkeys((*ticket.paged, *names))))


def _tell(work: Work, ticket: Ticket, old: Priority) -> None:
    voice = work.to_customer(ticket)
    clock = ticket.clock(ClockKind.RESPONSE)
    due = clock.due_at if clock else work.now + timedelta(0)
    late = "_late" if ticket.has_response_due and work.now >= due else ""
    key = f"customer.priority_taken{late}" if ticket.assignee else f"customer.priority{late}"
    text = voice.say(
        key,
        ticket=ticket.id,
        priority=ticket.priority.value,
        old=old.value,
        due=due,
        person=work.person(voice, ticket.assignee),
        next=ticket.promise.next_update_at if ticket.promise else work.now,
    )
    work.tell_customer(ticket, text)
