"""Tickets that change hands or places: assigned, merged, or moved with their conversation."""

from dataclasses import replace

from bot.errors import Refused
from bot.policy import Engineer
from bot.tickets.lifecycle import acknowledge, end, keep, say, stand_down
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Move, Thread, Ticket
from bot.work import Work


async def assign(work: Work, ticket: Ticket, to: Engineer, by: Engineer) -> Ticket:
    """Somebody has it now. Whoever hands on an untaken ticket has thereby acknowledged it themselves."""
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="assign", state=ticket.state.value)
    if ticket.assignee == to.id and not ticket.is_untaken:
        return ticket
    taken = await acknowledge(work, ticket, by, "assign") if ticket.is_untaken else ticket
    after = replace(taken, assignee=to.id, assigned_at=work.now)
    work.record(ticket.number, "assigned", by.id, to=to.id)
    say(work, after, "customer.assigned", to)
    stand_down(work, ticket, "page.stood_down", to, by)
    await _hand_over(work, ticket, to, by)
    return keep(work, taken, after)


async def _hand_over(work: Work, ticket: Ticket, to: Engineer, by: Engineer) -> None:
    """The new one hears of it by every means, since paging has stopped; the former one is told."""
    if to.id != by.id:
        name = await work.customer_name(ticket)
        work.call_engineer(to, ticket, "nudge.assigned", customer=name, by=by.name, title=ticket.title)
    former = work.policy.engineer(ticket.assignee or "")
    if former is not None and former.id not in (to.id, by.id):
        person = work.person(work.to_engineer(former), to.id)
        work.tell_engineer(former, ticket, "nudge.handed_on", person=person, by=by.name)


async def merge(work: Work, ticket: Ticket, target: Ticket, by: str) -> tuple[Ticket, Ticket]:
    """The same trouble twice: this one ends, its people follow the other. Both, as they then are. `by`: an
    engineer's id, or "desk"."""
    _check(ticket, target)
    after = replace(ticket.moved(Move.MERGE, work.now), merged_into=target.number, escalating_since=None)
    end(work, ticket)
    work.record(ticket.number, "merged", by, into=target.id)
    work.record(target.number, "absorbed", by, merged=ticket.id)
    say(work, after, "customer.merged", None, target=target.id)
    owner = work.policy.engineer(target.assignee or "") or work.policy.engineer(by)
    if not target.is_untaken and owner is not None:
        stand_down(work, ticket, "page.stood_down", owner)
    return keep(work, ticket, after), keep(work, target, _absorbing(target, ticket))


def _check(ticket: Ticket, target: Ticket) -> None:
    if target.number == ticket.number:
        raise Refused("merge_self", ticket=ticket.id)
    if not target.is_active:
        raise Refused("merge_target", ticket=target.id, state=target.state.value)
    if target.customer != ticket.customer:
        raise Refused("merge_customer", ticket=ticket.id, target=target.id)


def _absorbing(target: Ticket, other: Ticket) -> Ticket:
    """The other's people belong to it, its threads listen too, and the earlier promise counts."""
    threads = (Thread(other.home, other.root), *other.followers)
    after = replace(
        target,
        participants=tuple(dict.fromkeys((*target.participants, *other.participants))),
        last_message_at=max(target.last_message_at, other.last_message_at),
        followers=(*target.followers, *(each for each in threads if not target.lives_in(each.at))),
    )
    ours, theirs = target.clock(ClockKind.RESPONSE), other.clock(ClockKind.RESPONSE)
    if ours is None or theirs is None or ours.is_over or theirs.is_over or theirs.breached_at is not None:
        return after
    return after.with_clock(_at_the_latest(ours, theirs))


def _at_the_latest(ours: SlaClock, theirs: SlaClock) -> SlaClock:
    return replace(ours, within=min(ours.within, ours.within - (ours.due_at - theirs.due_at)))


async def move_home(work: Work, channel: str, old: str, new: str) -> None:
    """A conversation goes on under a new id: links, waiting messages and its tickets move along."""
    work.tx.messages.migrate(channel, old, new)
    work.tx.outbox.readdress(channel, old, new)
    for ticket in await work.tx.tickets.of_conversation(channel, old):
        home = replace(ticket.home, conversation=new)
        card = replace(ticket.card, at=replace(ticket.card.at, conversation=new)) if ticket.card else None
        work.tx.tickets.save(replace(ticket, home=home, card=card))
