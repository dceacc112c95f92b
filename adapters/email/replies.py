"""What a mail server's refusal means for the message: the core's errors.

Unreachable is for the reader's address, or for a mail that will never be taken as it is. It leads the core to
another way and to people, so a mistake of ours (signing in, sender, relaying, reputation, size) is Temporary:
every mail would meet it, no address is at fault, and what waits is sent when somebody has mended it.
"""

import re
from datetime import timedelta
from enum import StrEnum

from adapters.email.headers import one_line, shortened
from bot.errors import DeliveryError, RateLimited, Temporary, Unreachable

LONGEST_WAIT = timedelta(hours=1)
_LONGEST_REASON = 300
_STATUS = re.compile(r"(?<![\d.])5\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_TOKEN = re.compile(r"\+?\b[tpb]\d+-[a-z2-7]{16}", re.IGNORECASE)
# Commands not understood or out of order, encryption or a sign-in wanted, parameters not known.
_OUR_CODES = frozenset({500, 502, 503, 504, 523, 530, 534, 535, 538, 555})
_SENDERS_ADDRESS = frozenset({7, 8})
_EXCHANGES_OWN = 100
_NO_ROOM = 552
_ABOUT_US = re.compile(
    r"relay|authenticat|sign.?in|log.?in|sender|spf|dkim|dmarc|spamhaus|black.?list|block|reputation|helo|ehlo"
    r"|client host|\btls\b|\bptr\b|reverse dns",
    re.IGNORECASE,
)
_NOT_THIS_ADDRESS = frozenset({501, 550, 553, 554})
_NOT_AS_SENDER = re.compile(r"\b5\.2\.252\b|\b5\.7\.60\b|SendAsDenied|not allowed to send as", re.IGNORECASE)
_HOW_LONG = re.compile(r"\b(?:in|after|wait|for)\s+(\d{1,5})\s*(s|m|h)[a-z]*\b", re.IGNORECASE)
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


class SenderRefused(Temporary):
    """We may not send under the address in the envelope. Exchange Online says so of plus-addresses that are
    no addresses of the mailbox."""


class Stage(StrEnum):
    """What the server was asked when it refused."""

    GREETING = "to talk to us"
    SIGN_IN = "our sign-in"
    SENDER = "our address as the sender"
    RECIPIENT = "the recipient"
    CONTENT = "the mail"


def refusal(stage: Stage, code: int, text: str) -> DeliveryError:
    """RFC 5321 section 4.2, RFC 3463. The text of the error never holds what we sent when signing in."""
    reason = _reason(stage, code, text)
    if not 500 <= code <= 599:
        wait = _how_long(text)
        return RateLimited(wait) if wait else Temporary(reason)
    if _is_about_the_sender(stage, code, text):
        return SenderRefused(reason)
    return Temporary(reason) if _is_ours(stage, code, text) else Unreachable(reason)


def _reason(stage: Stage, code: int, text: str) -> str:
    # A server may answer a sign-in with what it was given.
    said = f" {_TOKEN.sub('', one_line(text))}" if stage is not Stage.SIGN_IN else ""
    return shortened(f"the mail server refuses {stage}: {code}{said}", _LONGEST_REASON)


def _how_long(text: str) -> timedelta | None:
    """ "too many connections, try again in 60 seconds"."""
    found = _HOW_LONG.search(text)
    if found is None:
        return None
    return min(int(found[1]) * _UNITS[found[2].lower()], LONGEST_WAIT) or None


def _is_ours(stage: Stage, code: int, text: str) -> bool:
    """Whether it is about us and not about the recipient, or what was said to them."""
    if stage not in (Stage.RECIPIENT, Stage.CONTENT) or code in _OUR_CODES:
        return True
    status = _STATUS.search(text)
    if status is not None:
        return _is_our_status(stage, int(status[1]), int(status[2]), text)
    return _ABOUT_US.search(text) is not None or (stage is Stage.CONTENT and code == _NO_ROOM)


def _is_about_the_sender(stage: Stage, code: int, text: str) -> bool:
    if stage is Stage.SENDER:
        return code in _NOT_THIS_ADDRESS
    return stage is Stage.CONTENT and _NOT_AS_SENDER.search(text) is not None


def _is_our_status(stage: Stage, subject: int, detail: int, text: str) -> bool:
    match subject:
        case 1:
            return detail in _SENDERS_ADDRESS
        case 2:  # Exchange's own: 5.2.252 we may not send as this sender, 5.2.12x too many mails
            return detail >= _EXCHANGES_OWN
        case 3 | 5:  # the server itself (also: mail too large for it), the protocol
            return True
        case 7 if detail <= 1:  # "not authorized" is said of relaying, of spam, and of closed mailboxes
            closed = stage is Stage.CONTENT or "recipient" in text.lower()
            return not closed or _ABOUT_US.search(text) is not None
        case 7:
            return True
        case _:
            return False
