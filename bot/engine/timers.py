"""What a timer does when it fires. Each runs in the transaction that removes it."""

from bot.durable import ClaimedTimer, Timer, TimerKind
from bot.escalation.alarms import sound
from bot.escalation.incident import refresh_timeline
from bot.escalation.paging import climb_ladder, escalate
from bot.hotline.afterwards import forgotten
from bot.hotline.waiting import ring_on
from bot.intake.quarantine import remind
from bot.tickets.lifecycle import close, keep
from bot.tickets.progress import tell_progress
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import State, Ticket
from bot.work import Work


async def fire(work: Work, claimed: ClaimedTimer) -> bool:
    """Take the timer and do what it says; False when it is no longer ours to fire."""
    if not await work.tx.timers.take(claimed):
        return False
    timer = claimed.timer
    match timer.kind:
        case TimerKind.QUARANTINE:
            await remind(work, timer.data["channel"], timer.data["event_key"])
        case TimerKind.RING:
            await ring_on(work, timer.data["call"], timer.data["declined"])
        case TimerKind.CALL:
            await forgotten(work, timer.data["call"])
        case _:
            await _about_a_ticket(work, timer)
    return True


async def _about_a_ticket(work: Work, timer: Timer) -> None:
    ticket = await work.tx.tickets.get(timer.ticket)
    match timer.kind:
        case TimerKind.ESCALATE:
            await escalate(work, ticket)
        case TimerKind.RUNG:
            await _rung(work, ticket, timer)
        case TimerKind.CLOCK:
            await sound(work, ticket, ClockKind(timer.data["clock"]))
        case TimerKind.PROGRESS:
            await _progress(work, ticket)
        case TimerKind.TIMELINE:
            await refresh_timeline(work, ticket)
        case TimerKind.CLOSE:
            _close(work, ticket)


async def _rung(work: Work, ticket: Ticket, timer: Timer) -> None:
    await climb_ladder(work, ticket, timer.data["engineer"], timer.data["rung"], timer.data["round"])


async def _progress(work: Work, ticket: Ticket) -> None:
    if ticket.is_untaken:
        keep(work, ticket, await tell_progress(work, ticket))


def _close(work: Work, ticket: Ticket) -> None:
    if ticket.state is State.RESOLVED:
        close(work, ticket)
