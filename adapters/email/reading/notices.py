"""Bounces in words for people only: of qmail, Exim, Exchange, Gmail, QQ Mail, 163, Yahoo. Pure rules.

There is no standard for them. What they share: a line or a sentence with the address, and the other server's
answer near it; below, a copy of the mail or of its header.
"""

import re
from collections.abc import Sequence

from adapters.email.mail import FailedRecipient
from adapters.email.reading.reports import with_lower_domain
from adapters.email.reading.statuses import is_closed, status_in

_READ = 20_000
"""Characters of a notice. What is said is said at its beginning."""
_COPY = re.compile(
    r"^[ \t>]{0,20}(?:-{2,}[^\n]{0,40}(?:copy of|original message|message header|returned message"
    r"|unsent message|message follows|body of (?:the )?message)|original message headers"
    r"|received: (?:from|by) |return-path: ?<|-{3,} ?(?:原邮件|原始邮件)|以下是原邮件)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where the copy of the mail begins."""
_ADDRESS = r"[^\s<>,;:\"()\[\]{}|@\u2e80-\u9fff\uff00-\uffef]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}"
_AT_START = re.compile(
    rf"^[ \t>*]{{0,20}}(?:to |recipient |address |收件人)?[ :：]{{0,2}}[<(（]?({_ADDRESS})[>)）]?",
    re.I | re.M,
)
_NAMED = re.compile(
    r"(?:rcpt to: ?<|(?:delivered |delivery |message |email |mail |deliver )to:? <?|recipients?:? ?[<(]?"
    r"|address: ?<|undeliverable to |addressed to <?|收件人[^\n@]{0,20}?|邮箱[^\n@]{0,10}?)"
    rf"({_ADDRESS})",
    re.I,
)
_ANY = re.compile(rf"(?<![\w.+-]){_ADDRESS}", re.I)
_NOT_A_RECIPIENT = re.compile(r"(?:postmaster|mailer-daemon|abuse)@")
_TO_BE_ASKED = re.compile(r"(?:helpdesk|support|admin)@")
"""Where help is offered, unless the notice names it as a recipient."""
_LATE = re.compile(
    r"delay|still undelivered|(?:not|n't) (?:yet )?been delivered yet|has not yet been|do not need to resend"
    r"|will (?:keep|continue|be re|retry)|warning message only|temporary (?:problem|failure)|trying for"
    r"|延迟|延遲|继续尝试|稍后重试|verzöger|retard|retras|vertraag|opóźn|задерж|遅延|지연|försen"
)
_GIVEN_UP = re.compile(
    r"gave up|giving up|given up|permanent|expired|too long|could not be delivered|retry timeout|been failed"
)
_LONGEST = 600
_LINES = 8
_AT_MOST = 100


def split(text: str) -> tuple[str, str]:
    """What the notice says, and the copy of the mail below it."""
    read = text.replace("\r\n", "\n")[:_READ]
    found = _COPY.search(read)
    return (read[: found.start()], read[found.start() :]) if found else (read, "")


def told_recipients(
    notice: str, named: Sequence[str], *, not_these: Sequence[str]
) -> tuple[FailedRecipient, ...]:
    """`named`: whom a header names. `not_these`: addresses of the sender's side."""
    addresses = _addresses(notice, named, frozenset(each.lower() for each in not_these))
    late = is_late(notice)
    if not addresses:
        return (_recipient(None, notice, late=late),)
    return tuple(_recipient(each, _about(notice, each, addresses), late=late) for each in addresses)


def is_late(words: str) -> bool:
    """It is not delivered yet, and they go on trying."""
    folded = words.casefold()
    return bool(_LATE.search(folded)) and not _GIVEN_UP.search(folded)


def _addresses(notice: str, named: Sequence[str], not_these: frozenset[str]) -> list[str]:
    """The surest kind that there is any of: of a header, at the start of a line, behind a word, anywhere."""
    kinds = (
        named,
        [found[1] for found in _AT_START.finditer(notice)],
        [found[1] for found in _NAMED.finditer(notice)],
        [found[0] for found in _ANY.finditer(notice) if not _TO_BE_ASKED.match(found[0].lower())],
    )
    *surer, anywhere = ([each for each in kind if _is_wanted(each.lower(), not_these)] for kind in kinds)
    surest = next((kind for kind in (*surer, anywhere[:1]) if kind), [])
    once = dict.fromkeys(with_lower_domain(each.rstrip(".")) for each in surest)
    return list(once)[:_AT_MOST]


def _is_wanted(address: str, not_these: frozenset[str]) -> bool:
    return address not in not_these and not _NOT_A_RECIPIENT.match(address)


def _about(notice: str, address: str, addresses: Sequence[str]) -> str:
    """From where it is named up to the next one, some lines at most; all of it when only one is named."""
    if len(addresses) == 1:
        return notice
    folded = notice.lower()
    start = folded.find(address.lower())
    later = [
        place for each in addresses if (place := folded.find(each.lower(), start + len(address))) > start
    ]
    return notice[max(start, 0) : min(later, default=len(notice))]


def _recipient(address: str | None, words: str, *, late: bool) -> FailedRecipient:
    status = status_in(words)
    action = "delayed" if late else "failed"
    diagnostic = _diagnostic(words, address, status)
    return FailedRecipient(address, action, status, diagnostic, is_closed(action, status, diagnostic))


def _diagnostic(words: str, address: str | None, status: str | None) -> str | None:
    """The line with the status and what it goes on with; else what follows the address."""
    lines = [line.strip() for line in words.splitlines()]
    telling = (place for place, line in enumerate(lines) if status and status in line)
    named = (place for place, line in enumerate(lines) if address and address.lower() in line.lower())
    start = next(telling, next(named, None))
    if start is None:
        return None
    end = next((place for place in range(start + 1, len(lines)) if not lines[place]), len(lines))
    return " ".join(lines[start : min(end, start + _LINES)])[:_LONGEST] or None
