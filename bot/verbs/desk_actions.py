"""Commands about the desk rather than one ticket: lists, on call, stand-ins, help."""

from collections.abc import Iterator
from datetime import timedelta

from bot.customers.customer import conversation
from bot.errors import Refused
from bot.oncall.schedule import Duty, Override, on_call, timeline
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import Ticket
from bot.values import LONGEST
from bot.verbs.facts import moment
from bot.verbs.grammar import VERBS
from bot.verbs.linking import customer_named
from bot.verbs.request import Request, engineer_named
from bot.work import Work

MOST = 30
"""Tickets in one list: what still can be read."""
WEEK = timedelta(weeks=1)
AHEAD = timedelta(days=8)
"""So far stand-ins are looked for: until when a duty holds depends on them."""


async def tickets(work: Work, request: Request) -> str:
    """The open tickets; in a customer's conversation only what that customer may see."""
    found = await _listed(work, request)
    lines = [await _line(work, request, ticket) for ticket in found[:MOST]]
    if len(found) > MOST:
        lines.append(request.voice.say("answer.more_tickets", count=MOST))
    return "\n".join(lines) or request.voice.say("answer.no_tickets")


async def _listed(work: Work, request: Request) -> tuple[Ticket, ...]:
    """Asked in a group, the answer may be read by all of it, so it never names other customers' tickets."""
    name, at = request.said.words.strip(), request.item.at
    if name:
        return await work.tx.tickets.active(customer=(await customer_named(work, name)).id, limit=MOST + 1)
    if request.item.private or work.is_ours(at) or at.conversation == request.item.author.id:
        return await work.tx.tickets.active(limit=MOST + 1)
    here = await work.tx.customers.find([conversation(at.channel, at.conversation)])
    if here is not None:
        return await work.tx.tickets.active(customer=here.id, limit=MOST + 1)
    there = await work.tx.tickets.of_conversation(at.channel, at.conversation)
    return tuple(ticket for ticket in there if ticket.is_active)


async def _line(work: Work, request: Request, ticket: Ticket) -> str:
    voice = request.voice
    owner = work.policy.engineer(ticket.assignee or "")
    return voice.say(
        "answer.ticket_line",
        ticket=ticket.id,
        priority=ticket.priority.value,
        state=voice.say(f"standing.{ticket.state.value}"),
        customer=await work.customer_name(ticket),
        who=owner.name if owner else voice.say("person.nobody"),
        clock=_nearest(work, request, ticket),
        title=ticket.title,
    )


def _nearest(work: Work, request: Request, ticket: Ticket) -> str:
    running: list[SlaClock] = sorted(
        (each for each in ticket.clocks if each.is_running), key=lambda each: each.due_at
    )
    if not running:
        return request.voice.say("answer.ticket_quiet")
    clock = running[0]
    key = "answer.ticket_clock" if work.now < clock.due_at else "answer.ticket_late"
    return request.voice.say(key, clock=request.voice.say(f"clock.{clock.kind.value}"), due=clock.due_at)


async def oncall(work: Work, request: Request) -> str:
    """Who has the watch, and who stands in within the next days."""
    name = request.said.words.strip() or None
    _known_schedule(work, name)
    lines: list[str] = []
    for schedule_name, schedule in work.house.schedules.items():
        if name in (None, schedule_name):
            overrides = await work.tx.overrides.around(schedule_name, work.now, work.now + AHEAD)
            lines += [_duty_line(work, request, duty) for duty in on_call(schedule, overrides, work.now)]
            lines += [_stand_in_line(work, request, each) for each in overrides]
    return "\n".join(lines) or request.voice.say("answer.on_call_nobody")


def _known_schedule(work: Work, name: str | None) -> None:
    if name is not None and name not in work.house.schedules:
        raise Refused("no_schedule", given=name, known=", ".join(work.house.schedules))


def _duty_line(work: Work, request: Request, duty: Duty) -> str:
    people = [each.name for name in duty.engineers if (each := work.policy.engineer(name))]
    voice = request.voice
    role = voice.say(f"tier.{duty.role}") if voice.catalogue.has(f"tier.{duty.role}") else duty.role
    said = voice.listed(people) if people else voice.say("person.nobody")
    return voice.say("answer.on_call_line", shift=duty.shift, role=role, people=said, until=duty.until)


