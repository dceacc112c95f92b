"""Telephone numbers as the desk knows them: E.164, or "" where a caller shows none."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from bot.telephone import Party

# What stands in place of a number that is withheld: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE and
# PRIVATE as they are typed on a telephone's keys. https://www.twilio.com/docs/voice/twiml#callerid
_WITHHELD = frozenset(
    {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+774824283", "266696687"}
)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_TEXTABLE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_FORGED = "TN-Validation-Failed"


def e164(given: str) -> str:
    """ "" for whatever is no number: withheld, a SIP address, a name, digits without a country."""
    plain = given.strip().removeprefix("tel:")
    spelt = re.sub(r"[\s().-]", "", plain)
    return spelt if _E164.fullmatch(spelt) and spelt not in _WITHHELD else ""


def party(theirs: str, ours: str, stir_verstat: str = "") -> Party:
    """`stir_verstat`: what the network says of the caller's number (StirVerstat, as in
    https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir)."""
    number = e164(theirs)
    return Party(number, e164(ours) or ours, _takes_texts(number), stir_verstat.startswith(_FORGED))


def _takes_texts(number: str) -> bool:
    """Mobile, or where nobody can tell from the number (North America). An unknown country takes none."""
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return False
    return phonenumbers.number_type(parsed) in _TEXTABLE
