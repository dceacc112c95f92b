"""Tries the mailboxes and the relay for real and says, for each thing that would not work, how to mend it.
Sends nothing, marks nothing."""

import imaplib
import ssl
from collections.abc import AsyncIterator, Mapping

from adapters.email.errand import Patience
from adapters.email.imap.connecting import LoginRefused, said
from adapters.email.imap.line import Line
from adapters.email.imap.place import Folder
from adapters.email.imap.session import FolderRefused, Session
from adapters.email.oauth import AccessTokens
from adapters.email.relay import Relay
from adapters.email.settings import INBOUND_PATH, EmailSettings, Mailbox
from bot.configuration.mail_urls import MailServer, Tls
from bot.errors import DeliveryError, Temporary
from bot.findings import Finding
from bot.ports import Clock

_ENCRYPTED = {
    Tls.IMPLICIT: "TLS",
    Tls.REQUIRED: "STARTTLS",
    Tls.WHERE_OFFERED: "on this machine",
    Tls.OFF: "not encrypted",
}


async def examine(
    settings: EmailSettings, clock: Clock, _groups: Mapping[str, str], _people: Mapping[str, str]
) -> AsyncIterator[Finding]:
    """Findings as they come. There are no groups, and whom mail reaches only sending would show."""
    tokens = AccessTokens(settings.oauth, clock, settings.tls) if settings.oauth else None
    if tokens is not None:
        yield await _access(tokens)
    for box in settings.mailboxes:
        yield await _mailbox(box, settings, tokens)
    yield await _relay(settings, tokens)
    if settings.inbound_token is not None:
        text = f"mails are taken at {INBOUND_PATH} from whoever has EMAIL_INBOUND_TOKEN"
        yield Finding("inbound", True, text)


async def _access(tokens: AccessTokens) -> Finding:
    try:
        await tokens.current()
    except Temporary as error:
        mend = "check EMAIL_OAUTH_...; a refresh token that ran out must be given out anew"
        return Finding("access token", False, f"{error}: {mend}")
    return Finding("access token", True, "given out")


async def _mailbox(box: Mailbox, settings: EmailSettings, tokens: AccessTokens | None) -> Finding:
    about, line = f"mailbox {box.name}", Line(box.server, settings.tls)
    try:
        token = await tokens.current() if tokens and box.server.xoauth2 else None
        await line.call(lambda session: session.open(token))
        folder = await line.call(Session.select)
        idles = await line.call(Session.can_idle)
    except (OSError, imaplib.IMAP4.error, LoginRefused, FolderRefused, Temporary, ValueError) as error:
        return Finding(about, False, f"{said(error)}: {_mend_mailbox(error, box)}")
    finally:
        await line.hang_up()
    return Finding(about, True, f"{_where(box.server)}, {_how(box.server, folder, idles=idles)}")


def _mend_mailbox(error: Exception, box: Mailbox) -> str:
    match error:
        case LoginRefused():
            return f"check user and password in {box.name} (%XX for special characters); is IMAP allowed?"
        case FolderRefused():
            return f"there is no folder {box.server.folder!r} for this user; correct the end of {box.name}"
        case ssl.SSLCertVerificationError():
            return f"{box.server.host} must show a certificate for that name, by an authority you trust"
        case Temporary():
            return "without it nobody is let in"
    return f"check host, port and encryption in {box.name}, and the network's firewall"


def _where(server: MailServer) -> str:
    user = f"{server.user} at " if server.user else ""
    return f"{user}{server.host}:{server.port} ({_ENCRYPTED[server.tls]})"


def _how(server: MailServer, folder: Folder, *, idles: bool) -> str:
    wakes = "says at once that mail came (IDLE)" if idles else "is asked for mail, since it cannot IDLE"
    marks = "; mails cannot be marked as read there" if folder.read_only else ""
    return f"{server.folder} opens, the server {wakes}{marks}"


class _Unhurried:
    """Nothing waits behind the doctor."""

    def at_most(self, seconds: float) -> float:
        return seconds


async def _relay(settings: EmailSettings, tokens: AccessTokens | None) -> Finding:
    server = settings.relay
    relay = Relay(server, settings.domain, Patience(), settings.tls, tokens)
    try:
        connection = await relay.open(_Unhurried())
    except DeliveryError as error:
        mend = "check user, password, host, port and encryption in SMTP_URL, and the network's firewall"
        return Finding("relay", False, f"{error}: {mend}")
    await connection.quit()
    signed_in = "signed in" if server.user else "without a sign-in"
    return Finding("relay", True, f"{_where(server)}, {signed_in}")
