"""Mails as people and machines write them to the desk, made from those it sent where they answer one."""

from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr

from bot.clock import SystemClock

from tests.integration.whole_mail.house import DESK, MX
from tests.servers.smtp import Taken


def mail(
    sender: str,
    subject: str,
    text: str,
    *,
    to: str = DESK,
    proven: bool = False,
    age: timedelta = timedelta(0),
    head: Mapping[str, str] | None = None,
) -> bytes:
    """`proven`: the desk's own mail server says that its From is true; `age`: how long it was on its way."""
    message = EmailMessage(SMTP)
    if proven:
        domain = sender.rpartition("@")[2]
        message["Authentication-Results"] = f"{MX}; dmarc=pass header.from={domain}"
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(SystemClock().now() - age)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    for name, value in (head or {}).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def answer(
    message: EmailMessage,
    sender: str,
    text: str,
    *,
    proven: bool = False,
    head: Mapping[str, str] | None = None,
) -> bytes:
    """As a mail program writes one: to its Reply-To, its words quoted below."""
    quoted = "".join(f"> {line}\n" for line in text_of(message).splitlines())
    references = " ".join(part for part in (message["References"], message["Message-ID"]) if part)
    known = {"In-Reply-To": message["Message-ID"], "References": references}
    return mail(
        sender,
        f"Re: {message['Subject']}",
        f"{text}\n\nOn {message['Date']}, {message['From']} wrote:\n{quoted}",
        to=message["Reply-To"],
        proven=proven,
        head={**known, **(head or {})},
    )


def bounce(taken: Taken, code: str = "5.1.1", said: str = "550 5.1.1 no such user") -> bytes:
    """As a mail server reports that it could not deliver (RFC 3464): to the sender of the envelope."""
    (recipient,) = taken.recipients
    domain = recipient.rpartition("@")[2]
    head = taken.content.decode().partition("\r\n\r\n")[0]
    report = f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.{domain}>
To: {taken.sender}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(SystemClock().now())}
Message-ID: {make_msgid(domain=f"mx.{domain}")}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.{domain}.

<{recipient}>: host mx.{domain} said: {said}

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: {code}
Diagnostic-Code: smtp; {said}

--=_report
Content-Type: text/rfc822-headers

{head}

--=_report--
"""
    return "\r\n".join(report.splitlines()).encode()


def text_of(message: EmailMessage) -> str:
    """Its plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text


def address_in(value: str) -> str:
    """Of a From, a To, a Reply-To."""
    return parseaddr(str(value))[1]
