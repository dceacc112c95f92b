"""Paging: who is woken now, by which means, and when the next ones are. It never ends by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.customers.customer import Customer
from bot.durable import Purpose, Timer, TimerKind, Urgency
from bot.errors import Refused
from bot.escalation.incident import gather
from bot.escalation.page import Page
from bot.escalation.policy import Roster, Snapshot, audience
from bot.escalation.words import page_words, spoken_of, written_page
from bot.inbound import Address
from bot.oncall.schedule import on_call
from bot.outgoing import Button, Post, Sound
from bot.policy import Engineer, Priority
from bot.tickets.lifecycle import keep
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import Ticket
from bot.work import Way, Work


async def roster(work: Work, schedule: str, customer: Customer | None) -> Roster:
    """Who could be paged at this moment. A schedule that was taken out of the policy has nobody on call:
    the escalation then widens to everybody instead of standing still."""
    known_schedule = work.house.schedules.get(schedule)
    overrides = await work.tx.overrides.around(schedule, work.now, work.now + timedelta(microseconds=1))
    zones = {each.time_zone for each in work.policy.engineers}
    awake = {zone for zone in zones if work.policy.desk.awake.covers(work.now, zone)}
    return Roster(
        duties=on_call(known_schedule, overrides, work.now) if known_schedule else (),
        engineers=work.policy.engineers,
        awake=frozenset(each.id for each in work.policy.engineers if each.time_zone in awake),
        account_manager=customer.account_manager if customer else None,
    )


async def escalate(work: Work, ticket: Ticket) -> None:
    """Page the round that is due (the newest one, however many were missed) and set the next one's timer.

    A round that reaches nobody is skipped at once and said so; beyond the last step everybody is tried.
    """
    if not ticket.is_untaken or ticket.escalating_since is None:
        return
    snapshot = await work.snapshot(ticket)
    customer = await work.tx.customers.get(ticket.customer)
    who = await roster(work, snapshot.schedule, customer)
    due = max(ticket.round, snapshot.round_at(ticket.escalating_since, work.now))
    missed = snapshot.missed(ticket.round, due)
    number, people, skipped = _first_reachable(work, snapshot, who, due, missed)
    if skipped:
        ticket = replace(ticket, escalating_since=_caught_up(work, ticket, snapshot, number))
    for targets in skipped:
        work.record(ticket.number, "step_skipped", "desk", targets=list(targets))
    name = work.name_of(ticket, customer)
    for engineer in people:
        text = written_page(work, ticket, engineer, number, name, skipped)
        await _page(work, ticket, engineer, number, snapshot, text)
    _set_next(work, ticket, snapshot, number)
    work.record(ticket.number, "paged", "desk", round=number + 1, people=[each.id for each in people])
    ids = tuple(dict.fromkeys((*ticket.paged, *(each.id for each in people))))
    after = replace(ticket, round=number + 1, paged=ids)
    if snapshot.incident:
        gather(work, after, people, name)
    keep(work, ticket, after)


def _first_reachable(
    work: Work, snapshot: Snapshot, who: Roster, number: int, missed: tuple[str, ...]
) -> tuple[int, list[Engineer], list[tuple[str, ...]]]:
    """The first round from `number` on that reaches somebody, with the people of rounds `missed` during a
    downtime; after the widest one has failed, give it to the next timer rather than looping."""
    skipped: list[tuple[str, ...]] = []
    widest = max(number, len(snapshot.steps) + len(snapshot.widen) - 1)
    for candidate in range(number, widest + 1):
        names = audience((*missed, *snapshot.targets(candidate)), who)
        people = [each for name in names if (each := work.policy.engineer(name))]
        reachable = [each for each in people if work.ways(each)]
        if reachable:
            return candidate, reachable, skipped
        skipped.append(snapshot.targets(candidate))
    last = [each for each in work.policy.engineers if work.ways(each)]
    return widest, last, skipped


def _caught_up(work: Work, ticket: Ticket, snapshot: Snapshot, number: int) -> datetime:
    """When the escalation would have begun for this round to be due now: the next one then follows as soon
    after it as the timetable says, instead of at the hour it had before steps were skipped."""
    begun = ticket.escalating_since or work.now
    return min(begun, work.now - (snapshot.page_at(begun, number) - begun))


def _set_next(work: Work, ticket: Ticket, snapshot: Snapshot, number: int) -> None:
    start = ticket.escalating_since or work.now
    due = snapshot.page_at(start, number + 1)
    if due <= work.now:
        due = work.now + snapshot.repeat_every
    work.tx.timers.set(Timer(f"escalate:{ticket.number}", TimerKind.ESCALATE, ticket.number, due))


def means(work: Work, engineer: Engineer, snapshot: Snapshot) -> tuple[Way, ...]:
    """By which they are paged: the rungs for that priority, and of a quiet one those that wake nobody.
    Whoever could not be reached so is reached by whatever there is."""
    rungs, every = engineer.rungs(), work.ways(engineer)
    meant = tuple(way for way in every if snapshot.priority in rungs[way[0]].priorities)
    quiet = tuple(way for way in meant if not work.wakes(way[1].channel)) if snapshot.quiet else meant
    return quiet or meant or every


async def _page(
    work: Work, ticket: Ticket, engineer: Engineer, number: int, snapshot: Snapshot, text: str
) -> None:
    """Every rung due at once goes out now; the later ones get a timer each."""
    rungs = engineer.rungs()
    for index, address in means(work, engineer, snapshot):
        after = timedelta(0) if snapshot.all_means_at_once else rungs[index].after
        if after <= timedelta(0):
            await send_page(work, ticket, engineer, number, address, text)
        else:
            # By round too: a round that repeats sooner than the rung waits must not put it off for ever.
            key = f"rung:{ticket.number}:{engineer.id}:{index}:{number}"
            data = {"engineer": engineer.id, "rung": index, "round": number}
            work.tx.timers.set(Timer(key, TimerKind.RUNG, ticket.number, work.now + after, data))


async def send_page(
    work: Work, ticket: Ticket, engineer: Engineer, number: int, address: Address, written: str
) -> None:
    """One page by one means, once per round and means."""
    voice = work.to_engineer(engineer)
    key = f"{_round_key(ticket, number)}:{engineer.id}:{address.channel}"
    buttons = (
        Button(voice.say("page.acknowledge"), f"ack {ticket.id}"),
        Button(voice.say("page.escalate"), f"escalate {ticket.id}"),
    )
    message = Post(
        key,
        address,
        await page_words(work, ticket, engineer, written, address),
        buttons=buttons,
        spoken=spoken_of(work, ticket, address, voice.language),
        sound=_sound(work, ticket),
    )
    work.tx.pages.add(Page(key, ticket.number, number, engineer.id, address.channel, work.now))
    urgency = Urgency.CRITICAL_PAGE if ticket.priority is Priority.P0 else Urgency.PAGE
    data = {"engineer": engineer.id, "round": number}
    work.send(Purpose.PAGE, urgency, message, language=voice.language, ticket=ticket.number, **data)


def _sound(work: Work, ticket: Ticket) -> Sound:
    if work.policy.priorities[ticket.priority].quiet:
        return Sound.SILENT
    return Sound.ALARM if ticket.priority is Priority.P0 else Sound.LOUD


def _round_key(ticket: Ticket, number: int) -> str:
    """What the keys of a round's pages begin with. When the escalation began tells one of a ticket from the
    next (reopened), and so does its priority: a raised one goes on counting from the customer's first
    message, and whoever was paged before must hear that it is worse."""
    since = int(ticket.escalating_since.timestamp() * 1_000_000) if ticket.escalating_since else 0
    return f"page:{ticket.number}:{since}:{ticket.priority.value}:{number}"


async def hurry(work: Work, ticket: Ticket, engineer: Engineer) -> None:
    """Somebody who was paged cannot take it: the next people are paged now, and the timetable goes on from
    there. Raises Refused when somebody has it already or it is over."""
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="escalate", state=ticket.state.value)
    if not ticket.is_untaken:
        raise Refused("already_taken", ticket=ticket.id, person=ticket.assignee or ticket.acknowledged_by)
    work.record(ticket.number, "hurried", engineer.id)
    await escalate(work, ticket)


async def climb_ladder(work: Work, ticket: Ticket, engineer_id: str, index: int, number: int) -> None:
    """A later rung of somebody's ladder is due; it finishes even when the escalation has moved on."""
    engineer = work.policy.engineer(engineer_id)
    if engineer is None or not ticket.is_untaken:
        return
    address = next((address for rung, address in work.ways(engineer) if rung == index), None)
    if address is not None:
        text = written_page(work, ticket, engineer, number, await work.customer_name(ticket), [])
        await send_page(work, ticket, engineer, number, address, text)


