"""The telephone's conversations: what was heard in, what is said next out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.escalation.raising import change_priority
from bot.hotline import hearing
from bot.hotline.beginning import begin
from bot.hotline.call import Call, Stage
from bot.hotline.engineers import ENGINEERS, pages_of
from bot.hotline.matter import current, settle_matter
from bot.hotline.prompts import Scene, prompt
from bot.hotline.waiting import greeting, holding, left, start_waiting
from bot.inbound import Person
from bot.intake.triage import Verdict, lifted
from bot.telephone import Heard, Script
from bot.tickets.moving import merge
from bot.tickets.ticket import UNKNOWN, Ticket
from bot.work import Work

PATIENCE = 2
"""So often somebody is asked again who answers nothing that is understood."""
_REASONS = {
    "outage": "triage.hotline_outage",
    "problem": "triage.hotline_problem",
    "question": "triage.hotline_question",
}
Answer = Callable[[Work, Call, str | None], Awaitable[Call]]


async def hear(work: Work, heard: Heard) -> Script:
    """One step of a call: account for it and say what comes next."""
    if heard.step in ENGINEERS:
        return await ENGINEERS[heard.step](work, heard)
    call = await work.tx.calls.get(heard.call)
    if call is None:
        return await _first(work, heard)
    if call.ended_at is not None:
        return Script(refused=True)
    if heard.step == "hold":
        return await holding(work, call)
    if heard.step == "greeting":
        return await greeting(work, call)
    if heard.event_key != call.heard:
        call = await _went_on(work, replace(call, heard=heard.event_key), heard)
        work.tx.calls.save(call)
    return prompt(await _scene(work, call))


async def _first(work: Work, heard: Heard) -> Script:
    """Somebody calls; or the first we hear of a call is a later step. An engineer who calls back the number
    that woke them hears what it was about."""
    caller = Person("call", heard.party.number, verified=not heard.party.doubtful)
    engineer = work.engineer(caller) if heard.party.number else None
    if engineer is not None:
        return await pages_of(work, heard, engineer)
    return prompt(await _scene(work, await begin(work, heard)))


async def _scene(work: Work, call: Call) -> Scene:
    ticket = await current(work, call)
    earlier = await work.tx.tickets.find(call.earlier) if call.earlier is not None else None
    company = await work.customer_name(ticket) if ticket.customer != UNKNOWN else ""
    return Scene(work, call, ticket, earlier, company)


async def _went_on(work: Work, call: Call, heard: Heard) -> Call:
    """What was heard, if it is the answer to what was asked last; anything else came late."""
    if heard.step == "left":
        return left(work, call, heard.result)
    if heard.step != call.stage.value or call.stage not in _STAGES:
        return call
    options, answer = _STAGES[call.stage]
    return await answer(work, call, hearing.understood(heard, options, work.house.catalogue))


async def _language(work: Work, call: Call, meant: str | None) -> Call:
    if meant is None and call.asked < PATIENCE:
        return call.again()
    ticket = await current(work, call)
    language = meant or call.language
    work.tx.tickets.save(replace(ticket, language=language))
    stage = Stage.KNOWN if call.earlier is not None else Stage.MENU
    return replace(call, language=language).at_stage(stage)


async def _known(work: Work, call: Call, meant: str | None) -> Call:
    match meant:
        case "same":
            return (await _about_the_earlier(work, call)).at_stage(Stage.OFFER)
        case "other":
            return call.at_stage(Stage.MENU)
        case "engineer":
            return await start_waiting(work, await _about_the_earlier(work, call))
    return call.again() if call.asked < PATIENCE else call.at_stage(Stage.MENU)


async def _about_the_earlier(work: Work, call: Call) -> Call:
    """The ticket that this call opened goes on in the one they call about; whoever has it is told."""
    opened = await work.tx.tickets.get(call.ticket)
    target = await work.tx.tickets.find(call.earlier or 0)
    if target is None or not target.is_active or target.customer != opened.customer:
        return call
    _, into = await merge(work, opened, target, "desk")
    work.record(into.number, "called", call.party.number or "?")
    work.tell_owner_and_desk(into, "nudge.called", number=call.party.number or "?")
    work.tx.timers.cancel(f"call:{call.id}")
    return replace(call, ticket=into.number, told=True)


async def _menu(work: Work, call: Call, meant: str | None) -> Call:
    if meant is None and call.asked < PATIENCE:
        return call.again()
    if meant in _REASONS:
        await _prioritise(work, call, meant)
    call = await settle_matter(work, call)
    return await start_waiting(work, call) if meant == "engineer" else call.at_stage(Stage.OFFER)


async def _prioritise(work: Work, call: Call, meant: str) -> None:
    ticket = _called(work, await current(work, call), meant)
    customer = await work.tx.customers.get(ticket.customer)
    chosen = Verdict(getattr(work.policy.phone.menu, meant), _REASONS[meant], {})
    verdict = lifted(chosen, customer.tier if customer else "", work.policy.triage)
    work.record(ticket.number, "chose", call.party.number or "?", what=meant)
    if ticket.is_active and ticket.priority is not verdict.priority:
        await change_priority(work, ticket, verdict.priority, "desk", verdict.reason, verdict.words)
    else:
        work.tx.tickets.save(replace(ticket, reason=verdict.reason, reason_words=verdict.words))


def _called(work: Work, ticket: Ticket, meant: str) -> Ticket:
    """Whoever is woken by it reads what it is about, as far as a key can say."""
    voice = work.to_customer(ticket)
    title = voice.say("hotline.title_chosen", title=ticket.title, what=voice.say(f"what.{meant}"))
    return replace(ticket, title=title, text=title)


async def _offer(work: Work, call: Call, meant: str | None) -> Call:
    return await start_waiting(work, call) if meant == "engineer" else call.at_stage(Stage.MESSAGE)


async def _message(work: Work, call: Call, meant: str | None) -> Call:
    return call.at_stage(Stage.DONE)


_STAGES: dict[Stage, tuple[hearing.Options, Answer]] = {
    Stage.LANGUAGE: (hearing.LANGUAGES, _language),
    Stage.KNOWN: (hearing.KNOWN, _known),
    Stage.MENU: (hearing.MENU, _menu),
    Stage.OFFER: (hearing.OFFER, _offer),
    Stage.MESSAGE: ({}, _message),
}
