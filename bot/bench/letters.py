"""Mails as customers write them, made the same in every run."""

import base64
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from bot.bench.ground import WORDS

_QUOTE = (
    "On Mon, 2 Mar 2026 at 10:00, Example Support <support@ops.example> wrote:\n"
    "> {}\n> Next update by 11:15.\n"
)
_SMTP = email.policy.SMTP


def letters(count: int) -> Iterator[bytes]:
    """A round of first mails and answers: plain, HTML with plain text, with a screenshot, in GB 18030, by
    Outlook without plain text, and bounces."""
    kinds = (_plain, _answer, _with_html, _with_screenshot, _chinese, _only_html, _bounce)
    for number in range(count):
        yield kinds[number % len(kinds)](number)


def large(size: int) -> bytes:
    """One mail of about `size` bytes, nearly all of it an attachment."""
    mail = _mail(0)
    mail.set_content("The recording is attached.\n")
    content = bytes(range(256)) * (size * 3 // 4 // 256)
    mail.add_attachment(content, maintype="video", subtype="mp4", filename="recording.mp4")
    return mail.as_bytes(policy=_SMTP)


def _mail(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = f"Customer {number:07} <c{number:07}@customer-{number % 500}.example>"
    mail["To"] = "Example Support <support@ops.example>"
    mail["Subject"] = WORDS[number % len(WORDS)].splitlines()[0]
    mail["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<{number:07}@customer-{number % 500}.example>"
    for hop in range(4):
        by = f"from mx{hop}.example (mx{hop}.example [192.0.2.{hop}]) by mx.ops.example"
        mail["Received"] = f"{by}; {mail['Date']}"
    return mail


def _words(number: int) -> str:
    return f"Hello,\n\n{WORDS[number % len(WORDS)]}\n\nRegards\n-- \nCustomer {number:07}\n"


def _plain(number: int) -> bytes:
    mail = _mail(number)
    mail.set_content(_words(number))
    return mail.as_bytes(policy=_SMTP)


def _answer(number: int) -> bytes:
    mail = _mail(number)
    mail.replace_header("Subject", f"Re: {mail['Subject']}")
    mail["In-Reply-To"] = f"<answer-{number}@ops.example>"
    mail["References"] = " ".join(f"<{number}-{each}@ops.example>" for each in range(8))
    mail.set_content(_words(number) + "\n" + _QUOTE.format(WORDS[number % len(WORDS)].replace("\n", "\n> ")))
    return mail.as_bytes(policy=_SMTP)


def _with_html(number: int) -> bytes:
    mail = _mail(number)
    mail.set_content(_words(number))
    mail.add_alternative(_html(number), subtype="html")
    return mail.as_bytes(policy=_SMTP)


def _with_screenshot(number: int) -> bytes:
    mail = _mail(number)
    mail.set_content(_words(number))
    picture = b"\x89PNG\r\n" + bytes((number + each) % 256 for each in range(40_000))
    mail.add_attachment(picture, maintype="image", subtype="png", filename="Schirmfoto für euch.png")
    return mail.as_bytes(policy=_SMTP)


def _chinese(number: int) -> bytes:
    subject = base64.b64encode("房间黑屏，请尽快处理".encode("gb18030")).decode()
    head = _mail(number)
    head.replace_header("Subject", "X")
    body = "您好，\r\n房间 42 黑屏，大约十分钟前开始，其他房间正常。\r\n".encode("gb18030")
    raw = head.as_bytes(policy=_SMTP).replace(b"Subject: X", f"Subject: =?gb2312?B?{subject}?=".encode())
    declared = b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n"
    return raw.rstrip(b"\r\n") + b"\r\n" + declared + b"\r\n" + body


def _only_html(number: int) -> bytes:
    mail = _mail(number)
    mail.set_content(_html(number), subtype="html")
    return mail.as_bytes(policy=_SMTP)


def _html(number: int) -> str:
    words = WORDS[number % len(WORDS)].replace("\n", "<br>")
    style = "<style>p.MsoNormal {margin:0cm; font-size:11.0pt}</style>" * 10
    row = "<tr><td class=MsoNormal>room</td><td>42</td></tr>"
    body = f"<p class=MsoNormal>{words}</p><table>{row * 20}</table>"
    return f"<html><head>{style}</head><body>{body}</body></html>"


def _bounce(number: int) -> bytes:
    report = (
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; c{number:07}@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
    )
    head = (
        "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@ops.example\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b{number}@mx.customer.example>\r\n"
        "Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver it.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\n{report}"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <x@ops.example>\r\n--b--\r\n"
    )
    return head.encode()
