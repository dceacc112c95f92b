"""pymap in this process: an IMAP server in pure Python, strict about what it is told, mails in memory."""

import asyncio
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Identity, Login, Session
from pymap.backend.dict.mailbox import MailboxData
from pymap.concurrent import Event
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface
from pymap.selected import SelectedMailbox
from pymap.user import Passwords, UserMetadata
from pysasl import SASLAuth
from pysasl.creds.external import ExternalCredentials
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import BuiltinHash

from tests.servers.imap import PASSWORD, USER, ImapServer

_QUICK = BuiltinHash(rounds=1)


class _Config(Config):
    @property
    def tls_auth(self) -> SASLAuth:
        return SASLAuth.named([b"PLAIN", b"LOGIN", b"XOAUTH2"])


class _Session(Session):
    """pymap's own tells nothing while a client idles of what came between its last command and that."""

    async def check_mailbox(
        self, selected: SelectedMailbox, *, wait_on: Event | None = None, housekeeping: bool = False
    ) -> SelectedMailbox:
        mailbox = await self._get_selected(selected)
        assert isinstance(mailbox, MailboxData)
        newest = mailbox._mod_sequences.highest
        wait = None if selected.mod_sequence is not None and selected.mod_sequence < newest else wait_on
        return await super().check_mailbox(selected, wait_on=wait, housekeeping=housekeeping)


class _Identity(Identity):
    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        async with super().new_session() as session:
            yield _Session(self.name, session.config, session.mailbox_set, session.filter_set)


class _Login(Login):
    """Also by access token."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.access_tokens: set[str] = set()
        self.refused: list[str] = []

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        if not isinstance(credentials, ExternalCredentials):
            return await super().authenticate(credentials)
        token = credentials._token or ""
        if token not in self.access_tokens:
            self.refused.append(token)
            raise InvalidAuth()
        return Identity(credentials.authzid, self, None, {"admin"})

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        allowed = await super().authorize(authenticated, authzid)
        return _Identity(allowed.name, self, None, allowed.roles)


class Pymap(ImapServer):
    """`tls`: it offers STARTTLS, and lets nobody in without. `login` knows access tokens."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.port = 0
        words = {"host": None, "port": 0, "debug": False, "cert": None, "key": None, "tls": tls is not None}
        user = {"demo_data": False, "demo_user": USER, "demo_password": PASSWORD}
        args = Namespace(**words, **user, passlib_cfg=None, proxy_protocol=None)
        self._config = _Config.from_args(
            args, invalid_user_sleep=0.0, hash_context=_QUICK, ssl_context=tls or _no_tls()
        )
        self._config.apply_context()
        self.login = _Login(self._config)
        self._imap = IMAPServer(self.login, self._config)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if not self.port:
            await DictBackend._add_demo_user(self._config, self.login)
        serve = ProxyProtocolReader(self._config.proxy_protocol).get_callback(self._imap)
        self._server = await asyncio.start_server(serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def set_password(self, password: str) -> None:
        self.password = password
        hashed = await Passwords(self._config).hash_password(password)
        self.login.users_dict[USER] = UserMetadata(self._config, USER, password=hashed)

    async def renumber(self) -> None:
        mailboxes, _ = self._config.set_cache[USER]
        inbox = await mailboxes.get_mailbox("INBOX")
        inbox._uid_validity += 1


def _no_tls() -> ssl.SSLContext:
    """pymap makes one of its own otherwise, which takes longer than most tests."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
