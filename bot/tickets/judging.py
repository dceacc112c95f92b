"""What a customer says of the solution."""

from dataclasses import replace

from bot.tickets.lifecycle import close_later, keep, say, stop_paging, unanswered
from bot.tickets.ticket import Move, Ticket
from bot.work import Work, shortened


async def solved_by_customer(work: Work, ticket: Ticket, name: str, text: str) -> Ticket:
    """The customer says of an open ticket that it is over: everything stops, and whoever was woken for it or
    has it reads so, with the words they said beside it. It closes by itself after a while, as one that an
    engineer resolved."""
    fallen = unanswered(work, ticket, "")
    after = replace(fallen.moved(Move.RESOLVE, work.now), resolved_at=work.now, escalating_since=None)
    stop_paging(work, ticket)
    work.record(ticket.number, "solved_by_customer", name)
    say(work, after, "customer.solved", None, name=name)
    await _stand_down(work, ticket, name, text)
    close_later(work, ticket)
    return keep(work, ticket, after)


async def _stand_down(work: Work, ticket: Ticket, name: str, text: str) -> None:
    key = "nudge.solved_in_words" if text else "nudge.solved_by_customer"
    words = {"customer": await work.customer_name(ticket), "name": name, "text": shortened(text)}
    told = (ticket.assignee,) if ticket.assignee else ticket.paged
    for engineer in (each for one in told if (each := work.policy.engineer(one))):
        work.tell_engineer(engineer, ticket, key, **words)


def confirm(work: Work, ticket: Ticket, name: str) -> Ticket:
    """The customer says of a resolved ticket that this solved it: nothing is left to wait for."""
    work.tx.timers.cancel(f"close:{ticket.number}")
    work.record(ticket.number, "confirmed", name)
    return keep(work, ticket, ticket.moved(Move.CLOSE, work.now))
