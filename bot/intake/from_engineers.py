"""Messages of engineers, and whatever is said in conversations of our own."""

from bot.durable import Purpose, Urgency
from bot.inbound import MessagePosted
from bot.intake.chatter import is_chatter
from bot.intake.entries import Result
from bot.intake.ledger import Outcome, Surroundings
from bot.outgoing import Post
from bot.policy import Engineer
from bot.tickets.attached import on_record
from bot.tickets.lifecycle import acknowledge, answered, keep, show_timeline
from bot.tickets.progress import promise_update, until_next
from bot.tickets.ticket import State, Ticket
from bot.work import Work, unique


async def from_us(work: Work, item: MessagePosted, around: Surroundings, engineer: Engineer | None) -> Result:
    """Words of an engineer in the customer's thread acknowledge and answer; all others are only kept."""
    if around.room is not None:
        return await _in_the_room(work, item, around.room)
    if engineer is None:
        return Outcome.ENGINEER, "written in the engineers' own conversation", None
    ticket = around.replied or await _only_ticket_here(work, item)
    if ticket is not None and ticket.lives_in(item.at):
        return await in_their_thread(work, item, ticket, engineer)
    if item.private:
        return await to_the_desk(work, item, ticket, engineer)
    return Outcome.ENGINEER, "an engineer's message outside any ticket's thread", None


async def _in_the_room(work: Work, item: MessagePosted, number: int) -> Result:
    work.record(number, "said", item.author.name or item.author.id, text=item.text)
    show_timeline(work, await work.tx.tickets.get(number))
    return Outcome.ENGINEER, "said in the incident's room", number


async def _only_ticket_here(work: Work, item: MessagePosted) -> Ticket | None:
    """Where a channel has no threads people simply write on: with one ticket in the group, it is meant."""
    able = work.house.channels.get(item.at.channel)
    if able is None or able.can_thread or item.private or item.reply_to is not None or work.is_ours(item.at):
        return None
    if is_chatter(item.text, work.policy.intake.chatter):
        return None
    found = await work.tx.tickets.of_conversation(item.at.channel, item.at.conversation)
    here = [each for each in found if each.is_active and each.home.thread == item.at.thread]
    return here[0] if len(here) == 1 else None


async def in_their_thread(work: Work, item: MessagePosted, ticket: Ticket, engineer: Engineer) -> Result:
    """The customer has an engineer's words."""
    await _replied(work, item, ticket, engineer)
    return Outcome.ENGINEER, "an engineer's words in the customer's thread", ticket.number


async def _replied(work: Work, item: MessagePosted, ticket: Ticket, engineer: Engineer) -> None:
    """An engineer who just replies has acknowledged, the customer is answered, and has their update."""
    work.link(item.at, item.message_id, ticket.number)
    taken = await acknowledge(work, ticket, engineer, "reply") if ticket.is_untaken else ticket
    after = answered(work, taken, engineer.id)
    work.record(ticket.number, "replied", engineer.id, text=item.text, **on_record(item.attachments))
    if after.state is State.ACKNOWLEDGED and not is_chatter(item.text, work.policy.intake.chatter):
        snapshot = await work.snapshot(after)
        after = promise_update(work, after, until_next(after.promise, snapshot.acknowledged, work.now))
    show_timeline(work, after)
    if after != taken:
        keep(work, taken, after)


async def to_the_desk(work: Work, item: MessagePosted, ticket: Ticket | None, engineer: Engineer) -> Result:
    """Half awake, somebody answers the page itself: that takes nothing and reaches nobody. Say so."""
    meant = ticket or await work.tx.tickets.last_paged(engineer.id)
    if meant is not None and meant.is_untaken:
        voice = work.to_engineer(engineer)
        text = voice.say("answer.page_reply", ticket=meant.id)
        message = Post(unique("reply"), item.at, text, reply_to=item.message_id)
        work.send(Purpose.REPLY, Urgency.NOTICE, message, language=voice.language, ticket=meant.number)
    return (
        Outcome.ENGINEER,
        "an engineer's words to the desk that are no command",
        meant.number if meant else None,
    )
