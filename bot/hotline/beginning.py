"""A call comes in: its ticket opens before any key is pressed, with the clock at the call's start."""

from dataclasses import replace
from datetime import timedelta

from bot.customers.customer import STRANGER, Customer, Identity
from bot.durable import Timer, TimerKind
from bot.escalation.rerouting import next_place
from bot.hotline.call import Call, Stage
from bot.hotline.hearing import language_by_prefix
from bot.hotline.scene import Scene
from bot.inbound import Address, MessagePosted, Person
from bot.intake.entries import entry_of
from bot.intake.ledger import Outcome
from bot.intake.opening import draft, enter
from bot.intake.triage import Verdict, lifted
from bot.messages.catalogue import LANGUAGES
from bot.policy import Language
from bot.telephone import Heard, Party
from bot.tickets.lifecycle import begin_paging
from bot.tickets.ticket import Ticket
from bot.work import Work

FORGOTTEN = timedelta(minutes=3)
"""Nobody is in the menu for so long: the word that the call ended was lost."""


async def begin(work: Work, heard: Heard) -> Scene:
    """The ticket, the call's record, and what is to be asked first."""
    party = heard.party
    customer = await work.tx.customers.find([Identity("phone", party.number)]) if party.number else None
    language = _language(work, party, customer)
    earlier = await _earlier(work, party, customer)
    ticket = await _open(work, heard, customer, language or _spoken_first(work, party))
    stage = Stage.LANGUAGE if language is None else Stage.KNOWN if earlier else Stage.MENU
    call = Call(
        id=heard.call,
        party=party,
        customer=ticket.customer,
        language=ticket.language,
        ticket=ticket.number,
        stage=stage,
        began_at=min(heard.heard_at, work.now),
        earlier=earlier.number if earlier else None,
        heard=heard.event_key,
    )
    work.tx.calls.save(call)
    due = work.now + FORGOTTEN
    work.tx.timers.set(Timer(f"call:{call.id}", TimerKind.CALL, ticket.number, due, {"call": call.id}))
    return Scene(work, call, ticket, earlier, customer)


def _language(work: Work, party: Party, customer: Customer | None) -> str | None:
    """By customer, by prefix, by what is spoken on that number; None: they must be asked."""
    if customer is not None and customer.language in LANGUAGES:
        return customer.language
    own = work.policy.phone.own(party.ours)
    if own is not None and len(own.languages) == 1:
        return own.languages[0]
    by_prefix: dict[str, Language] = work.policy.phone.languages
    return language_by_prefix(party.number, by_prefix)


def _spoken_first(work: Work, party: Party) -> str:
    own = work.policy.phone.own(party.ours)
    return own.languages[0] if own else work.policy.desk.language


async def _earlier(work: Work, party: Party, customer: Customer | None) -> Ticket | None:
    """The open ticket they most probably call about: their own before their company's. A number that is not
    really theirs hears of none."""
    if party.doubtful or not party.number:
        return None
    company = await work.tx.tickets.active(customer=customer.id) if customer else ()
    there = await work.tx.tickets.of_conversation("sms", party.number)
    own = [each for each in (*there, *company) if each.is_active and party.number in _people(each)]
    return next(iter((*own, *company)), None)


def _people(ticket: Ticket) -> tuple[str, ...]:
    return (ticket.phone, *ticket.participants)


async def _open(work: Work, heard: Heard, customer: Customer | None, language: str) -> Ticket:
    """Silent as long as nobody knows what it is about: a receipt would say the wrong thing."""
    item = await _message(work, heard, customer, language)
    owner = customer or STRANGER
    rule = Verdict(work.policy.phone.menu.unchosen, "triage.hotline_unchosen", {})
    drawn = await draft(work, item, owner, lifted(rule, owner.tier, work.policy.triage))
    ticket = replace(drawn, language=language, silent=True, phone=heard.party.number)
    enter(work, item, ticket)
    begin_paging(work, ticket, work.policy.phone.choosing)
    work.tx.ledger.add(entry_of(work, item, Outcome.OPENED, "a call to the hotline", ticket.number))
    return ticket


async def _message(work: Work, heard: Heard, customer: Customer | None, language: str) -> MessagePosted:
    """The call as a message, so that it stands on the ledger like everything else."""
    number, key = heard.party.number, f"call-{heard.call}"
    key_of_text = "hotline.title" if number else "hotline.title_withheld"
    text = work.voice(language, work.policy.desk.time_zone).say(key_of_text, number=number)
    at = await home_of(work, heard.party, heard.call, customer)
    author = Person(at.channel, number or heard.call, number)
    return MessagePosted(key, at, key, author, text, heard.heard_at, private=True)


async def home_of(work: Work, party: Party, call: str, customer: Customer | None) -> Address:
    """Where the caller reads what becomes of it: on that very telephone; where it takes no texts, wherever
    the customer is written to. With neither, only a call reaches them."""
    if party.number and party.textable and work.able("sms") is not None:
        return Address("sms", party.number)
    place = await next_place(work, customer)
    return place or Address("call", party.number or call)
