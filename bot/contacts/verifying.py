"""Confirming a contact: a code goes there, and whoever has it says it back."""

import secrets
from datetime import datetime

from bot.contacts.contact import TRIES, VALID_FOR, Contact
from bot.errors import Refused
from bot.messages.catalogue import Voice
from bot.ports import Transaction

DIGITS = 6


async def begin(tx: Transaction, kind: str, value: str, now: datetime) -> str:
    """A fresh code for the contact; the one before does not count any more."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    known = await tx.contacts.get(kind, value) or Contact(kind, value)
    tx.contacts.save(known.sending(code, now))
    return code


async def confirm(tx: Transaction, kind: str, value: str, code: str, now: datetime) -> Refused | None:
    """None when it is confirmed now. What is wrong is returned, not raised: a wrong try must be kept."""
    known = await tx.contacts.get(kind, value) or Contact(kind, value)
    match known.fault_of(code, now):
        case None:
            tx.contacts.save(known.confirmed(now))
            return None
        case "none_sent":
            return Refused("code_none_sent", contact=value)
        case "expired":
            return Refused("code_expired", minutes=int(VALID_FOR.total_seconds() // 60))
        case "too_many":
            return Refused("code_too_many")
    tx.contacts.save(known.tried())
    return Refused("code_wrong", left=TRIES - known.tries - 1)


def code_words(voice: Voice, code: str, *, spoken: bool) -> str:
    """Read out, digits come one by one."""
    return voice.say("contact.code", code=" ".join(code) if spoken else code)
