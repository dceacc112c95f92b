"""Which open tickets look like some words. Pure rules."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from math import log

from bot.tickets.ticket import Ticket

_WORD = re.compile(r"[^\W_]+")
_SIGNS = re.compile("[\u3400-\u9fff\uf900-\ufaff]+")
_EVERYWHERE = """
a an and are as at be but by can cannot do does for from has have in is it its my no not of on or our so that
the their there they this to was we were what when which with you your
"""
_COMMON = frozenset(_EVERYWHERE.split())
ENOUGH = 0.25
"""How much of what is typed must be in a ticket, by weight."""
LOOKED_AT = 2000
"""Characters of a ticket: what it is about stands at the beginning, and what follows may be a log."""
SHORTEST = 2
"""Terms that must be typed before anything is shown: one word looks like everything."""


def alike(text: str, tickets: Iterable[Ticket], most: int = 3) -> tuple[Ticket, ...]:
    """The tickets that look like `text`, the most alike first."""
    typed = frozenset(terms(text[:LOOKED_AT]))
    if len(typed) < SHORTEST:
        return ()
    known = [(ticket, frozenset(terms(ticket.text[:LOOKED_AT]))) for ticket in tickets]
    spread = Counter(term for _, held in known for term in held)
    weight = {term: 1 + log((1 + len(known)) / (1 + spread[term])) for term in typed}
    whole = sum(weight.values())
    scored = [(sum(weight[term] for term in typed & held) / whole, ticket) for ticket, held in known]
    found = sorted(
        ((-score, -ticket.number, ticket) for score, ticket in scored if score >= ENOUGH),
        key=lambda each: each[:2],
    )
    return tuple(ticket for _, _, ticket in found[:most])


def terms(text: str) -> list[str]:
    """Words, folded; of Chinese, pairs of signs, since nothing stands between its words."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = [word for word in _WORD.findall(_SIGNS.sub(" ", plain)) if word not in _COMMON and len(word) > 1]
    signs = [run[at : at + 2] for run in _SIGNS.findall(plain) for at in range(max(len(run) - 1, 1))]
    return [*words, *signs]
