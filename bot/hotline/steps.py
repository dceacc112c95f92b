"""The telephone's conversations: what was heard in, what is said next out."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.escalation.raising import change_priority
from bot.hotline import hearing
from bot.hotline.beginning import begin
from bot.hotline.call import Stage
from bot.hotline.engineers import ENGINEERS, pages_of
from bot.hotline.prompts import prompt
from bot.hotline.scene import Scene, scene_of, settled
from bot.hotline.waiting import greeting, holding, left, start_waiting
from bot.inbound import Person
from bot.intake.triage import Verdict, lifted
from bot.telephone import Heard, Script
from bot.tickets.moving import merge
from bot.tickets.ticket import Ticket
from bot.work import Work

PATIENCE = 2
"""So often somebody is asked again who answers nothing that is understood."""
_REASONS = {
    "outage": "triage.hotline_outage",
    "problem": "triage.hotline_problem",
    "question": "triage.hotline_question",
}
Answer = Callable[[Scene, str | None], Awaitable[Scene]]


async def hear(work: Work, heard: Heard) -> Script:
    """One step of a call: account for it and say what comes next."""
    if heard.step in ENGINEERS:
        return await ENGINEERS[heard.step](work, heard)
    scene = await scene_of(work, heard.call)
    if scene is None:
        return await _first(work, heard)
    if scene.call.ended_at is not None:
        return Script(refused=True)
    match heard.step:
        case "hold":
            return await holding(scene)
        case "greeting":
            return greeting(scene)
    if heard.event_key != scene.call.heard:
        scene = await _went_on(replace(scene, call=replace(scene.call, heard=heard.event_key)), heard)
        work.tx.calls.save(scene.call)
    return prompt(scene)


async def _first(work: Work, heard: Heard) -> Script:
    """Somebody calls; or the first we hear of a call is a later step. An engineer who calls back the number
    that woke them hears what it was about."""
    caller = Person("call", heard.party.number, verified=not heard.party.doubtful)
    engineer = work.engineer(caller) if heard.party.number else None
    if engineer is not None:
        return await pages_of(work, heard, engineer)
    return prompt(await begin(work, heard))


async def _went_on(scene: Scene, heard: Heard) -> Scene:
    """What was heard, if it is the answer to what was asked last; anything else came late."""
    stage = scene.call.stage
    if heard.step == "left":
        return left(scene, heard.result)
    if heard.step != stage.value or stage not in _STAGES:
        return scene
    options, answer = _STAGES[stage]
    return await answer(scene, hearing.understood(heard, options, scene.work.house.catalogue))


async def _language(scene: Scene, meant: str | None) -> Scene:
    if meant is None and scene.call.asked < PATIENCE:
        return scene.again()
    language = meant or scene.call.language
    ticket = replace(scene.ticket, language=language)
    scene.work.tx.tickets.save(ticket)
    spoken = replace(scene, call=replace(scene.call, language=language), ticket=ticket)
    return spoken.at_stage(Stage.KNOWN if scene.call.earlier is not None else Stage.MENU)


async def _known(scene: Scene, meant: str | None) -> Scene:
    match meant:
        case "same":
            return settled(await _about_the_earlier(scene)).at_stage(Stage.OFFER)
        case "other":
            return scene.at_stage(Stage.MENU)
        case "engineer":
            return await start_waiting(settled(await _about_the_earlier(scene)))
    return scene.again() if scene.call.asked < PATIENCE else scene.at_stage(Stage.MENU)


async def _about_the_earlier(scene: Scene) -> Scene:
    """The ticket that this call opened goes on in the one they call about, if that is still open; whoever has
    it is told."""
    work, call, target = scene.work, scene.call, scene.earlier
    if target is None or not target.is_active or target.customer != scene.ticket.customer:
        return scene
    _, into = await merge(work, scene.ticket, target, "desk")
    number = call.party.number or "?"
    work.record(into.number, "called", number)
    work.tell_owner_and_desk(into, "nudge.called", number=number)
    work.tx.timers.cancel(f"call:{call.id}")
    return replace(scene, call=replace(call, ticket=into.number, told=True), ticket=into)


async def _menu(scene: Scene, meant: str | None) -> Scene:
    if meant is None and scene.call.asked < PATIENCE:
        return scene.again()
    known = settled(await _prioritised(scene, meant) if meant in _REASONS else scene)
    return await start_waiting(known) if meant == "engineer" else known.at_stage(Stage.OFFER)


async def _prioritised(scene: Scene, meant: str) -> Scene:
    work, tier = scene.work, scene.customer.tier if scene.customer else ""
    chosen = Verdict(getattr(work.policy.phone.menu, meant), _REASONS[meant], {})
    verdict = lifted(chosen, tier, work.policy.triage)
    ticket = _called(work, scene.ticket, meant)
    work.record(ticket.number, "chose", scene.call.party.number or "?", what=meant)
    if ticket.is_active and ticket.priority is not verdict.priority:
        after = await change_priority(work, ticket, verdict.priority, "desk", verdict.reason, verdict.words)
    else:
        after = replace(ticket, reason=verdict.reason, reason_words=verdict.words)
        work.tx.tickets.save(after)
    return replace(scene, ticket=after)


def _called(work: Work, ticket: Ticket, meant: str) -> Ticket:
    """Whoever is woken by it reads what it is about, as far as a key can say."""
    voice = work.to_customer(ticket)
    title = voice.say("hotline.title_chosen", title=ticket.title, what=voice.say(f"what.{meant}"))
    return replace(ticket, title=title, text=title)


async def _offer(scene: Scene, meant: str | None) -> Scene:
    return await start_waiting(scene) if meant == "engineer" else scene.at_stage(Stage.MESSAGE)


async def _message(scene: Scene, meant: str | None) -> Scene:
    return scene.at_stage(Stage.DONE)


_STAGES: dict[Stage, tuple[hearing.Options, Answer]] = {
    Stage.LANGUAGE: (hearing.LANGUAGES, _language),
    Stage.KNOWN: (hearing.KNOWN, _known),
    Stage.MENU: (hearing.MENU, _menu),
    Stage.OFFER: (hearing.OFFER, _offer),
    Stage.MESSAGE: ({}, _message),
}
