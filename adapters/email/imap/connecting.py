"""From the address of a mail server to a connection that is signed in. Everything here blocks."""

import imaplib
import socket
import ssl
from contextlib import suppress
from ssl import SSLContext

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import UnexpectedCommandStatusError

from bot.configuration.mail_urls import MailServer, Tls

TIMEOUT = 30.0
"""Seconds without a byte after which a connection is taken for dead."""
_KEEP_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}
"""A dead peer is noticed within two minutes, and routers do not forget a connection that is silent."""


class LoginRefused(Exception):
    """The server does not let this user in. The text is the server's own."""


def connect(server: MailServer, tls: SSLContext | None, timeout: float = TIMEOUT) -> BaseMailBox:
    """A connection, not yet signed in. `tls`: whom to trust; None: the usual authorities.

    Raises OSError, imaplib.IMAP4.error.
    """
    if server.tls is Tls.IMPLICIT:
        context = tls or ssl.create_default_context()
        box: BaseMailBox = MailBox(server.host, server.port, timeout=timeout, ssl_context=context)
    else:
        box = MailBoxUnencrypted(server.host, server.port, timeout=timeout)
        _encrypt(box, server.tls, tls)
    _keep_alive(box.client.sock)
    return box


def _encrypt(box: BaseMailBox, wanted: Tls, tls: SSLContext | None) -> None:
    """imap-tools' own MailBoxStartTls leaves the connection open when this fails."""
    offered = "STARTTLS" in box.client.capabilities
    if wanted is Tls.OFF or (wanted is Tls.WHERE_OFFERED and not offered):
        return
    try:
        box.client.starttls(tls or (_unchecked() if wanted is Tls.WHERE_OFFERED else _checked()))
    except BaseException:
        disconnect(box)
        raise


def _checked() -> SSLContext:
    return ssl.create_default_context()


def _unchecked() -> SSLContext:
    """For this machine itself: nobody gives out certificates for it, and nobody listens in between."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE.items():
        if hasattr(socket, name):  # not every system has all of them
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def sign_in(box: BaseMailBox, server: MailServer, token: str | None) -> frozenset[str]:
    """What the server can do for this user, in capitals. Raises LoginRefused; OSError, imaplib.IMAP4.abort
    when the connection breaks."""
    try:
        if token is not None:
            _xoauth2(box, server.user, token)
        elif f"{server.user}{server.password}".isascii():
            box.login(server.user, server.password, initial_folder=None)
        else:
            box.login_utf8(server.user, server.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as error:
        raise LoginRefused(_redacted(said(error), server.password, token)) from None
    _, lines = box.client.capability()
    return frozenset(" ".join(line.decode("ascii", "replace") for line in lines if line).upper().split())


def _xoauth2(box: BaseMailBox, user: str, token: str) -> None:
    """A server that refuses asks once more, and says no after an empty answer
    (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol)."""
    answers = iter([f"user={user}\1auth=Bearer {token}\1\1".encode()])
    box.client.authenticate("XOAUTH2", lambda _challenge: next(answers, b""))


def disconnect(box: BaseMailBox) -> None:
    """Close the socket, whatever state it is in."""
    with suppress(OSError):
        box.client.shutdown()


def said(error: Exception) -> str:
    """The server's words, where there are any."""
    if isinstance(error, UnexpectedCommandStatusError):
        typ, data = error.command_result[0], error.command_result[1]
        words = [part.decode("utf-8", "replace") for part in data if isinstance(part, bytes)]
        return " ".join([str(typ), *words])
    return str(error) or type(error).__name__


def _redacted(text: str, *secrets: str | None) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "[secret]")
    return text
