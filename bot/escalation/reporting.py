"""What a provider says afterwards of a message of ours: it arrived, or other means are needed now."""

from dataclasses import replace

from bot.durable import OutboxItem, Purpose, Usage, next_ring
from bot.escalation.delivery import customer_lost, notice_lost
from bot.escalation.page import Page
from bot.escalation.paging import way_is_gone
from bot.inbound import Fate, Reported
from bot.policy import Engineer
from bot.tickets.lifecycle import keep
from bot.tickets.ticket import Ticket
from bot.work import Work

NOBODY = "nobody pressed a key"
"""Why a call that was answered, and ended, woke nobody as far as we know."""


async def reported(work: Work, item: Reported) -> None:
    """Reports come late, twice and in any order: one that is not newer than the last changes nothing."""
    if item.sequence is not None:
        if item.sequence <= await work.tx.reports.last(item.key):
            return
        work.tx.reports.save(item.key, item.sequence)
    if item.over:
        await _free_line(work, item.at.channel)
    found = await work.tx.outbox.find(item.key.partition("#")[0])  # a long text leaves in parts
    if found is None or found.ticket is None:
        return
    ticket = await work.tx.tickets.get(found.ticket)
    if found.purpose is Purpose.PAGE:
        await _page(work, item, found, ticket)
    elif found.purpose is Purpose.RING:
        _ring(work, item, found, ticket)
    elif item.fate is Fate.FAILED:
        await _lost(work, item, found, ticket)


async def _free_line(work: Work, channel: str) -> None:
    """The place that the call had among those that may be at the same time."""
    able = work.able(channel)
    if able is not None and able.lines:
        usage = (await work.tx.limits.of([able.lines]))[able.lines]
        work.tx.limits.save(able.lines, replace(usage, taken=usage.taken[1:]) if usage.taken else Usage())
        work.tx.outbox.hasten(channel, work.now)


async def _page(work: Work, item: Reported, found: OutboxItem, ticket: Ticket) -> None:
    pages = await work.tx.pages.of(ticket.number)
    page = next((each for each in pages if each.key == found.key), None)
    if page is None or page.delivered_at is not None:
        return
    if item.fate is Fate.DELIVERED:
        _delivered(work, ticket, [page])
    elif page.failed_at is None and (item.fate is Fate.FAILED or item.over):
        reason = item.reason if item.fate is Fate.FAILED else NOBODY
        work.tx.pages.failed(page.key, reason, work.now)
        work.record(ticket.number, "page_failed", page.engineer, via=page.via, reason=reason)
        await way_is_gone(work, ticket, page.engineer, page.round)


def _delivered(work: Work, ticket: Ticket, pages: list[Page]) -> None:
    for page in pages:
        work.tx.pages.delivered(page.key, work.now)
    if ticket.first_page_at is None and pages:
        keep(work, ticket, replace(ticket, first_page_at=work.now))


async def reached(work: Work, ticket: Ticket, engineer: Engineer, channel: str) -> None:
    """The engineer themselves answered a page that came by that channel: a human has it."""
    pages = await work.tx.pages.of(ticket.number)
    mine = [each for each in pages if (each.engineer, each.via) == (engineer.id, channel)]
    _delivered(work, ticket, [each for each in mine if each.delivered_at is None])


def _ring(work: Work, item: Reported, found: OutboxItem, ticket: Ticket) -> None:
    """Whoever was called to a caller on the line did not come: the next one is called now."""
    if item.fate is Fate.FAILED or item.over:
        work.tx.timers.set(next_ring(ticket.number, found.data["call"], work.now, found.data["engineer"]))


async def _lost(work: Work, item: Reported, found: OutboxItem, ticket: Ticket) -> None:
    """A text did not reach its reader after all."""
    work.record(ticket.number, "undeliverable", "desk", what=found.purpose.value, reason=item.reason)
    match found.purpose:
        case Purpose.NOTICE:
            notice_lost(work, found)
        case Purpose.RECEIPT | Purpose.WORDS | Purpose.UPDATE:
            await customer_lost(work, found, ticket.number, item.reason)
