"""The addresses of mail servers as `.env` writes them. Pure rules; no fault shows an address, since a
password is in it."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.configuration.hosts import is_loopback
from bot.configuration.saying import listed


class Tls(StrEnum):
    """How a connection is encrypted."""

    IMPLICIT = "implicit"
    """From its first byte (imaps, smtps)."""
    REQUIRED = "required"
    """By STARTTLS, or there is none."""
    WHERE_OFFERED = "where offered"
    """By STARTTLS if the server can: for this machine itself."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class MailServer:
    """`user` and `password` decoded, "" where there is none. `folder`: of IMAP. `xoauth2`: sign in with an
    access token (EMAIL_OAUTH_...) in place of the password."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    xoauth2: bool = False


_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
_FORMS = {
    "imap": "imaps://USER:PASSWORD@HOST:993/INBOX",
    "smtp": "smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://USER:PASSWORD@HOST:465",
}
_HOW = "a special character in user or password is written as %XX (@ is %40)"


def imap_server(url: str) -> MailServer | str:
    """The server of IMAP_URL, or what is wrong with it."""
    server = _server(url, "imap")
    if isinstance(server, str):
        return server
    if not server.user:
        return f"names no user; it must be {_FORMS['imap']}; {_HOW}"
    if not (server.password or server.xoauth2):
        return "holds no password; write USER:PASSWORD@, or ?auth=xoauth2 at the end and EMAIL_OAUTH_..."
    return server


def smtp_server(url: str) -> MailServer | str:
    """The server of SMTP_URL, or what is wrong with it."""
    server = _server(url, "smtp")
    if not isinstance(server, str) and server.user and not (server.password or server.xoauth2):
        return "names a user without a password; write USER:PASSWORD@, or ?auth=xoauth2 at the end"
    return server


def _server(url: str, family: str) -> MailServer | str:
    allowed = f"it must be {_FORMS[family]}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"cannot be read; {allowed}; {_HOW}"
    if parts.scheme not in (family, f"{family}s"):
        return f"is no {family.upper()} server's address; {allowed}"
    if not parts.hostname or port == 0 or parts.fragment:
        return f"names no host, or a port that cannot be; {allowed}; {_HOW}"
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wrong = _wrong_option(options, parts.scheme, parts.hostname)
    return wrong or MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=_tls(parts.scheme, parts.hostname, options),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        xoauth2=options.get("auth") == "xoauth2",
    )


def _wrong_option(options: dict[str, str], scheme: str, host: str) -> str | None:
    allowed = {"auth": ("password", "xoauth2"), "tls": ("required", "off")}
    for name, value in options.items():
        if name not in allowed:
            return f"has an option {name!r} that there is not; allowed: {listed(allowed)}"
        if value not in allowed[name]:
            return f"has {name}={value!r}; allowed: {listed(allowed[name])}"
    if options.get("tls") == "off" and scheme.endswith("s"):
        return f"says tls=off, and {scheme} is encrypted; write {scheme[:-1]}:// if it must be plain"
    return None


def _tls(scheme: str, host: str, options: dict[str, str]) -> Tls:
    if scheme.endswith("s"):
        return Tls.IMPLICIT
    if options.get("tls") == "off":
        return Tls.OFF
    plain = is_loopback(host) and "tls" not in options
    return Tls.WHERE_OFFERED if plain else Tls.REQUIRED
