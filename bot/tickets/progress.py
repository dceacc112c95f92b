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
    return "\n".join([f"{head}\n“{ticket.title}”", *_body(work, ticket, voice), *_link(work, ticket, voice)])


def _link(work: Work, ticket: Ticket, voice: Voice) -> list[str]:
    """Where the ticket can be read, for everybody who reads the card."""
    return (
        [voice.say("card.link", link=work.house.links.ticket(ticket.number, ticket.customer))]
        if work.house.links
        else []
    )


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


def reason_line(work: Work, ticket: Ticket, voice: Voice) -> str:
    """What the priority means and why the ticket has it."""
    meaning, reason = _meaning(work, ticket, voice.language), work.reason(voice, ticket)
    return voice.say("card.meaning", priority=ticket.priority.value, meaning=meaning, reason=reason)


def _who(work: Work, ticket: Ticket, voice: Voice) -> list[str]:
    lines = [reason_line(work, ticket, voice), *_response(ticket, voice)]
    if ticket.is_untaken:
        paged = voice.say("card.paged", people=work.roles(voice, ticket.paged)) if ticket.paged else ""
        lines.append(" ".join(part for part in (voice.say("card.paging"), paged) if part))
    elif ticket.assignee is not None:
        at = ticket.assigned_at or work.now
        lines.append(voice.say("card.owner", person=work.person(voice, ticket.assignee), at=at))
    return lines


def _response(ticket: Ticket, voice: Voice) -> list[str]:
    """The promise of human words: when they come, that they came, or honestly that they are late."""
    response = ticket.clock(ClockKind.RESPONSE)
    if response is None or response.cancelled_at is not None or response.paused_at is not None:
        return []
    if response.met_at is not None:
        return [voice.say("card.answered", at=response.met_at)]
    return [voice.say("card.promise" if voice.now < response.due_at else "card.late", due=response.due_at)]


def _meaning(work: Work, ticket: Ticket, language: str) -> str:
    meaning = work.policy.priorities[ticket.priority].meaning
    return next((meaning[lang] for lang in (language, "en") if lang in meaning), ticket.priority.value)


def _facts(ticket: Ticket, voice: Voice) -> list[str]:
    promise = ticket.promise
    known = [voice.say("card.known", text=promise.text)] if promise and promise.text else []
    return [*known, *(fact_lines(promise, voice) if promise else [])]


def fact_lines(promise: Promise, voice: Voice) -> list[str]:
    """When it will be fixed, how complex it is, what is needed: as far as anybody said so."""
    complexity = voice.say(f"complexity.{promise.complexity}") if promise.complexity else ""
    said = [
        _eta(promise, voice),
        voice.say("card.complexity", complexity=complexity) if complexity else "",
        voice.say("card.need", need=promise.need) if promise.need else "",
    ]
    return [line for line in said if line]


def _eta(promise: Promise, voice: Voice) -> str:
    """The estimate; honestly the first one beside it when it has slipped, and that it has passed."""
    if promise.eta is None:
        return ""
    if promise.eta <= voice.now:
        return voice.say("card.eta_passed", eta=promise.eta)
    if promise.has_slipped:
        return voice.say("card.eta_slipped", eta=promise.eta, first=promise.first_eta)
    return voice.say("card.eta", eta=promise.eta)


def _next(ticket: Ticket, voice: Voice) -> list[str]:
    if ticket.state is State.WAITING:
        need = [voice.say("card.need", need=ticket.waiting_for)] if ticket.waiting_for else []
        return [*need, voice.say("card.waiting")]
    return [voice.say("card.next", at=ticket.promise.next_update_at)] if ticket.promise else []


def send_receipt(work: Work, ticket: Ticket) -> None:
    """The first word to the customer; it becomes the live card where the channel can edit. Machines get
    none."""
    if ticket.silent:
        return
    text, heading = card_text(work, ticket), work.heading(ticket, Purpose.RECEIPT)
    key = f"receipt:{ticket.number}"
    message = Post(key, ticket.home, text, reply_to=ticket.root or None, heading=heading)
    work.send(Purpose.RECEIPT, Urgency.RECEIPT, message, language=ticket.language, ticket=ticket.number)
    for place, thread in enumerate(ticket.followers):
        head = work.heading(ticket, Purpose.RECEIPT, thread)
        copy = Post(f"{key}:{place}", thread.at, text, reply_to=thread.root or None, heading=head)
        work.send(Purpose.UPDATE, Urgency.RECEIPT, copy, language=ticket.language, ticket=ticket.number)


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
    last, fresh = ticket.clock(ClockKind.UPDATE), SlaClock(ClockKind.UPDATE, work.now, within)
    if ticket.state is State.WAITING:
        fresh = fresh.pause(work.now)
    if last is not None and last.started_at == work.now and not last.is_over:
        started = ticket.with_clock(fresh)  # promised and changed in one breath: one promise, not a kept one
    else:
        met = ticket.with_clock(last.meet(work.now)) if last else ticket
        started = met.starting(fresh)
    return promised(started, work.now + within)


def until_next(promise: Promise | None, acknowledged: timedelta, now: datetime) -> timedelta:
    """How soon the customer hears from us after an engineer has spoken: within the cadence, and no later than
    when it was said to be fixed."""
    if promise is None or promise.eta is None or promise.eta <= now:
        return acknowledged
    return min(acknowledged, promise.eta - now)


async def tell_progress(work: Work, ticket: Ticket) -> Ticket:
    """The regular update while nobody has acknowledged: facts, never reassurance. Returns the ticket with
    its next update promised and its timer set. Machines are told nothing."""
    if ticket.silent:
        return ticket
    snapshot = await work.snapshot(ticket)
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
    news = [voice.say(key) for key in _news(ticket, last_told)]
    next_update = voice.say("progress.next", at=ticket.promise.next_update_at if ticket.promise else work.now)
    return "\n".join([head, *_paging(work, ticket, voice, next_page), known, *news, next_update])


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


def _news(ticket: Ticket, last_told: datetime) -> tuple[str, ...]:
    """Whether anything came in since the last update, else precisely that nothing did; and what is needed."""
    if last_told <= ticket.received_at:
        return ("progress.need",)
    has_news = ticket.heard_at is not None and ticket.heard_at > last_told
    return ("progress.messages" if has_news else "progress.nothing_new", "progress.need_more")
