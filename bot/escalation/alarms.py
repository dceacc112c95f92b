"""What follows when a clock reaches 50 %, 80 % and 100 % of its promise."""

from bot.escalation.paging import roster
from bot.escalation.policy import Roster, audience
from bot.messages.catalogue import Voice
from bot.policy import Engineer
from bot.tickets.lifecycle import keep
from bot.tickets.progress import promise_update
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Ticket
from bot.work import Work


async def sound(work: Work, ticket: Ticket, kind: ClockKind) -> None:
    """The alarm of one clock: a nudge at 50 % and 80 %; at 100 % the breach is recorded, told to the lead
    and, honestly, to the customer."""
    clock = ticket.clock(kind)
    if clock is None or not clock.is_running or not ticket.is_active:
        return
    level = clock.level_at(work.now)
    if level == 0:
        keep(work, None, ticket)
        return
    told = ticket.with_clock(clock.told(level, work.now))
    work.record(
        ticket.number, "breached" if level == 100 else "warned", "desk", clock=kind.value, level=level
    )
    if level < 100:
        _nudge(work, ticket, clock, level)
        keep(work, ticket, told)
    else:
        await _broken(work, ticket, told, clock)


def _nudge(work: Work, ticket: Ticket, clock: SlaClock, level: int) -> None:
    """Whoever has it is reminded; while nobody has, the pages themselves are the reminder, and the
    engineers' own conversation hears it at 80 %."""
    key = f"nudge.{clock.kind.value}_{level}"
    owner = work.policy.engineer(ticket.assignee or "")
    if owner is not None:
        work.tell_engineer(owner, ticket, key, due=clock.due_at)
    elif owner is None and level == 80:
        work.tell_desk(ticket, key, ticket=ticket.id, priority=ticket.priority.value, due=clock.due_at)


async def _broken(work: Work, before: Ticket, ticket: Ticket, clock: SlaClock) -> None:
    snapshot = await work.snapshot(ticket)
    after = promise_update(work, ticket, snapshot.acknowledged) if clock.kind is ClockKind.UPDATE else ticket
    keep(work, before, after)
    _tell_customer(work, after, clock)
    told = await tell_leads(work, after, clock)
    owner = work.policy.engineer(after.assignee or "")
    if owner is not None and owner not in told:
        word = work.to_engineer(owner).say(f"clock.{clock.kind.value}")
        work.tell_engineer(owner, after, "nudge.breach_owner", clock=word, due=clock.due_at)


async def tell_leads(work: Work, ticket: Ticket, clock: SlaClock) -> list[Engineer]:
    """The lead hears of a broken promise; with none reachable, the engineers' own conversation does."""
    snapshot = await work.snapshot(ticket)
    known = await work.tx.customers.get(ticket.customer)
    who, customer = await roster(work, snapshot.schedule, known), work.name_of(ticket, known)

    def words(voice: Voice) -> dict[str, object]:
        word, person = voice.say(f"clock.{clock.kind.value}"), work.person(voice, ticket.assignee)
        return {"customer": customer, "clock": word, "due": clock.due_at, "person": person}

    leads = [each for each in _leads(work, who) if work.ways(each)]
    for lead in leads:
        work.tell_engineer(lead, ticket, "nudge.breach_lead", **words(work.to_engineer(lead)))
    if not leads:
        base = {"ticket": ticket.id, "priority": ticket.priority.value}
        work.tell_desk(ticket, "nudge.breach_lead", **base, **words(work.to_desk()))
    return leads


def _tell_customer(work: Work, ticket: Ticket, clock: SlaClock) -> None:
    voice = work.to_customer(ticket)
    key = {ClockKind.PLAN: "customer.plan_breach", ClockKind.UPDATE: "customer.update_late"}.get(clock.kind)
    if key is None:
        key = "customer.response_breach" if ticket.assignee is None else "customer.response_breach_owned"
    text = voice.say(
        key,
        ticket=ticket.id,
        due=clock.due_at,
        people=work.roles(voice, ticket.paged),
        person=work.person(voice, ticket.assignee),
        next=ticket.promise.next_update_at if ticket.promise else work.now,
    )
    work.tell_customer(ticket, text)


def _leads(work: Work, who: Roster) -> list[Engineer]:
    """The lead on call; when none is, every lead."""
    names = audience(("lead",), who) or audience(("tier:lead",), who)
    return [each for name in names if (each := work.policy.engineer(name))]