def _stand_in_line(work: Work, request: Request, override: Override) -> str:
    return request.voice.say(
        "answer.on_call_stand_in", id=override.short_id, said=_stand_in(work, request, override)
    )


def _stand_in(work: Work, request: Request, override: Override) -> str:
    """Who stands in for whom, from when until when."""
    key = "answer.override" if override.instead_of else "answer.override_first"
    return request.voice.say(
        key,
        stands_in=work.named(override.stands_in),
        instead_of=work.named(override.instead_of or ""),
        start=override.start,
        end=override.end,
    )


async def override(work: Work, request: Request) -> str:
    """`/override mei for jun until=18:00`: Mei stands in for Jun. `/override cancel=ID` takes that back."""
    if "cancel" in request.said.options:
        return await _cancelled(work, request, request.said.options["cancel"])
    made = await _meant(work, request)
    work.tx.overrides.add(made)
    return _stand_in(work, request, made)


async def _cancelled(work: Work, request: Request, short_id: str) -> str:
    for schedule in work.house.schedules:
        for each in await work.tx.overrides.around(schedule, work.now, work.now + LONGEST):
            if each.short_id == short_id.strip().casefold():
                work.tx.overrides.remove(each)
                return request.voice.say("answer.override_cancelled", said=_stand_in(work, request, each))
    raise Refused("no_stand_in", given=short_id)


async def _meant(work: Work, request: Request) -> Override:
    """What was asked for. Raises Refused."""
    options, verb = request.said.options, request.said.verb
    stands_in, _, instead = request.said.words.partition(" for ")
    if not stands_in or "until" not in options:
        raise Refused("bad_option", option=request.item.text, usage=verb.usage)
    person = engineer_named(work, request, stands_in)
    absent = engineer_named(work, request, instead) if instead else None
    schedule = options.get("schedule", next(iter(work.house.schedules)))
    _known_schedule(work, schedule)
    _known_role(work, schedule, options.get("role"))
    start = moment(work, request, options["from"]) if "from" in options else work.now
    end = moment(work, request, options["until"], start)
    if end <= start:
        raise Refused("ends_before", start=start, end=end)
    made = Override(schedule, start, end, person.id, absent.id if absent else None, options.get("role"))
    if absent is None and not _has_shift(work, made):
        raise Refused("no_shift_then")
    if absent is not None and not await _has_watch(work, made):
        raise Refused("no_watch_then", name=absent.name, start=start, end=end)
    return made


def _has_shift(work: Work, made: Override) -> bool:
    """Whether any shift has the role then, even with nobody in it: there somebody can be called first."""
    return any(made.role in (None, duty.role) for duty in _duties(work, made, ()))


async def _has_watch(work: Work, made: Override) -> bool:
    """Whether whoever is stood in for would have a duty then, by the rota or as somebody's stand-in."""
    overrides = await work.tx.overrides.around(made.schedule, made.start, made.end)
    return any(
        made.instead_of in duty.engineers and made.role in (None, duty.role)
        for known in dict.fromkeys([(), overrides])
        for duty in _duties(work, made, known)
    )


def _duties(work: Work, made: Override, overrides: tuple[Override, ...]) -> Iterator[Duty]:
    """Those of its time, week by week: mostly the first says enough, and a year takes a third of a second."""
    schedule, start = work.house.schedules[made.schedule], made.start
    while start < made.end:
        until = min(start + WEEK, made.end)
        for span in timeline(schedule, overrides, start, until):
            yield from span.duties
        start = until


def _known_role(work: Work, schedule: str, role: str | None) -> None:
    roles = dict.fromkeys(each for shift in work.house.schedules[schedule].shifts for each in shift.roles)
    if role is not None and role not in roles:
        raise Refused("no_role", given=role, known=", ".join(roles))


async def show_help(work: Work, request: Request) -> str:
    voice = request.voice
    if request.engineer is None:  # customers are never asked for commands; their words are enough
        return voice.say("answer.help_customer")
    lines = [
        voice.say("answer.help_line", usage=each.usage, meaning=voice.say(f"verb.{each.name}"))
        for each in VERBS.values()
    ]
    return voice.say("answer.help", lines="\n".join(lines))
