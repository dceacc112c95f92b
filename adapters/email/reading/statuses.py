"""Delivery status codes (RFC 3463) and what they say of an address. Pure rules.

`permanent` of a failed recipient means that the *address* is no use: nobody has it, its domain does not
exist, or it is closed for good. A mailbox that is full, a mail too large, suspected of being spam or against
some policy, and an attempt given up after days are failures of one mail; the next one may arrive.
"""

import re

_CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.])[45][0-5]\d(?=[ \-:：,;)\]#'\"]|$)(?!-\d)")
_CLOSED = frozenset(("5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"))
"""5.1.7 and 5.1.8 speak of the sender's address."""
_UNDECIDED = re.compile(r"5\d\d|5\.0\.\d+|5\.[2-5]\.0|5\.4\.[14]|5\.5\.\d+")
"""Codes that servers give for everything; the words decide."""
_OF_THIS_MAIL = re.compile(
    r"quota|mailbox (?:is )?full|full mailbox|over ?limit|insufficient (?:system )?storage|out of storage"
    r"|too (?:large|big|many)|size limit|exceed|spam|junk|blocked|block ?list|black ?list|reputation|polic"
    r"|dmarc|spf |dkim|unsolicited|virus|greylist|rate limit|try again later|sender (?:address )?rejected"
    r"|sender denied|relay(?:ing)? (?:access )?denied|容量|已满|超过|垃圾"
)
_UNKNOWN = re.compile(
    r"(?:user|recipient|address|mailbox|account|alias)\S{0,80} ?(?:is |was )?(?:unknown|not found|invalid"
    r"|disabled|does ?n[o']t exist|inactive|suspended|unavailable|not available)"
    r"|unknown (?:user|recipient|address|mailbox|local|account|host)|no (?:mailbox|user|account)"
    r"|no such (?:user|recipient|address|mailbox|person|domain)|does not exist|doesn't exist"
    r"|doesn't have an? \S{1,40} account|not a valid (?:user|mailbox)"
    r"|invalid (?:recipient|address|mailbox|user)"
    r"|mailbox (?:unavailable|not found|disabled)|unrouteable|not listed in|undeliverable address"
    r"|not our customer|(?:host|domain|host or domain name) not found|name or service not known|nxdomain"
    r"|name service error|could(?:n't| not) be found|wasn't found|address rejected: access denied"
    r"|couldn't find any host|no longer|account (?:has been |is )?(?:disabled|closed)|no smtp service"
    r"|does not accept mail"
    r"|不存在|无此用户|無此用戶|没有此用户|無此使用者|用户被禁用|帐号被禁用|地址错误"
)


def status_in(words: str) -> str | None:
    """The first "5.1.1" in it, else the first "550"."""
    found = _CODE.search(words) or _REPLY.search(words)
    return found[0] if found else None


def enhanced_in(words: str) -> str | None:
    """The first that is of the form "5.1.1"."""
    found = _CODE.search(words)
    return found[0] if found else None


def is_closed(action: str | None, status: str | None, diagnostic: str | None) -> bool:
    """Whether the address is no use, by the status and, where that leaves it open, by the words."""
    words = (diagnostic or "").casefold()
    if action != "failed" or (status or "").startswith("4") or _OF_THIS_MAIL.search(words):
        return False
    if status is None or _UNDECIDED.fullmatch(status):
        return bool(_UNKNOWN.search(words))
    return status in _CLOSED
