"""What each command does with a ticket. Every action returns the answer's words or raises Refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.errors import Refused
from bot.escalation.incident import bring
from bot.escalation.paging import hurry
from bot.escalation.raising import change_priority
from bot.inbound import VerbInvoked
from bot.intake.entries import entry_of
from bot.intake.ledger import Outcome
from bot.intake.opening import open_ticket
from bot.intake.promoting import promoted
from bot.intake.receive import look_around
from bot.messages.catalogue import Voice
from bot.policy import Priority
from bot.tickets import lifecycle, moving
from bot.tickets.attached import on_record
from bot.tickets.progress import promise_update, until_next
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import State, Ticket
from bot.verbs.desk_actions import oncall, override, show_help, tickets
from bot.verbs.facts import facts, on_log, update_words
from bot.verbs.linking import link
from bot.verbs.locating import existing, here, located
from bot.verbs.request import Request, engineer_named
from bot.work import Work

Action = Callable[[Work, Request], Awaitable[str]]


async def _ack(work: Work, request: Request) -> str:
    ticket, last = await _to_acknowledge(work, request)
    voice = request.voice
    prefix = f"{voice.say('answer.acknowledged_last', ticket=ticket.id)} " if last else ""
    if ticket.assignee == request.me.id and ticket.is_active and not ticket.is_untaken:
        return prefix + voice.say("answer.already_yours", ticket=ticket.id)
    after = await lifecycle.acknowledge(work, ticket, request.me, "command")
    bring(work, after, request.me)
    return prefix + _what_is_due(work, voice, after)


def _what_is_due(work: Work, voice: Voice, ticket: Ticket) -> str:
    response = ticket.clock(ClockKind.RESPONSE)
    if ticket.silent:
        return voice.say("answer.acknowledged_silent", ticket=ticket.id)
    if response is None or response.is_over:
        return voice.say("answer.acknowledged_answered", ticket=ticket.id)
    key = "answer.acknowledged" if work.now < response.due_at else "answer.acknowledged_late"
    return voice.say(key, ticket=ticket.id, due=response.due_at)


async def _to_acknowledge(work: Work, request: Request) -> tuple[Ticket, bool]:
    """The ticket, and whether it was chosen because it paged the asker last."""
    if request.said.tickets:
        return await existing(work, request, request.said.tickets[0]), False
    ticket = await here(work, request)
    if ticket is not None:
        return ticket, False
    last = await work.tx.tickets.last_paged(request.me.id)
    if last is None:
        raise Refused("never_paged")
    return last, True


async def _escalate(work: Work, request: Request) -> str:
    """Whoever was paged and cannot take it has the next people paged now."""
    ticket, _ = await _to_acknowledge(work, request)
    await hurry(work, ticket, request.me)
    return request.voice.say("answer.escalated", ticket=ticket.id)


async def _ticket(work: Work, request: Request) -> str:
    item = request.item
    if item.reply_to is not None and not request.said.words:
        return await promote(work, item, item.reply_to, request)
    if not request.said.words and not item.attachments:
        raise Refused("no_message_here")
    message = replace(request.message, text=request.said.words)
    around = await look_around(work, message)
    name = item.author.name or item.author.id
    ticket = await open_ticket(work, message, around.customer, forced_by=name)
    work.tx.ledger.add(entry_of(work, message, Outcome.OPENED, "/ticket", ticket.number))
    return request.voice.say("answer.opened", ticket=ticket.id, priority=ticket.priority.value)


async def promote(work: Work, item: VerbInvoked, message_id: str, request: Request) -> str:
    """Make a ticket of a message that became none, with its own time."""
    number = await work.linked(item.at, message_id)
    if number is not None:
        return request.voice.say("answer.exists", ticket=f"T-{number}")
    entry = await work.tx.ledger.find(item.at, message_id)
    ticket = await promoted(work, entry, item.author.name or item.author.id)
    return request.voice.say("answer.opened", ticket=ticket.id, priority=ticket.priority.value)


async def _update(work: Work, request: Request) -> str:
    """Human words with their facts into the customer's thread, and the next update on its own clock."""
    ticket = await located(work, request)
    said = request.said
    if not said.words and not said.options and not request.files:
        raise Refused("nothing_said", usage=said.verb.usage)
    if not ticket.is_active:
        raise Refused("wrong_transition", ticket=ticket.id, move="update", state=ticket.state.value)
    taken = await lifecycle.acknowledge(work, ticket, request.me, "update") if ticket.is_untaken else ticket
    after = await _informed(work, request, taken)
    lifecycle.speak(work, after, update_words(work, after, request))
    files = on_record(request.files) if request.files else {}
    given = on_log(after.promise, said.options) if after.promise else {}
    work.record(ticket.number, "update", request.me.id, text=said.words, **given, **files)
    lifecycle.keep(work, taken, after)
    if after.state is State.WAITING:
        return request.voice.say("answer.update_waiting", ticket=after.id)
    due = after.promise.next_update_at if after.promise else work.now
    return request.voice.say("answer.update", ticket=after.id, next=due)


