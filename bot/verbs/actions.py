"""What each command does with a ticket. Every action returns the answer's words or raises Refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.errors import Refused
from bot.escalation.raising import change_priority
from bot.inbound import VerbInvoked
from bot.intake.ledger import Outcome
from bot.intake.opening import open_ticket
from bot.intake.receive import entry_of, look_around
from bot.policy import Priority
from bot.tickets import lifecycle
from bot.tickets.progress import eta_line, promise_update
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Promise, Ticket
from bot.verbs.desk_actions import link, oncall, override, show_help, tickets
from bot.verbs.grammar import Said, instant
from bot.verbs.request import Request, engineer_named
from bot.work import Work

Action = Callable[[Work, Request], Awaitable[str]]


async def _located(work: Work, request: Request) -> Ticket:
    """The ticket meant: named, or of the message replied to, or of this room, or the asker's only one."""
    if request.said.tickets:
        return await work.tx.tickets.get(request.said.tickets[0])
    item = request.item
    if item.reply_to is not None:
        number = await work.tx.messages.ticket_of(item.at, item.reply_to)
        if number is not None:
            return await work.tx.tickets.get(number)
    room = await work.tx.messages.ticket_of(item.at, "")
    if room is not None:
        return await work.tx.tickets.get(room)
    mine = await work.tx.tickets.assigned(request.me.id)
    if len(mine) == 1:
        return mine[0]
    raise Refused("no_ticket_here", verb=request.said.verb.name)


async def _ack(work: Work, request: Request) -> str:
    ticket, last = await _to_acknowledge(work, request)
    voice = request.voice
    prefix = f"{voice.say('answer.acknowledged_last', ticket=ticket.id)} " if last else ""
    if ticket.assignee == request.me.id and ticket.is_active and not ticket.is_untaken:
        return prefix + voice.say("answer.already_yours", ticket=ticket.id)
    after = await lifecycle.acknowledge(work, ticket, request.me, "command")
    response = after.clock(ClockKind.RESPONSE)
    if after.answered_at is not None or response is None:
        return prefix + voice.say("answer.acknowledged_answered", ticket=after.id)
    return prefix + voice.say("answer.acknowledged", ticket=after.id, due=response.due_at)


async def _to_acknowledge(work: Work, request: Request) -> tuple[Ticket, bool]:
    """The ticket, and whether it was chosen because it paged the asker last."""
    item = request.item
    here = request.said.tickets or await work.tx.messages.ticket_of(item.at, item.reply_to or "")
    if here:
        return await _located(work, request), False
    ticket = await work.tx.tickets.last_paged(request.me.id)
    if ticket is None:
        raise Refused("never_paged")
    return ticket, True


async def _ticket(work: Work, request: Request) -> str:
    item = request.item
    if item.reply_to is not None and not request.said.words:
        return await promote(work, item, item.reply_to, request)
    if not request.said.words:
        raise Refused("no_message_here")
    message = replace(request.message, text=request.said.words)
    around = await look_around(work, message)
    name = item.author.name or item.author.id
    ticket = await open_ticket(work, message, around.customer, forced_by=name)
    work.tx.ledger.add(entry_of(work, message, Outcome.OPENED, "/ticket", ticket.number))
    return request.voice.say("answer.opened", ticket=ticket.id, priority=ticket.priority.value)


async def promote(work: Work, item: VerbInvoked, message_id: str, request: Request) -> str:
    """Make a ticket of a message that became none, with its own time."""
    number = await work.tx.messages.ticket_of(item.at, message_id)
    if number is not None:
        return request.voice.say("answer.exists", ticket=f"T-{number}")
    entry = await work.tx.ledger.find(item.at, message_id)
    if entry is None or entry.item is None:
        raise Refused("no_message_here")
    around = await look_around(work, entry.item)
    name = item.author.name or item.author.id
    ticket = await open_ticket(work, entry.item, around.customer, forced_by=name)
    work.tx.ledger.add(
        replace(entry, outcome=Outcome.PROMOTED, reason=f"made a ticket by {name}", ticket=ticket.number)
    )
    return request.voice.say("answer.opened", ticket=ticket.id, priority=ticket.priority.value)


async def _update(work: Work, request: Request) -> str:
    """Human words with their facts into the customer's thread, and the next update on its own clock."""
    ticket = await _located(work, request)
    said = request.said
    if not said.words and not said.options:
        raise Refused("nothing_said", usage=said.verb.usage)
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="acknowledge", state=ticket.state.value)
    taken = await lifecycle.acknowledge(work, ticket, request.me, "reply") if ticket.is_untaken else ticket
    snapshot = await work.tx.tickets.snapshot(taken.policy)
    promise = _facts(work, request, taken)
    within = snapshot.acknowledged
    if promise.eta is not None and promise.eta > work.now:
        within = min(within, promise.eta - work.now)
    informed = replace(taken, promise=promise)
    after = promise_update(work, _planned(work, informed, said), within)
    lifecycle.speak(work, after, _words(work, after, request))
    work.record(ticket.number, "update", request.me.id, text=said.words, **said.options)
    lifecycle.keep(work, taken, after)
    due = after.promise.next_update_at if after.promise else work.now
    return request.voice.say("answer.update", ticket=after.id, next=due)


