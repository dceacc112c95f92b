"""Waiting until the server says that something happened (IDLE, RFC 2177). Blocks.

imap-tools' own takes words that come before the server's consent for a refusal, and does not hear those that
come together with it until it is woken by something else.
"""

import imaplib
import selectors
import socket
import ssl

from imap_tools import BaseMailBox

IDLE = 9 * 60.0
"""Seconds after which IDLE is begun anew (RFC 2177 asks for less than 29 minutes; routers forget earlier)."""


class IdleRefused(Exception):
    """The server says that it can, and it cannot."""


def idle(box: BaseMailBox, seconds: float) -> None:
    """Until the server says anything at all, or so long. Raises IdleRefused, OSError, imaplib.IMAP4.abort."""
    client = box.client
    tag = client._command("IDLE")
    if not _heard_before_consent(client, tag) and not _line_at_hand(client):
        _until_readable(client.sock, seconds)
    client.send(b"DONE\r\n")
    box.consume_until_tagged_response(tag)


def _heard_before_consent(client: imaplib.IMAP4, tag: bytes) -> bool:
    heard = False
    while client._get_response() is not None:
        if client.tagged_commands[tag]:
            raise IdleRefused(str(client.tagged_commands.pop(tag)))
        heard = True
    return heard


def _line_at_hand(client: imaplib.IMAP4) -> bool:
    """The server's words may have come in one packet with its consent: they are in a buffer then, where
    nobody who waits for the socket sees them."""
    usual = client.sock.gettimeout()
    client.sock.settimeout(0)
    try:
        return bool(client.readline())
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        client.sock.settimeout(usual)


def _until_readable(sock: socket.socket, seconds: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_READ)
        selector.select(seconds)
