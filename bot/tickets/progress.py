"""What the customer is told: the live card, and the updates that come whether or not there is news."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.durable import Purpose, Timer, TimerKind, Urgency
from bot.messages.catalogue import Voice
from bot.outgoing import Post
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Promise, State, Ticket
from bot.work import Work


def progress_timer(ticket: Ticket, due_at: datetime) -> Timer:
    return Timer(f"progress:{ticket.number}", TimerKind.PROGRESS, ticket.number, due_at)


def card_text(work: Work, ticket: Ticket) -> str:
    """The ticket as its customer sees it: state, promise, who has it, what is known, the next word."""
    voice = work.to_customer(ticket)
    state = voice.say(f"state.{ticket.state.value}")
    head = voice.say("card.head", ticket=ticket.id, priority=ticket.priority.value, state=state)
    return "\n".join([f"{head}\n“{ticket.title}”", *_body(work, ticket, voice)])


def _body(work: Work, ticket: Ticket, voice: Voice) -> list[str]:
    match ticket.state:
        case State.RESOLVED | State.CLOSED:
            return [voice.say("card.resolved", at=ticket.resolved_at or work.now)]
        case State.MERGED:
            return [voice.say("card.merged", target=f"T-{ticket.merged_into}")]
        case State.DISCARDED:
            return [voice.say("card.withdrawn")]
        case _:
            return [*_who(work, ticket, voice), *_facts(ticket, voice), *_next(ticket, voice)]


def _who(work: Work, ticket: Ticket, voice: Voice) -> list[str]:
    response = ticket.clock(ClockKind.RESPONSE)
    lines = [voice.say("card.meaning", priority=ticket.priority.value, meaning=_meaning(work, ticket))]
    if ticket.answered_at is not None:
        lines.append(voice.say("card.answered", at=ticket.answered_at))
    elif response is not None:
        lines.append(voice.say("card.promise", due=response.due_at))
    if ticket.is_untaken:
        paged = voice.say("card.paged", people=work.roles(voice, ticket.paged)) if ticket.paged else ""
        lines.append(" ".join(part for part in (voice.say("card.paging"), paged) if part))
    elif ticket.assignee is not None:
        at = ticket.acknowledged_at or work.now
        lines.append(voice.say("card.owner", person=work.person(voice, ticket.assignee), at=at))
    return lines


def _meaning(work: Work, ticket: Ticket) -> str:
    meaning = work.policy.priorities[ticket.priority].meaning
    return next((meaning[lang] for lang in (ticket.language, "en") if lang in meaning), ticket.priority.value)  # type: ignore[index]


def _facts(ticket: Ticket, voice: Voice) -> list[str]:
    promise = ticket.promise
    if promise is None:
        return []
    said = [
        voice.say("card.known", text=promise.text) if promise.text else "",
        eta_line(promise, voice),
        voice.say("card.complexity", complexity=voice.say(f"complexity.{promise.complexity}"))
        if promise.complexity
        else "",
        voice.say("card.need", need=promise.need) if promise.need else "",
    ]
    return [line for line in said if line]


def eta_line(promise: Promise, voice: Voice) -> str:
    """The estimate, and honestly the first one beside it when it has slipped."""
    if promise.eta is None:
        return ""
    if promise.first_eta is not None and promise.eta > promise.first_eta:
        return voice.say("card.eta_slipped", eta=promise.eta, first=promise.first_eta)
    return voice.say("card.eta", eta=promise.eta)


def _next(ticket: Ticket, voice: Voice) -> list[str]:
    if ticket.state is State.WAITING:
        return [voice.say("card.waiting")]
    return [voice.say("card.next", at=ticket.promise.next_update_at)] if ticket.promise else []


def send_receipt(work: Work, ticket: Ticket) -> None:
    """The first word to the customer; it becomes the live card where the channel can edit."""
    message = Post(f"receipt:{ticket.number}", ticket.home, card_text(work, ticket), reply_to=ticket.root)
    work.send(Purpose.RECEIPT, Urgency.RECEIPT, message, language=ticket.language, ticket=ticket.number)


def refresh_card(work: Work, ticket: Ticket) -> None:
    if ticket.card is not None:
        key = f"card:{ticket.number}"
        work.show(ticket, key, ticket.card.at, ticket.card.message_id, card_text(work, ticket))


def promised(ticket: Ticket, next_update_at: datetime) -> Ticket:
    """The ticket with its next update promised for then; what is known stays."""
    promise = ticket.promise or Promise(next_update_at)
    return replace(ticket, promise=replace(promise, next_update_at=next_update_at))


def promise_update(work: Work, ticket: Ticket, within: timedelta) -> Ticket:
    """Start the next-update clock of a ticket a human has; the one before is met by what is said now."""
    last = ticket.clock(ClockKind.UPDATE)
    met = ticket.with_clock(last.meet(work.now)) if last else ticket
    started = met.starting(SlaClock(ClockKind.UPDATE, work.now, within))
    return promised(started, work.now + within)


async def tell_progress(work: Work, ticket: Ticket) -> Ticket:
    """The regular update while nobody has acknowledged: facts, never reassurance. Returns the ticket with
    its next update promised and its timer set."""
    snapshot = await work.tx.tickets.snapshot(ticket.policy)
    after = promised(ticket, work.now + snapshot.until_acknowledged)
    next_page = snapshot.page_at(ticket.escalating_since or ticket.opened_at, ticket.round)
    last_told = (
        ticket.promise.next_update_at - snapshot.until_acknowledged if ticket.promise else ticket.received_at
    )
    work.tell_customer(after, _progress_text(work, after, next_page, last_told))
    work.record(ticket.number, "customer_updated", "desk", next=work.now + snapshot.until_acknowledged)
    work.tx.timers.set(progress_timer(ticket, work.now + snapshot.until_acknowledged))
    return after


def _progress_text(work: Work, ticket: Ticket, next_page: datetime, last_told: datetime) -> str:
    voice = work.to_customer(ticket)
    head = voice.say("progress.head", ticket=ticket.id, priority=ticket.priority.value)
    known = voice.say("progress.known", title=ticket.title, at=ticket.opened_at)
    next_update = voice.say("progress.next", at=ticket.promise.next_update_at if ticket.promise else work.now)
    return "\n".join(
        [
            head,
            *_paging(work, ticket, voice, next_page),
            known,
            voice.say(_news(ticket, last_told)),
            next_update,
        ]
    )


def _paging(work: Work, ticket: Ticket, voice: Voice, next_page: datetime) -> list[str]:
    """Who has been paged, when a human is due, and when more people are paged."""
    people = work.roles(voice, ticket.paged)
    lines = [
        voice.say("progress.untaken", people=people) if ticket.paged else voice.say("progress.untaken_nobody")
    ]
    if response := ticket.clock(ClockKind.RESPONSE):
        key = "progress.due" if work.now < response.due_at else "progress.overdue"
        lines.append(voice.say(key, due=response.due_at))
    if next_page > work.now:
        lines.append(voice.say("progress.next_page", at=next_page))
    return lines


def _news(ticket: Ticket, last_told: datetime) -> str:
    """What is needed, at first; then whether anything came in since, else precisely that nothing did."""
    if last_told <= ticket.received_at:
        return "progress.need"
    return "progress.messages" if ticket.last_message_at > last_told else "progress.nothing_new"
