"""Reports about mails of ours: not delivered, late, or called spam. Pure rules.

A report in the standard form (RFC 3464, RFC 5965) is believed; nearly half of real bounces have none and are
recognised by who sends them together with what they say. A person who forwards a bounce, or asks about one,
is a person: they have a return path and are nobody's mailer daemon.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.email.mail import Bounce, FailedRecipient
from adapters.email.reading.headers import Headers
from adapters.email.reading.notices import split, told_recipients
from adapters.email.reading.phrases.finding import of_all, plain
from adapters.email.reading.reports import (
    addresses_in,
    complaint,
    failed_recipients,
    groups,
    is_about_recipient,
)
from adapters.email.reading.statuses import enhanced_in

_DAEMON = re.compile(
    r"(?<![\w.-])(?:mailer-?daemon|mail-?daemon|mail\.delivery\.system)(?!\w)"
    r"|(?:postmaster|microsoftexchange[0-9a-f]{10,}|double-bounce|mdaemon)@"
    r"|^\W*(?:mail delivery? (?:sub)?system|postmaster|mail administrator|internet mail delivery|mdaemon"
    r"|系统退信|邮件系统|系統退信|退信系统)|^\W*$"
)
_DAEMONS_RETURN = re.compile(r"<>|<?(?:mailer-daemon|double-bounce)(?:@[^@]*)?>?", re.IGNORECASE)
_UNDELIVERED = of_all("undelivered")
_AWAY = of_all("away")
_SAYS_SO = re.compile(
    r"this is the (?:qmail-send program|mail system at host)|automatically by (?:the )?mail delivery"
    r"|could not be delivered to one or more|had (?:permanent |transient )?(?:non-)?fatal errors"
    r"|delivery has failed to these recipients|your message (?:to|wasn't|could)|error sending your mail"
    r"|unable to deliver|i'm afraid i wasn't able to deliver|address(?:es)? (?:not found|failed)"
    r"|could not be delivered|did not reach the following recipient|couldn't be delivered|not delivered"
    r"|delivery to the following recipient|undeliverable|failed to deliver|below this line is a copy"
    r"|your mail to the following|warning message only|user .{1,80} not listed in|could not send"
    r"|error delivering|退信|无法投递|无法送达|投递失败|不存在|未能送达|被退回|konnte nicht zugestellt"
    r"|n'a pas pu être|no se pudo entregar|配信できません|届けられません"
)
_MESSAGE_ID = re.compile(r"^[ \t>]*message-id:\s{0,5}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(r"<[^<>\s]{1,900}>")
_FIELD_TO = re.compile(r"^to:[ \t]*([^\n]{1,500})", re.IGNORECASE | re.MULTILINE)
_COPIES = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")
_STATUS_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_READ = 100_000
_NOTICE = 20_000
_FIELD = 2_000
_PARTS = 20
_REPORT = 500_000


@dataclass(frozen=True, slots=True)
class ReportPart:
    """A part of a report, its text decoded. `content_type` in lower case, without parameters."""

    content_type: str
    text: str


def read_bounce(headers: Headers, parts: Sequence[ReportPart], text: str) -> Bounce | None:
    """`parts`: reports, copies of mails or of their headers, the leading text; `text`: what people read."""
    if _of(parts, "message/disposition-notification") or not _is_report(headers):
        return None
    copies = "\n".join(part.text[:_READ] for part in parts[:_PARTS] if part.content_type in _COPIES)
    feedback = _of(parts, "message/feedback-report")
    if feedback:
        return _complaint(feedback[0], copies)
    status = [each for kind in _STATUS_REPORTS for each in _of(parts, kind)]
    if any(is_about_recipient(group) for each in status for group in groups(each)):
        failed = tuple(recipient for each in status for recipient in failed_recipients(each))
        return Bounce(failed, _original(copies, text, headers)) if failed else None
    return _notice(headers, copies, text) if _says_so(headers, text) else None


def _of(parts: Sequence[ReportPart], content_type: str) -> list[str]:
    return [part.text[:_REPORT] for part in parts if part.content_type.lower() == content_type]


def _is_report(headers: Headers) -> bool:
    """By its form, or by where it comes from; what is in it may have been put there by a person."""
    form = plain(headers.get("Content-Type") or "")
    if form.startswith("multipart/report"):
        return "disposition-notification" not in form
    return _is_daemon(headers) or _has_no_return(headers)


def _is_daemon(headers: Headers) -> bool:
    return headers.get("From") is not None and bool(
        _DAEMON.search(plain((headers.get("From") or "")[:_FIELD]))
    )


def _has_no_return(headers: Headers) -> bool:
    return bool(_DAEMONS_RETURN.fullmatch((headers.get("Return-Path") or "-").strip()))


def _says_so(headers: Headers, text: str) -> bool:
    """Subject or text of a daemon's mail. Of others' mails (out-of-office answers have no return path either)
    both; and of a daemon with a return path, since postmasters are people too."""
    if headers.all("X-Failed-Recipients"):
        return True
    subject = plain((headers.get("Subject") or "")[:_FIELD])
    if subject.startswith(_AWAY):
        return False
    titled = any(phrase in subject for phrase in _UNDELIVERED)
    told = bool(_SAYS_SO.search(plain(text[:_NOTICE])))
    unanswerable = _has_no_return(headers) or headers.get("Return-Path") is None
    told = told or bool(unanswerable and _is_daemon(headers) and enhanced_in(text[:_NOTICE]))
    return (titled or told) if unanswerable and _is_daemon(headers) else (titled and told)


def _complaint(feedback: str, copies: str) -> Bounce | None:
    complained = complaint(feedback)
    if complained is None:
        return None
    if not complained:
        complained = tuple(FailedRecipient(each, None, None, None, False) for each in _addressees(copies))
    return Bounce(complained, _id_in(copies), complaint=True)


def _notice(headers: Headers, copies: str, text: str) -> Bounce:
    notice, copy = split(text)
    named = [each for value in headers.all("X-Failed-Recipients") for each in addresses_in(value)]
    around = [
        each for name in ("From", "To", "Return-Path") for each in addresses_in(headers.get(name) or "")
    ]
    subject = headers.get("Subject") or ""
    recipients = told_recipients(f"{subject}\n\n{notice}", named, not_these=around)
    if recipients[0].address is None and len(to := _addressees(copies or copy)) == 1:
        recipients = told_recipients(f"{subject}\n\n{notice}", to, not_these=around)
    return Bounce(recipients, _original(copies, text, headers))


def _addressees(copies: str) -> list[str]:
    found = _FIELD_TO.search(copies)
    return addresses_in(found[1])[:100] if found else []


def _original(copies: str, text: str, headers: Headers) -> str | None:
    """From the copy, else from what the bounce says that it answers."""
    answered = _ID.findall(f"{headers.get('References') or ''} {headers.get('In-Reply-To') or ''}")
    return _id_in(copies) or _id_in(text[:_READ]) or next(iter(answered[-1:]), None)


def _id_in(copies: str) -> str | None:
    found = _MESSAGE_ID.search(copies)
    return found[1] if found else None
