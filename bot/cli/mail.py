"""`dawnline mail parse`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from adapters.email.mail import Correspondent, Mail, Ours
from adapters.email.reading import read_mail
from bot.cli.mail_json import mail_json
from bot.cli.options import AsJson
from bot.cli.screen import line, plain, show, show_json
from bot.reports.as_json import instant

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline mail parse letter.eml[/]"
)
STDIN = Path("-")


@app.callback()
def mail() -> None:
    """What the desk reads in a mail."""


@app.command(
    epilog="Example: [cyan]dawnline mail parse letter.eml --json[/]  ·  "
    "[cyan]dawnline mail parse - --trust mx.example.com < letter.eml[/]"
)
def parse(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="The mail as it came in; - reads it from the standard input.",
            allow_dash=True,
        ),
    ],
    as_json: AsJson = False,
    trust: Annotated[
        list[str] | None,
        typer.Option(
            "--trust",
            metavar="AUTHSERV_ID",
            help="Believe this server's Authentication-Results; may be given several times.",
        ),
    ] = None,
) -> None:
    """Read one mail and say what the desk makes of it.

    Needs no configuration, sends nothing and fetches nothing. However broken the mail is, what can be read is
    printed and the exit code is 0; what was mended or left out is named as a defect.
    """
    raw = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    found = read_mail(raw, Ours(authserv_ids=frozenset(each.strip().lower() for each in trust or ())))
    if as_json:
        show_json(mail_json(found))
    else:
        show("\n".join(_lines(found)))


def _lines(mail: Mail) -> Iterator[str]:
    for name, value in _facts(mail):
        if value:
            yield f"{name + ':':<16}{line(value, 400)}"
    for file in mail.attachments:
        shown = ", inline" if file.inline else ""
        name = line(file.filename or "(no name)", 200)
        yield f"{'attachment:':<16}{name} ({line(file.content_type)}, {file.size:,} bytes{shown})"
    for defect in mail.defects:
        yield f"{'defect:':<16}{line(defect, 200)}"
    if mail.new_text:
        yield f"\n{plain(mail.new_text)}"


def _facts(mail: Mail) -> Iterator[tuple[str, str]]:
    """What is worth a line for people; JSON has everything."""
    yield "from", _people(mail.senders)
    yield "reply to", _people(mail.reply_to)
    yield "to", _people(mail.to)
    yield "cc", _people(mail.cc)
    yield "date", instant(mail.date) if mail.date else ""
    yield "subject", mail.subject or ""
    yield "message id", mail.message_id or ""
    yield "in reply to", mail.in_reply_to or ""
    yield "language", mail.language or ""
    yield "kind", mail.kind.value + (f" ({mail.automatic.value})" if mail.automatic else "")
    yield "spam", "our filter says so" if mail.spam else ""
    yield "authentication", _authentication(mail)
    for each in mail.bounce.recipients if mail.bounce else ():
        told = (each.address, each.action, each.status, each.diagnostic)
        yield "not delivered", " · ".join(word for word in told if word)


def _people(people: tuple[Correspondent, ...]) -> str:
    return ", ".join(
        f"{each.name} <{each.address}>" if each.name and each.address else each.name or each.address or ""
        for each in people
    )


def _authentication(mail: Mail) -> str:
    found = mail.authentication
    if found.aligned is None:
        return ""
    results = [f"{name} {value}" for name in ("spf", "dkim", "dmarc") if (value := getattr(found, name))]
    return " · ".join([*results, "From is proven" if found.aligned else "From is not proven"])
