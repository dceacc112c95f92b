"""Signing in: a link to a known address, once; a session while they come back."""

import secrets
from dataclasses import replace
from datetime import timedelta

from bot.access.session import (
    LINK_LASTS,
    LINKS_AT_ONCE,
    LINKS_OF_A_DOMAIN,
    SECRET_BYTES,
    SESSION_LASTS,
    Session,
    SignIn,
    digest_of,
)
from bot.access.visitor import Visitor, of_customer, one_of_us
from bot.customers.customer import by_mail, domain_of
from bot.durable import Purpose, Urgency, Usage
from bot.errors import Refused
from bot.identities import mailbox_of
from bot.inbound import Address
from bot.outgoing import Post
from bot.work import Work, unique

MAIL = "email"
"""Links go to a mail address, so by that channel."""


async def visitor_of(work: Work, address: str, name: str = "") -> Visitor | None:
    """Who has that mail address today: one of us, else somebody of a customer; None for a stranger."""
    ours = one_of_us(work.policy, address, name)
    if ours is not None:
        return ours
    customer = await work.tx.customers.find(by_mail(address))
    return of_customer(customer, address, name) if customer else None


async def ask_for_link(work: Work, address: str, language: str) -> None:
    """Send a link to that address, if anybody we know has it and not too many went there or to their domain
    lately. Whoever asks is told the same in every case, so that nobody learns who our customers are; a
    stranger's link is kept as well, and never sent, so that nobody can tell by how long it takes."""
    work.tx.sessions.sweep(work.now)
    if await work.tx.sign_ins.asked(address, work.now - LINK_LASTS) >= LINKS_AT_ONCE:
        return
    secret, visitor = make_link(work, address), await visitor_of(work, address)
    if visitor is None or work.house.links is None or not await _is_let_through(work, visitor):
        return
    voice = work.voice(language, work.policy.desk.time_zone)
    words = {"link": work.house.links.sign_in(secret), "span": LINK_LASTS, "desk": work.policy.desk.name}
    message = Post(unique("sign-in"), Address(MAIL, address), voice.say("web.mail.sign_in", **words))
    work.send(Purpose.REPLY, Urgency.NOTICE, message, language=language)


async def _is_let_through(work: Work, visitor: Visitor) -> bool:
    """Whether not too many links went to their domain lately; this one is counted. Whose very address we know
    nobody locks out so."""
    if not visitor.is_known_by_domain:
        return True
    scope = f"sign-in at {domain_of(visitor.address)}"
    usage = (await work.tx.limits.of([scope]))[scope]
    lately = tuple(each for each in usage.taken if each > work.now - LINK_LASTS)
    if len(lately) >= LINKS_OF_A_DOMAIN:
        return False
    work.tx.limits.save(scope, Usage(taken=(*lately, work.now)))
    return True


def make_link(work: Work, address: str, lasts: timedelta = LINK_LASTS) -> str:
    """The secret of a new link that signs this address in."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    work.tx.sign_ins.save(SignIn(digest_of(secret), mailbox_of(address), work.now, work.now + lasts))
    return secret


async def use_link(work: Work, secret: str) -> str:
    """The secret of the new session. Raises Refused("link_over") when the link was used or is too old."""
    link = await work.tx.sign_ins.get(digest_of(secret))
    if link is None or not link.is_good(work.now):
        raise Refused("link_over")
    work.tx.sign_ins.save(replace(link, used_at=work.now))
    return await enter(work, link.address, "")


async def enter(work: Work, address: str, name: str) -> str:
    """The secret of a new session for whoever has proven to have that address. Raises
    Refused("unknown_address") for a stranger."""
    if await visitor_of(work, address, name) is None:
        raise Refused("unknown_address", address=address)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    until = work.now + SESSION_LASTS
    work.tx.sessions.sweep(work.now)
    work.tx.sessions.save(Session(digest_of(secret), mailbox_of(address), name, work.now, work.now, until))
    return secret


async def known_again(work: Work, secret: str) -> tuple[Session, Visitor] | None:
    """Whose session that is; None when it is over, or they are nobody's any more."""
    session = await work.tx.sessions.get(digest_of(secret))
    if session is None or session.is_over(work.now):
        return None
    visitor = await visitor_of(work, session.address, session.name)
    return (session, visitor) if visitor else None
