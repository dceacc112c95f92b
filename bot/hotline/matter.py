"""The ticket of a call: which one it is by now, and when its caller reads of it."""

from dataclasses import replace

from bot.hotline.call import Call
from bot.tickets.lifecycle import begin_paging, keep
from bot.tickets.progress import send_receipt
from bot.tickets.ticket import Ticket
from bot.work import Work


async def current(work: Work, call: Call) -> Ticket:
    """A merged one goes on in another."""
    ticket = await work.tx.tickets.get(call.ticket)
    while ticket.merged_into is not None:
        ticket = await work.tx.tickets.get(ticket.merged_into)
    return ticket


async def settle_matter(work: Work, call: Call) -> Call:
    """What it is about is known, as far as it will be: whoever is on call is paged now, and the caller has
    their receipt, where they can read one."""
    if call.told:
        return call
    ticket = await current(work, call)
    able = work.able(ticket.home.channel)
    readable = able is not None and not able.spoken
    after = keep(work, None, replace(ticket, silent=not readable))
    if after.is_untaken:
        begin_paging(work, after)
        send_receipt(work, after)
    work.tx.timers.cancel(f"call:{call.id}")
    return replace(call, told=True)