async def next_way_now(work: Work, ticket: Ticket, engineer_id: str, number: int) -> None:
    """A page could not go one way: the engineer's other ways are used at once."""
    engineer = work.policy.engineer(engineer_id)
    if engineer is None or not ticket.is_untaken:
        return
    snapshot = await work.snapshot(ticket)
    text = written_page(work, ticket, engineer, number, await work.customer_name(ticket), [])
    for _, address in means(work, engineer, snapshot):
        await send_page(work, ticket, engineer, number, address, text)


async def way_is_gone(work: Work, ticket: Ticket, engineer_id: str, number: int) -> None:
    """That way will never work. Somebody who cannot be reached by any other was not paged, and nobody says
    so to the customer; when a whole round reached nobody, the next people are paged now."""
    await next_way_now(work, ticket, engineer_id, number)
    if not ticket.is_untaken:
        return
    alive = await _alive(work, ticket)
    if not any(page.engineer == engineer_id for page in alive):
        paged = tuple(each for each in ticket.paged if each != engineer_id)
        keep(work, ticket, replace(ticket, paged=paged))
    snapshot = await work.snapshot(ticket)
    still_widening = number < len(snapshot.steps) + len(snapshot.widen) - 1
    in_vain = not any(page.key.startswith(f"{_round_key(ticket, number)}:") for page in alive)
    if in_vain and still_widening and number == ticket.round - 1:
        key = f"escalate:{ticket.number}"
        work.tx.timers.set(Timer(key, TimerKind.ESCALATE, ticket.number, work.now))


async def _alive(work: Work, ticket: Ticket) -> list[Page]:
    """The pages that arrived or still may; those from before the ticket was reopened are of no use now."""
    response = ticket.clock(ClockKind.RESPONSE)
    since = response.started_at if response else ticket.opened_at
    pages = await work.tx.pages.of(ticket.number)
    return [page for page in pages if page.failed_at is None and page.created_at >= since]
