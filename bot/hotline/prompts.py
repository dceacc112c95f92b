"""What a caller hears at each stage of their call. A request that comes twice is answered alike."""

from collections.abc import Callable

from bot.hotline import hearing
from bot.hotline.call import Stage
from bot.hotline.hearing import Options
from bot.hotline.scene import Scene
from bot.telephone import Ask, HangUp, Hold, Record, Say, Script
from bot.tickets.sla import ClockKind

LONGEST = 180
"""Seconds of a message after the tone."""


def prompt(scene: Scene) -> Script:
    return _PROMPTS[scene.call.stage](scene)


def _ask(scene: Scene, options: Options, *says: Say) -> Script:
    sorry = [scene.say("hotline.sorry")] if scene.call.asked else []
    step, words = scene.call.stage.value, scene.work.house.catalogue
    # The number of the try stands in the address: two silences are two answers, and not one that came twice.
    about = (str(scene.call.asked),)
    keys, hints = "".join(options), hearing.hints(options, words)
    return Script((Ask((*sorry, *says), step, about, keys=keys, hints=hints),))


def _language(scene: Scene) -> Script:
    catalogue = scene.work.house.catalogue
    each = [Say(catalogue.template(code, "hotline.language"), code) for code in hearing.LANGUAGES.values()]
    return _ask(scene, hearing.LANGUAGES, *each)


def _greeting(scene: Scene) -> Say:
    own = scene.work.policy.phone.own(scene.call.party.ours)
    written = {str(language): text for language, text in own.greeting.items()} if own else {}
    if scene.call.language in written:
        return Say(written[scene.call.language], scene.call.language)
    key = "hotline.greeting_known" if scene.company else "hotline.greeting"
    return scene.say(key, company=scene.company, desk=scene.work.policy.desk.name)


def _known(scene: Scene) -> Script:
    """State, who has it, when the next word comes; and whether it is about that one."""
    ticket, voice = scene.earlier or scene.ticket, scene.voice
    state = voice.say(f"standing.{ticket.state.value}")
    head = scene.say("hotline.known", number=ticket.number, priority=ticket.priority.value, state=state)
    says = [_greeting(scene), head]
    if ticket.assignee is not None:
        says.append(scene.say("hotline.known_owner", person=scene.work.person(voice, ticket.assignee)))
    if ticket.promise is not None:
        says.append(scene.say("hotline.known_next", at=ticket.promise.next_update_at))
    return _ask(scene, hearing.KNOWN, *says, scene.say("hotline.known_keys"))


def _menu(scene: Scene) -> Script:
    return _ask(scene, hearing.MENU, _greeting(scene), scene.say("hotline.menu"))


def _offer(scene: Scene) -> Script:
    """What has been opened, until when a human answers, and that there is a short cut to one."""
    return _ask(scene, hearing.OFFER, _standing(scene), scene.say("hotline.offer"))


def _standing(scene: Scene) -> Say:
    ticket = scene.ticket
    response = ticket.clock(ClockKind.RESPONSE)
    if ticket.assignee is not None:
        person = scene.work.person(scene.voice, ticket.assignee)
        return scene.say("hotline.standing_owner", number=ticket.number, person=person)
    due = response.due_at if response else scene.work.now
    return scene.say("hotline.standing", number=ticket.number, priority=ticket.priority.value, due=due)


def _message(scene: Scene) -> Script:
    """After waiting in vain, honestly that nobody came."""
    in_vain = [scene.say("hotline.in_vain")] if scene.call.rung else []
    return Script((*in_vain, scene.say("hotline.message"), Record(Stage.MESSAGE.value, seconds=LONGEST)))


def _waiting(scene: Scene) -> Script:
    return Script((scene.say("hotline.hold"), Hold(scene.call.id, "hold", "left")))


def _over(scene: Scene) -> Script:
    key = "hotline.talked" if scene.call.taken_by else "hotline.thanks"
    return Script((scene.say(key, number=scene.ticket.number), HangUp()))


_PROMPTS: dict[Stage, Callable[[Scene], Script]] = {
    Stage.LANGUAGE: _language,
    Stage.KNOWN: _known,
    Stage.MENU: _menu,
    Stage.OFFER: _offer,
    Stage.MESSAGE: _message,
    Stage.WAITING: _waiting,
    Stage.TALKING: _over,
    Stage.DONE: _over,
}