async def _informed(work: Work, request: Request, ticket: Ticket) -> Ticket:
    """The ticket with what the customer is told now, and the next update promised."""
    snapshot = await work.snapshot(ticket)
    promise = facts(work, request, ticket)
    plan = ticket.clock(ClockKind.PLAN)
    planned = ticket.with_clock(plan.meet(work.now)) if plan and request.said.options.get("plan") else ticket
    within = until_next(promise, snapshot.acknowledged, work.now)
    return promise_update(work, replace(planned, promise=promise), within)


async def _priority(work: Work, request: Request) -> str:
    ticket = await located(work, request)
    given = (request.said.words.split() or [""])[0]
    name = f"P{given.upper().removeprefix('P')}"
    if name not in Priority.__members__:
        raise Refused("unknown_priority", given=given, usage=request.said.verb.usage)
    if ticket.priority is Priority(name):
        return request.voice.say("answer.priority_same", ticket=ticket.id, priority=name)
    words = {"name": request.me.name}
    await change_priority(work, ticket, Priority(name), request.me.id, "triage.engineer", words)
    return request.voice.say("answer.priority", ticket=ticket.id, priority=name)


async def _assign(work: Work, request: Request) -> str:
    ticket = await located(work, request)
    to = engineer_named(work, request, request.said.words or "me")
    after = await moving.assign(work, ticket, to, request.me)
    bring(work, after, to)
    return request.voice.say("answer.assigned", ticket=after.id, person=work.person(request.voice, to.id))


async def _wait(work: Work, request: Request) -> str:
    ticket = await lifecycle.wait(work, await located(work, request), request.me, request.said.words)
    return request.voice.say("answer.waiting", ticket=ticket.id)


async def _note(work: Work, request: Request) -> str:
    ticket = await located(work, request)
    if not request.said.words and not request.files:
        raise Refused("nothing_said", usage=request.said.verb.usage)
    lifecycle.note(work, ticket, request.me, request.said.words, request.files)
    return request.voice.say("answer.noted", ticket=ticket.id)


async def _resolve(work: Work, request: Request) -> str:
    ticket = await lifecycle.resolve(work, await located(work, request), request.me, request.said.words)
    return request.voice.say("answer.resolved", ticket=ticket.id)


async def _reopen(work: Work, request: Request) -> str:
    ticket = await lifecycle.reopen(work, await located(work, request), request.me.id)
    return request.voice.say("answer.reopened", ticket=ticket.id)


async def _discard(work: Work, request: Request) -> str:
    ticket = await lifecycle.discard(work, await located(work, request), request.me, request.said.words)
    return request.voice.say("answer.discarded", ticket=ticket.id)


async def _merge(work: Work, request: Request) -> str:
    """`/merge T-12 into T-7`, or `/merge into T-7` where T-12 is plain; a form names both. The worse priority
    counts."""
    numbers = request.said.tickets
    if len(numbers) < (2 if request.item.form else 1) or request.said.words:
        raise Refused("which_target", usage=request.said.verb.usage)
    target = await existing(work, request, numbers[-1])
    source = replace(request, said=replace(request.said, tickets=numbers[:-1]))
    ticket, into = await moving.merge(work, await located(work, source), target, request.me.id)
    if ticket.priority.is_above(into.priority):
        words = {"ticket": ticket.id}
        await change_priority(work, into, ticket.priority, request.me.id, "triage.merged", words)
    return request.voice.say("answer.merged", ticket=ticket.id, target=target.id)


ACTIONS: dict[str, Action] = {
    "ack": _ack,
    "escalate": _escalate,
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
