"""An engineer's /update: its facts, and how the customer reads them."""

from dataclasses import replace
from datetime import datetime

from bot.errors import Refused
from bot.tickets.progress import fact_lines
from bot.tickets.ticket import Promise, State, Ticket
from bot.values import LONGEST
from bot.verbs.grammar import instant
from bot.verbs.request import Request
from bot.work import Work

COMPLEXITIES = {"low": "low", "medium": "medium", "high": "high", "低": "low", "中": "medium", "高": "high"}


def facts(work: Work, request: Request, ticket: Ticket) -> Promise:
    """What the customer is told from now on; what the update leaves out stays, `need=""` takes it back."""
    options, old = request.said.options, ticket.promise or Promise(work.now)
    eta = moment(work, request, options["eta"]) if "eta" in options else old.eta
    return replace(
        old,
        eta=eta,
        first_eta=old.first_eta or eta,
        complexity=_complexity(options["complexity"]) if "complexity" in options else old.complexity,
        need=options.get("need", old.need) or None,
        text=request.said.words or old.text,
    )


def _complexity(given: str) -> str:
    known = COMPLEXITIES.get(given.casefold())
    if known is None:
        raise Refused("bad_complexity", given=given)
    return known


def moment(work: Work, request: Request, given: str, since: datetime | None = None) -> datetime:
    """A time to come as somebody typed it, in their zone, counted from `since` (default now).

    Raises Refused("bad_time") or Refused("time_passed").
    """
    try:
        at = instant(given, since or work.now, request.me.time_zone)
    except (ValueError, OverflowError):
        raise Refused("bad_time", given=given) from None
    if at <= work.now:
        raise Refused("time_passed", given=given)
    if at > work.now + LONGEST:  # beyond it the calendar itself may end, in somebody's zone
        raise Refused("bad_time", given=given)
    return at


def update_words(work: Work, ticket: Ticket, request: Request) -> str:
    """The update as the customer reads it: whose words, the facts, and when the next one comes."""
    voice, said = work.to_customer(ticket), request.said
    person = work.person(voice, request.me.id)
    base = {"ticket": ticket.id, "priority": ticket.priority.value, "person": person}
    key = "customer.update_head" if said.words else "customer.update_plain"
    promise = ticket.promise or Promise(work.now)
    lines = [
        voice.say(key, text=said.words, **base),
        *([voice.say("customer.plan", text=said.options["plan"])] if said.options.get("plan") else []),
        *fact_lines(promise, voice),
        voice.say(
            "card.waiting" if ticket.state is State.WAITING else "card.next", at=promise.next_update_at
        ),
    ]
    return "\n".join(lines)
