"""A formal message (an e-mail) arrives: into its ticket, a new one, the quarantine, or onto the record."""

from dataclasses import replace

from bot.customers.customer import Customer, by_mail, domain_of
from bot.durable import Purpose, Urgency, Usage
from bot.inbound import Formal, MessagePosted, Nature, Person
from bot.intake.bounces import bounced
from bot.intake.entries import Result, entry_of
from bot.intake.from_engineers import in_their_thread, to_the_desk
from bot.intake.ledger import Outcome
from bot.intake.letters import Acquaintance, belongs, route_letter
from bot.intake.opening import open_ticket, unusual
from bot.intake.quarantine import quarantine
from bot.intake.receive import append
from bot.outgoing import Post
from bot.policy import Engineer
from bot.tickets.absorbed import followed
from bot.tickets.ticket import Ticket
from bot.work import Work, unique


async def arrived(work: Work, item: MessagePosted, formal: Formal) -> None:
    """Account for a message nobody has seen yet that is no command."""
    known = await _look_around(work, item, formal)
    outcome, reason, number = await _placed(work, item, formal, known)
    if outcome is Outcome.QUARANTINED:
        quarantine(work, item, reason, number)
    else:
        work.tx.ledger.add(entry_of(work, item, outcome, reason, number))


async def _placed(work: Work, item: MessagePosted, formal: Formal, known: Acquaintance) -> Result:
    if formal.nature is Nature.BOUNCE:  # only our own token proves that we ever sent it
        return await bounced(work, item, formal, known.named)
    engineer = work.engineer(item.author)
    if engineer is not None and formal.nature is Nature.PERSON:
        return await _from_engineer(work, item, formal, known.meant, engineer)
    where = route_letter(item, formal, known, work.policy.intake)
    match where.outcome:
        case Outcome.OPENED:
            return where.outcome, where.reason, await _open(work, item, known)
        case Outcome.APPENDED if where.ticket is not None:
            await _append(work, item, formal, known, where.ticket, joined=where.joined)
        case Outcome.QUARANTINED if known.claimed:
            _tell_claimed(work, item, formal)
        case _ if where.ticket is not None:
            _note(work, item, where.ticket, where.outcome)
    return where.outcome, where.reason, where.ticket.number if where.ticket else None


async def _look_around(work: Work, item: MessagePosted, formal: Formal) -> Acquaintance:
    customer = await work.tx.customers.find(by_mail(item.author.id)) if item.author.id else None
    here = replace(item.at, conversation="")
    answered = await work.tx.messages.tickets_of(here, formal.answers)
    named = await _ticket(work, formal.token)
    flooding = await _is_flooding(work, item.author, named)
    latest = await work.tx.tickets.of_conversation(item.at.channel, item.at.conversation) if flooding else ()
    return Acquaintance(
        customer=customer,
        named=named,
        answered=await _ticket(work, next(iter(answered), None)),
        quoted=await _ticket(work, formal.quoted),
        latest=next((ticket for ticket in latest if ticket.is_active), None),
        claimed=not item.author.verified and work.named_by(item.author) is not None,
        flooding=flooding,
    )


async def _ticket(work: Work, number: int | None) -> Ticket | None:
    """The ticket of that number, or the one it goes on in; None where nobody ever opened it."""
    ticket = await work.tx.tickets.find(number) if number is not None else None
    return await followed(work, ticket) if ticket is not None else None


async def _is_flooding(work: Work, author: Person, named: Ticket | None) -> bool:
    """Whether more came lately than a human sends; this one is counted."""
    brake = work.policy.email.brake
    scopes = [f"mail from {author.id}", *([f"mail to {named.id}"] if named else [])]
    seen = await work.tx.limits.of(scopes)
    flooding = False
    for scope in scopes:
        lately = [each for each in seen[scope].taken if each > work.now - brake.within][-brake.mails :]
        work.tx.limits.save(scope, Usage(taken=(*lately, work.now)))
        if len(lately) >= brake.mails:
            flooding = True
            if len(seen[scope].taken) == brake.mails:
                work.tell_desk(None, "nudge.flood", scope=scope, count=brake.mails, within=brake.within)
    return flooding


async def _open(work: Work, item: MessagePosted, known: Acquaintance) -> int:
    """A ticket of its own, with those who read along and belong to it."""
    copies = await _belonging(work, item, known.customer)
    ticket = await open_ticket(work, item, known.customer, copies=copies)
    work.tx.dead_addresses.clear(ticket.home)
    return ticket.number


async def _belonging(work: Work, item: MessagePosted, customer: Customer | None) -> tuple[str, ...]:
    """Of the addresses it was sent to as well, those of the same customer; nobody else is ever written to
    because a stranger's mail named them."""
    kept = []
    for address in item.formal.copies if item.formal else ():
        other = await work.tx.customers.find(by_mail(address))
        if customer is not None:
            same = other is not None and other.id == customer.id
        else:
            same = other is None and domain_of(address) == domain_of(item.author.id) != ""
        if same and work.named_by(Person(item.at.channel, address)) is None:
            kept.append(address)
    return tuple(kept)


async def _append(
    work: Work, item: MessagePosted, formal: Formal, known: Acquaintance, ticket: Ticket, *, joined: bool
) -> None:
    """Further words. A person's words end the silence a machine began."""
    if known.flooding:
        _note(work, item, ticket, Outcome.APPENDED)
        return
    if ticket.silent and formal.nature is Nature.PERSON:
        ticket = replace(ticket, silent=False, home=item.at, root=item.message_id)
    if item.author.verified and item.author.id == ticket.reporter:
        ticket = replace(ticket, unverified=False)
    if joined and belongs(item, known.customer, ticket):
        ticket = replace(ticket, copies=tuple(dict.fromkeys((*ticket.copies, item.at.conversation))))
    if formal.nature is Nature.PERSON:
        work.tx.dead_addresses.clear(item.at)
    await append(work, item, ticket, joined=joined and not ticket.silent)


def _note(work: Work, item: MessagePosted, ticket: Ticket, outcome: Outcome) -> None:
    """On the ticket's record, and nothing follows from it."""
    work.link(item.at, item.message_id, ticket.number)
    name = item.author.name or item.author.id
    work.record(ticket.number, "kept", name, outcome=outcome.value, text=item.words, **unusual(item))


async def _from_engineer(
    work: Work, item: MessagePosted, formal: Formal, ticket: Ticket | None, engineer: Engineer
) -> Result:
    """To the customer with a copy to us: human words in the thread. To us alone: a word to the desk."""
    if ticket is not None and ticket.home.conversation in formal.copies:
        return await in_their_thread(work, item, ticket, engineer)
    return await to_the_desk(work, item, ticket, engineer)


def _tell_claimed(work: Work, item: MessagePosted, formal: Formal) -> None:
    """Half awake, an engineer answered a page, and nothing proves that it was them: they must hear so. It
    goes to their own address, whoever wrote."""
    engineer = work.named_by(item.author)
    if engineer is None or not formal.to_page:
        return
    voice = work.to_engineer(engineer)
    at = replace(item.at, conversation=item.author.id)
    ticket = f"T-{formal.token}"
    message = Post(unique("reply"), at, voice.say("answer.not_proven", ticket=ticket), item.message_id)
    work.send(Purpose.REPLY, Urgency.NOTICE, message, language=voice.language, ticket=formal.token)
