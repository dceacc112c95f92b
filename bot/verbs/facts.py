"""An engineer's /update: its facts, and how the customer reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.errors import Refused
from bot.inbound import Attachment
from bot.messages.catalogue import Voice
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


def on_log(promise: Promise, options: Mapping[str, str]) -> dict[str, object]:
    """The facts that were given, as the log keeps them: so that everybody reads the same, wherever they
    are."""
    meant = {"eta": promise.eta, "complexity": promise.complexity}
    return {name: meant.get(name, given) for name, given in options.items()}


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
        raise Refused("time_passed", given=given, at=at)
    if at > work.now + LONGEST:  # beyond it the calendar itself may end, in somebody's zone
        raise Refused("bad_time", given=given)
    return at


def _files(work: Work, ticket: Ticket, files: Sequence[Attachment], voice: Voice) -> str:
    """Their names, and where they are: they lie with the ticket, on the page that its link opens."""
    if work.house.links is None:
        raise Refused("files_unreachable")
    link = work.house.links.ticket(ticket.number, ticket.customer)
    return voice.say("customer.files", files=voice.listed([each.name for each in files]), link=link)


def update_words(work: Work, ticket: Ticket, request: Request) -> str:
    """The update as the customer reads it: whose words, the facts, the files, and when the next one comes.
    Raises Refused("files_unreachable") where nobody outside reaches the desk's pages."""
    voice, said = work.to_customer(ticket), request.said
    person = work.person(voice, request.me.id)
    base = {"ticket": ticket.id, "priority": ticket.priority.value, "person": person}
    key = "customer.update_head" if said.words else "customer.update_plain"
    promise = ticket.promise or Promise(work.now)
    lines = [
        voice.say(key, text=said.words, **base),
        *([voice.say("customer.plan", text=said.options["plan"])] if said.options.get("plan") else []),
        *([_files(work, ticket, request.files, voice)] if request.files else []),
        *fact_lines(promise, voice),
        voice.say(
            "card.waiting" if ticket.state is State.WAITING else "card.next", at=promise.next_update_at
        ),
    ]
    return "\n".join(lines)
