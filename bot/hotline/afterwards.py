"""What is known of a call when nobody waits any more: how it ended, what was recorded, what was said."""

from dataclasses import replace

from bot.hotline.call import CHOOSING, Call
from bot.hotline.scene import Scene, scene_of, settled
from bot.hotline.waiting import hung_up
from bot.inbound import CallEnded, MessagePosted, Person, Recorded, Transcribed
from bot.intake.entries import entry_of, other_entry
from bot.intake.ledger import Outcome
from bot.intake.receive import append
from bot.intake.triage import title_of
from bot.tickets.lifecycle import keep
from bot.tickets.ticket import Ticket
from bot.work import Work


async def after_call(work: Work, item: CallEnded | Recorded | Transcribed) -> None:
    """Onto the call's ticket. What comes twice changes nothing."""
    if await work.tx.ledger.seen(item.at.channel, item.event_key):
        return
    scene = await scene_of(work, item.call)
    if scene is None:
        _of_no_call(work, item)
        return
    match item:
        case CallEnded():
            _ended(scene, item)
        case Recorded():
            _recorded(scene, item)
        case Transcribed():
            await _transcribed(scene, item)


def _of_no_call(work: Work, item: CallEnded | Recorded | Transcribed) -> None:
    """A call whose steps all failed: what was said after the tone is all that is left of it."""
    result = (Outcome.AUTOMATIC, "of a call that was never announced", None)
    other_entry(work, item.event_key, item.at, None, _said(item), result)
    if not isinstance(item, CallEnded) and _said(item):
        work.tell_desk(None, "nudge.stray_recording", place=str(item.at), said=_said(item))


def _said(item: CallEnded | Recorded | Transcribed) -> str:
    match item:
        case CallEnded():
            return item.status
        case Recorded():
            return item.url
        case Transcribed():
            return item.text


def _ended(scene: Scene, item: CallEnded) -> None:
    work, call = scene.work, scene.call
    if call.ended_at is not None or (item.sequence is not None and item.sequence <= call.last):
        return
    ended = replace(call, ended_at=item.ended_at, last=call.last if item.sequence is None else item.sequence)
    over = replace(scene, call=ended)
    after = _missed(over) if ended.is_missed else hung_up(over) if call.is_waiting else over
    work.tx.calls.save(after.call)
    result = (Outcome.APPENDED, f"the call ended: {item.status}", after.ticket.number)
    other_entry(work, item.event_key, item.at, None, item.status, result)


def _missed(scene: Scene) -> Scene:
    """They hung up before they said anything: somebody calls them back."""
    scene.work.record(scene.ticket.number, "missed_call", scene.call.party.number or "?")
    return settled(scene)


async def forgotten(work: Work, call_id: str) -> None:
    """No word came that the call had ended, and nobody is in a menu for so long."""
    scene = await scene_of(work, call_id)
    if scene is None:
        return
    call = scene.call
    if call.stage in CHOOSING and call.ended_at is None and not call.told:
        work.tx.calls.save(_missed(scene).call)


def _recorded(scene: Scene, item: Recorded) -> None:
    """Where it can be listened to; nobody waits for the words, which may never come."""
    work, call, ticket = scene.work, scene.call, scene.ticket
    work.tx.calls.save(replace(call, recordings=(*call.recordings, item.recording)))
    number = call.party.number or "?"
    work.record(ticket.number, "recorded", number, url=item.url, seconds=item.seconds)
    if item.seconds > 0:
        work.tell_owner_and_desk(ticket, "nudge.voicemail", number=number, seconds=item.seconds, url=item.url)
    result = (Outcome.APPENDED, f"a recording of {item.seconds} s", ticket.number)
    other_entry(work, item.event_key, item.at, None, item.url, result)


async def _transcribed(scene: Scene, item: Transcribed) -> None:
    """The customer's words, as well as they were understood: they may show that it is worse than thought."""
    work, call, ticket, number = scene.work, scene.call, scene.ticket, scene.call.party.number
    if not item.text.strip():
        work.record(ticket.number, "not_transcribed", number or "?")
        result = (Outcome.APPENDED, "a recording that nobody could put into words", ticket.number)
        other_entry(work, item.event_key, item.at, None, "", result)
        return
    author = Person(ticket.home.channel, number or call.id, number)
    key = item.event_key
    message = MessagePosted(key, ticket.home, key, author, item.text, item.transcribed_at, private=True)
    if ticket.is_active:
        await append(work, message, _titled(work, call, ticket, item.text), joined=False)
    else:
        work.record(ticket.number, "message", number or "?", text=item.text, sent_at=call.began_at, files=[])
    reason = "a voicemail in words"
    there = replace(message, at=item.at)  # where the call is, by which a second one is recognised
    work.tx.ledger.add(entry_of(work, there, Outcome.APPENDED, reason, ticket.number))


def _titled(work: Work, call: Call, ticket: Ticket, words: str) -> Ticket:
    """A ticket that is only called "Call from ..." is called by what was said."""
    if ticket.number != call.ticket or ticket.title != ticket.text or call.earlier == ticket.number:
        return ticket
    title = title_of(words, ticket.title, work.policy.intake.chatter)
    return keep(work, ticket, replace(ticket, title=title, text=words))
