"""The mail server that takes what we send: reaching it, encrypting, signing in."""

import ssl
from typing import Protocol

import aiosmtplib

from adapters.email.errand import Patience
from adapters.email.oauth import AccessTokens
from adapters.email.replies import Stage, refusal
from adapters.email.smtp import Connection
from bot.configuration.mail_urls import MailServer, Tls
from bot.errors import Temporary

_STARTTLS = {Tls.IMPLICIT: False, Tls.REQUIRED: True, Tls.WHERE_OFFERED: None, Tls.OFF: False}


class Within(Protocol):
    """How much time there is (an Errand)."""

    def at_most(self, seconds: float) -> float: ...


class Relay:
    def __init__(
        self,
        server: MailServer,
        domain: str,
        patience: Patience,
        tls: ssl.SSLContext | None = None,
        access: AccessTokens | None = None,
    ) -> None:
        """`domain`: what we call ourselves (EHLO). Some relays know their customers by it, and the name of
        this machine is often none that anybody could look up. `access`: where the server wants it."""
        self._server = server
        self._domain = domain
        self._patience = patience
        self._tls = tls or _trust(server.tls)
        self._access = access

    async def open(self, errand: Within) -> Connection:
        """For this errand first. Raises Temporary or RateLimited: what goes wrong here is no recipient's
        fault."""
        smtp = self._client(errand.at_most(self._patience.command))
        try:
            await smtp.connect(timeout=errand.at_most(self._patience.connect))
            await self._greet(smtp)
        except BaseException as error:
            smtp.close()
            raise _told(error) from None
        return Connection(smtp, self._patience)

    def _client(self, seconds: float) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._server.host,
            port=self._server.port,
            local_hostname=self._domain,
            timeout=seconds,
            use_tls=self._server.tls is Tls.IMPLICIT,
            start_tls=_STARTTLS[self._server.tls],
            tls_context=self._tls,
        )

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        """Introduce ourselves (again, once encrypted: RFC 3207 section 4.2) and sign in."""
        if smtp.is_ehlo_or_helo_needed:
            await smtp.ehlo()
        if self._server.user and self._server.xoauth2:
            await self._sign_in_by_token(smtp)
        elif self._server.user:
            await self._sign_in(smtp)

    async def _sign_in(self, smtp: aiosmtplib.SMTP) -> None:
        """Once: the library's own way tries a wrong password by every method there is, and servers count."""
        ways = {"plain": smtp.auth_plain, "login": smtp.auth_login, "cram-md5": smtp.auth_crammd5}
        for name, way in ways.items():
            if name in smtp.server_auth_methods:
                await way(self._server.user, self._server.password)
                return
        raise Temporary("the mail server offers no sign-in by password")

    async def _sign_in_by_token(self, smtp: aiosmtplib.SMTP) -> None:
        """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"""
        if self._access is None:
            raise Temporary("the mail server wants an access token, and EMAIL_OAUTH_... is not set")
        token = await self._access.current()
        try:
            await smtp.auth_xoauth2(self._server.user, token)
        except aiosmtplib.SMTPAuthenticationError:
            self._access.forget()
            raise


def _told(error: BaseException) -> BaseException:
    """The same failure in the core's words."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return refusal(Stage.SIGN_IN, error.code, error.message)
        case aiosmtplib.SMTPResponseException():
            return refusal(Stage.GREETING, error.code, error.message)
        case aiosmtplib.SMTPException() | OSError() | ValueError():
            return Temporary(f"the mail server cannot be reached: {error}")
    return error


def _trust(tls: Tls) -> ssl.SSLContext | None:
    """Whom we believe to be the server. On this machine itself certificates are of its own making: it is
    encrypted where offered, and nobody stands between (RFC 7435)."""
    if tls is Tls.OFF:
        return None
    context = ssl.create_default_context()
    if tls is Tls.WHERE_OFFERED:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
