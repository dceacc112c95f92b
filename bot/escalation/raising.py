"""Changing a ticket's priority: other promises, counted from the customer's first message."""

from dataclasses import replace
from datetime import timedelta

from bot.errors import Refused
from bot.escalation.incident import gather
from bot.escalation.paging import page_head, roster, send_page
from bot.escalation.policy import Snapshot, audience, snapshot
from bot.policy import Priority
from bot.tickets.lifecycle import begin_paging, keep
from bot.tickets.progress import promise_update, promised
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Ticket
from bot.work import Work


async def change_priority(work: Work, ticket: Ticket, priority: Priority, by: str, reason: str) -> Ticket:
    """Other clocks from the first message; an untaken ticket's escalation starts anew at once, and a taken
    one's new leaders are paged once when it was raised."""
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="acknowledge", state=ticket.state.value)
    old = ticket.priority
    frozen = snapshot(work.policy, priority, work.policy.team(ticket.team))
    work.tx.tickets.keep_snapshot(frozen.name, frozen)
    changed = replace(_recounted(work, ticket, frozen), priority=priority, policy=frozen.name, reason=reason)
    work.record(ticket.number, "priority_changed", by, old=old.value, new=priority.value, reason=reason)
    after = await _page_anew(work, changed, frozen, old, by)
    _tell(work, after, old)
    return keep(work, ticket, after)


def _recounted(work: Work, ticket: Ticket, frozen: Snapshot) -> Ticket:
    """The response and plan clocks by the new promise, from the same start and with the same pauses."""
    after = ticket
    for fresh in frozen.clocks(ticket.opened_at):
        old = ticket.clock(fresh.kind)
        if old is None:
            after = after.starting(fresh)
        elif not old.is_over:
            recounted = replace(old, within=fresh.within, warned=0, breached_at=None)
            after = after.with_clock(replace(recounted, warned=_already(recounted, work)))
    plan = after.clock(ClockKind.PLAN)
    return after.with_clock(plan.cancel(work.now)) if plan and frozen.plan_within is None else after


def _already(clock: SlaClock, work: Work) -> int:
    """A raised ticket must not be warned of levels long past one by one; a breach is still told."""
    return min(clock.level_at(work.now), 80)


async def _page_anew(work: Work, ticket: Ticket, frozen: Snapshot, old: Priority, by: str) -> Ticket:
    if not ticket.is_untaken:
        if ticket.priority.is_above(old):
            ticket = await _page_leaders(work, ticket, frozen, old, by)
        return promise_update(work, ticket, frozen.acknowledged)
    raised = replace(ticket, escalating_since=work.now, round=0)
    after = promised(raised, work.now + frozen.until_acknowledged)
    begin_paging(work, after)
    return after


async def _page_leaders(work: Work, ticket: Ticket, frozen: Snapshot, old: Priority, by: str) -> Ticket:
    """Somebody has it, but the tier that leads this priority must know now."""
    who = await roster(work, frozen.schedule, ticket.customer)
    customer = await work.customer_name(ticket)
    names = [name for name in audience(frozen.targets(0), who) if name != ticket.assignee]
    marked = replace(ticket, escalating_since=work.now)
    for engineer in (each for name in names if (each := work.policy.engineer(name))):
        voice = work.to_engineer(engineer)
        person = work.person(voice, ticket.assignee)
        words = voice.say("page.raised", old=old.value, priority=ticket.priority.value, by=by, person=person)
        text = "\n".join(
            [page_head(voice, ticket, customer, 0), voice.say("page.title", title=ticket.title), words]
        )
        for _, address in work.ways(engineer):
            send_page(work, marked, engineer, 0, address, text)
    work.record(ticket.number, "paged", "desk", round=1, people=names)
    if frozen.incident:
        await gather(work, ticket, [each for name in names if (each := work.policy.engineer(name))])
    return replace(ticket, paged=tuple(dict.fromkeys((*ticket.paged, *names))))


def _tell(work: Work, ticket: Ticket, old: Priority) -> None:
    voice = work.to_customer(ticket)
    clock = ticket.clock(ClockKind.RESPONSE)
    due = clock.due_at if clock else work.now + timedelta(0)
    key = "customer.priority" if work.now < due else "customer.priority_late"
    if ticket.assignee is not None:
        key = "customer.priority_taken"
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
