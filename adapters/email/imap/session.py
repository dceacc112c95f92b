"""One connection to a mailbox, from its own thread. Everything but `cut` blocks."""

import imaplib
import socket
from contextlib import suppress
from ssl import SSLContext

from imap_tools import BaseMailBox, MailMessageFlags
from imap_tools.errors import MailboxFolderSelectError, UnexpectedCommandStatusError

from adapters.email.imap.answers import Head, Part, body, head
from adapters.email.imap.connecting import TIMEOUT, connect, disconnect, said, sign_in
from adapters.email.imap.idling import IDLE, idle
from adapters.email.imap.place import Folder
from bot.configuration.mail_urls import MailServer

NEWS = "EXISTS"
"""What a server says when there is more in the folder (RFC 3501 section 7.3.1)."""


class FolderRefused(Exception):
    """The folder is not there, or not for this user. The text is the server's own."""


class NotDelivered(Exception):
    """The server has the mail and does not give it out. The text is the server's own."""


class NotMarked(Exception):
    """The server does not let mails be marked as read. The text is the server's own."""


class Session:
    """`timeout`: seconds without a word after which the server is taken for gone."""

    def __init__(self, server: MailServer, tls: SSLContext | None, timeout: float = TIMEOUT) -> None:
        self._server = server
        self._timeout = timeout
        self._tls = tls
        self._box: BaseMailBox | None = None
        self._cut = False
        self._capabilities: frozenset[str] = frozenset()

    def open(self, token: str | None) -> None:
        """Connect and sign in. Raises LoginRefused, OSError, imaplib.IMAP4.error."""
        self._box = connect(self._server, self._tls, self._timeout)
        if self._cut:
            raise ConnectionAbortedError("no longer wanted")
        self._capabilities = sign_in(self._box, self._server, token)

    def cut(self) -> None:
        """From any thread: whatever waits for the server fails at once."""
        self._cut = True
        if self._box is not None:
            with suppress(OSError):
                # Past the TLS layer, which is not made for two threads.
                socket.socket.shutdown(self._box.client.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        if self._box is not None:
            disconnect(self._box)

    def can_idle(self) -> bool:
        """As it says itself, RFC 2177."""
        return "IDLE" in self._capabilities

    def select(self) -> Folder:
        """Open the folder (again): that shows what is new also on servers that tell nothing by themselves,
        and whether UIDs still mean the same. Raises FolderRefused."""
        try:
            self._open_folder()
        except MailboxFolderSelectError as error:
            raise FolderRefused(said(error)) from None
        next_uid = self._number("UIDNEXT") or self._next_uid_by_status()
        self._client.response(NEWS)  # of what there is by now
        return Folder(self._number("UIDVALIDITY") or 0, next_uid, bool(self._client.is_readonly))

    def search(self, *keys: str) -> list[int]:
        """UIDs, ascending, of whatever fits one of the keys."""
        return sorted({int(uid) for key in keys for uid in self._mailbox.uids(key, charset=None)})

    def head(self, uid: int) -> Head | None:
        """None when it is gone. Raises NotDelivered."""
        return head(self._uid("FETCH", NotDelivered, str(uid), "(UID INTERNALDATE RFC822.SIZE)"), uid)

    def body(self, uid: int, most: int | None) -> bytes:
        """The mail, its first `most` bytes where that is said. It is not marked as read by this. Raises
        NotDelivered."""
        what = "(BODY.PEEK[])" if most is None else f"(BODY.PEEK[]<0.{most}>)"
        found = body(self._uid("FETCH", NotDelivered, str(uid), what))
        if found is None:
            raise NotDelivered("nothing")
        return found

    def mark_seen(self, uid: int) -> None:
        """Raises NotMarked."""
        self._uid("STORE", NotMarked, str(uid), "+FLAGS.SILENT", f"({MailMessageFlags.SEEN})")

    def idle(self, seconds: float = IDLE) -> None:
        """Until the server says anything at all, or so long. Not at all when it has said since the folder was
        opened that there is more: a server says so with the answer to whatever it is asked (RFC 3501 section
        7), and not again. Raises IdleRefused."""
        if NEWS not in self._client.untagged_responses:
            idle(self._mailbox, seconds)

    @property
    def _mailbox(self) -> BaseMailBox:
        if self._box is None:
            raise ConnectionError("not connected")
        return self._box

    @property
    def _client(self) -> imaplib.IMAP4:
        return self._mailbox.client

    def _open_folder(self) -> None:
        folder = self._mailbox.folder
        try:
            folder.set(self._server.folder)
        except imaplib.IMAP4.readonly:
            folder.set(self._server.folder, readonly=True)

    def _next_uid_by_status(self) -> int:
        """SELECT may leave it out (RFC 3501 section 6.3.1)."""
        return int(self._mailbox.folder.status(self._server.folder, ["UIDNEXT"])["UIDNEXT"])

    def _number(self, name: str) -> int | None:
        _, data = self._client.response(name)
        found = next((each for each in data if isinstance(each, bytes) and each.isdigit()), None)
        return int(found) if found else None

    def _uid(self, command: str, refusal: type[Exception], *words: str) -> list[Part]:
        """NO and BAD are a `refusal`, a broken connection is not."""
        try:
            status, data = self._client.uid(command, *words)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise refusal(str(error)) from None
        if status != "OK":
            raise refusal(said(UnexpectedCommandStatusError((status, data), "OK")))
        return list(data)