def _facts(work: Work, request: Request, ticket: Ticket) -> Promise:
    options, old = request.said.options, ticket.promise or Promise(work.now)
    complexity = options.get("complexity", "").casefold() or old.complexity
    if complexity not in (None, "low", "medium", "high"):
        raise Refused("bad_complexity", given=complexity)
    eta = _eta(work, request, options["eta"]) if "eta" in options else old.eta
    return replace(
        old,
        eta=eta,
        first_eta=old.first_eta or eta,
        complexity=complexity,
        need=options.get("need", old.need) or None,
        text=request.said.words or old.text,
    )


def _eta(work: Work, request: Request, given: str) -> datetime:
    try:
        return instant(given, work.now, request.me.time_zone)
    except ValueError:
        raise Refused("bad_eta", given=given) from None


def _planned(work: Work, ticket: Ticket, said: Said) -> Ticket:
    plan: SlaClock | None = ticket.clock(ClockKind.PLAN)
    return ticket.with_clock(plan.meet(work.now)) if plan and "plan" in said.options else ticket


def _words(work: Work, ticket: Ticket, request: Request) -> str:
    """The update as the customer reads it: whose words, the facts, and when the next one comes."""
    voice, said = work.to_customer(ticket), request.said
    base = {
        "ticket": ticket.id,
        "priority": ticket.priority.value,
        "person": work.person(voice, request.me.id),
    }
    head = (
        voice.say("customer.update_head", text=said.words, **base)
        if said.words
        else voice.say("customer.update_plain", **base)
    )
    promise = ticket.promise or Promise(work.now)
    lines = [
        head,
        voice.say("customer.plan", text=said.options["plan"]) if "plan" in said.options else "",
        eta_line(promise, voice),
        voice.say("card.complexity", complexity=voice.say(f"complexity.{promise.complexity}"))
        if promise.complexity
        else "",
        voice.say("card.need", need=promise.need) if promise.need else "",
        voice.say("card.next", at=promise.next_update_at),
    ]
    return "\n".join(line for line in lines if line)


async def _priority(work: Work, request: Request) -> str:
    ticket = await _located(work, request)
    given = (request.said.words.split() or [""])[0].upper()
    if given not in Priority.__members__:
        raise Refused("unknown_priority", given=given)
    priority = Priority(given)
    if priority is ticket.priority:
        return request.voice.say("answer.priority_same", ticket=ticket.id, priority=given)
    reason = work.to_desk().say("triage.engineer", name=request.me.name)
    await change_priority(work, ticket, priority, request.me.id, reason)
    return request.voice.say("answer.priority", ticket=ticket.id, priority=given)


async def _assign(work: Work, request: Request) -> str:
    ticket = await _located(work, request)
    to = engineer_named(work, request, request.said.words or "me")
    after = await lifecycle.assign(work, ticket, to, request.me)
    return request.voice.say("answer.assigned", ticket=after.id, person=work.person(request.voice, to.id))


async def _wait(work: Work, request: Request) -> str:
    ticket = await lifecycle.wait(work, await _located(work, request), request.me, request.said.words)
    return request.voice.say("answer.waiting", ticket=ticket.id)


async def _note(work: Work, request: Request) -> str:
    ticket = await _located(work, request)
    if not request.said.words:
        raise Refused("nothing_said", usage=request.said.verb.usage)
    lifecycle.note(work, ticket, request.me, request.said.words)
    return request.voice.say("answer.noted", ticket=ticket.id)


async def _resolve(work: Work, request: Request) -> str:
    ticket = await lifecycle.resolve(work, await _located(work, request), request.me, request.said.words)
    return request.voice.say("answer.resolved", ticket=ticket.id)


async def _reopen(work: Work, request: Request) -> str:
    ticket = await lifecycle.reopen(work, await _located(work, request), request.me.id)
    return request.voice.say("answer.reopened", ticket=ticket.id)


async def _discard(work: Work, request: Request) -> str:
    ticket = await lifecycle.discard(work, await _located(work, request), request.me, request.said.words)
    return request.voice.say("answer.discarded", ticket=ticket.id)


async def _merge(work: Work, request: Request) -> str:
    """`/merge T-12 T-7`, or `/merge T-7` where T-12 is plain."""
    numbers = request.said.tickets
    if not numbers:
        raise Refused("nothing_said", usage=request.said.verb.usage)
    target = await work.tx.tickets.get(numbers[-1])
    source = replace(request, said=replace(request.said, tickets=numbers[:-1]))
    ticket = await _located(work, source)
    after = await lifecycle.merge(work, ticket, target, request.me)
    return request.voice.say("answer.merged", ticket=after.id, target=target.id)


ACTIONS: dict[str, Action] = {
    "ack": _ack,
    "ticket": _ticket,
    "tickets": tickets,
    "update": _update,
    "priority": _priority,
    "assign": _assign,
    "wait": _wait,
    "note": _note,
    "resolve": _resolve,
    "reopen": _reopen,
    "discard": _discard,
    "merge": _merge,
    "oncall": oncall,
    "override": override,
    "link": link,
    "help": show_help,
}
