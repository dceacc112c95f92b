"""Commands about the desk rather than one ticket: lists, on call, stand-ins, whose conversation this is."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.customers.customer import Customer, conversation
from bot.errors import Refused
from bot.oncall.schedule import Duty, Override, on_call
from bot.tickets.sla import SlaClock
from bot.tickets.ticket import UNKNOWN, Ticket
from bot.verbs.grammar import VERBS, instant
from bot.verbs.request import Request, engineer_named
from bot.work import Work


async def tickets(work: Work, request: Request) -> str:
    """The open tickets; in a customer's conversation, that customer's."""
    named = request.said.words.strip().casefold() or None
    here = await work.tx.customers.find([conversation(request.item.at.channel, request.item.at.conversation)])
    customer = named or (here.id if here and not work.is_ours(request.item.at) else None)
    found = await work.tx.tickets.active(customer=customer, limit=30)
    lines = [await _line(work, request, ticket) for ticket in found]
    return "\n".join(lines) or request.voice.say("answer.no_tickets")


async def _line(work: Work, request: Request, ticket: Ticket) -> str:
    voice = request.voice
    owner = work.policy.engineer(ticket.assignee or "")
    return voice.say(
        "answer.ticket_line",
        ticket=ticket.id,
        priority=ticket.priority.value,
        state=voice.say(f"state.{ticket.state.value}"),
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
    name = request.said.words.strip() or None
    _known_schedule(work, name)
    lines: list[str] = []
    for schedule_name, schedule in work.house.schedules.items():
        if name in (None, schedule_name):
            overrides = await work.tx.overrides.around(schedule_name, work.now, work.now + timedelta(days=8))
            lines += [_duty_line(work, request, duty) for duty in on_call(schedule, overrides, work.now)]
    return "\n".join(lines) or request.voice.say("answer.on_call_nobody")


def _known_schedule(work: Work, name: str | None) -> None:
    if name is not None and name not in work.house.schedules:
        raise Refused("no_schedule", given=name, known=", ".join(work.house.schedules))


def _duty_line(work: Work, request: Request, duty: Duty) -> str:
    people = [each.name for name in duty.engineers if (each := work.policy.engineer(name))]
    voice = request.voice
    return voice.say(
        "answer.on_call_line", shift=duty.shift, role=duty.role, people=voice.listed(people), until=duty.until
    )


async def override(work: Work, request: Request) -> str:
    """`/override mei for jun until=18:00`: Mei stands in for Jun."""
    options, verb = request.said.options, request.said.verb
    stands_in, _, instead = request.said.words.partition(" for ")
    if not stands_in or "until" not in options:
        raise Refused("bad_override", usage=verb.usage)
    person = engineer_named(work, request, stands_in)
    absent = engineer_named(work, request, instead) if instead else None
    start = _when(work, request, options["from"]) if "from" in options else work.now
    end = _when(work, request, options["until"])
    schedule = options.get("schedule", next(iter(work.house.schedules)))
    _known_schedule(work, schedule)
    if end <= start:
        raise Refused("bad_override", usage=verb.usage)
    work.tx.overrides.add(
        Override(schedule, start, end, person.id, absent.id if absent else None, options.get("role"))
    )
    if absent is None:
        return request.voice.say("answer.override_first", stands_in=person.name, end=end)
    return request.voice.say("answer.override", stands_in=person.name, instead_of=absent.name, end=end)


def _when(work: Work, request: Request, given: str) -> datetime:
    try:
        return instant(given, work.now, request.me.time_zone)
    except ValueError:
        raise Refused("bad_eta", given=given) from None


async def link(work: Work, request: Request) -> str:
    """This conversation belongs to a customer from now on; tickets opened here under *unknown* move to it."""
    name = request.said.words.strip()
    at = request.item.at
    if not name:
        raise Refused("nothing_said", usage=request.said.verb.usage)
    if request.item.private or work.is_ours(at):
        raise Refused("not_in_a_group")
    known = await _customer_named(work, name)
    customer = known or Customer(_slug(name), name)
    identity = conversation(at.channel, at.conversation)
    identities = tuple(dict.fromkeys((*customer.identities, identity)))
    work.tx.customers.save(replace(customer, identities=identities))
    moved = [
        each
        for each in await work.tx.tickets.of_conversation(at.channel, at.conversation)
        if each.customer == UNKNOWN
    ]
    for ticket in moved:
        _move(work, request, ticket, customer)
    key = "answer.linked" if known else "answer.linked_new"
    return request.voice.say(key, customer=customer.name, count=len(moved))


async def _customer_named(work: Work, name: str) -> Customer | None:
    found = await work.tx.customers.get(_slug(name))
    return found or next(
        (each for each in await work.tx.customers.all() if each.name.casefold() == name.casefold()), None
    )


def _slug(name: str) -> str:
    kept = "".join(char if char.isalnum() else "-" for char in name.casefold())
    return "-".join(part for part in kept.split("-") if part)[:40] or "customer"


def _move(work: Work, request: Request, ticket: Ticket, customer: Customer) -> None:
    team = work.policy.team_for(customer.industry)
    work.record(ticket.number, "linked", request.me.id, customer=customer.id)
    work.tx.tickets.save(
        replace(
            ticket,
            customer=customer.id,
            team=team.name,
            language=customer.language or ticket.language,
            time_zone=customer.time_zone or ticket.time_zone,
        )
    )


async def show_help(work: Work, request: Request) -> str:
    voice = request.voice
    if request.engineer is None:  # customers are never asked for commands; their words are enough
        return voice.say("answer.help_customer")
    lines = [
        voice.say("answer.help_line", usage=each.usage, meaning=voice.say(f"verb.{each.name}"))
        for each in VERBS.values()
    ]
    return voice.say("answer.help", lines="\n".join(lines))
