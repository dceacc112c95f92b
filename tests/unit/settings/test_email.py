"""E-mail's settings: the addresses of mail servers, further mailboxes, tokens; no secret in any fault."""

import tomllib
from pathlib import Path

import pytest
from bot.bootstrap import email_settings
from bot.configuration.mail_urls import Tls, imap_server, smtp_server
from bot.errors import ConfigurationError
from bot.settings import check, load_settings

from tests.unit.settings.desks import SMALL, env_faults, faults, policy

ROOT = Path(__file__).parents[3]
SMTP = "SMTP_URL=smtp://desk:hunter2@mail.example.com\n"
IMAP = "IMAP_URL=imaps://support%40example.com:hunter2%40@mail.example.com\n"
OAUTH = "EMAIL_OAUTH_TOKEN_URL=https://login.example/token\nEMAIL_OAUTH_CLIENT_ID=hunter2-app\n"


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("imaps://u:p@mail.example.com", "mail.example.com", 993, Tls.IMPLICIT),
        ("imaps://u:p@mail.example.com:9993/Archive", "mail.example.com", 9993, Tls.IMPLICIT),
        ("imap://u:p@mail.example.com", "mail.example.com", 143, Tls.REQUIRED),
        ("imap://u:p@mail.example.com?tls=off", "mail.example.com", 143, Tls.OFF),
        ("imap://u:p@localhost", "localhost", 143, Tls.WHERE_OFFERED),
        ("imap://u:p@127.0.0.1?tls=required", "127.0.0.1", 143, Tls.REQUIRED),
        ("imap://u:p@[::1]:1143", "::1", 1143, Tls.WHERE_OFFERED),
    ],
)
def test_where_a_mailbox_is(url: str, host: str, port: int, tls: Tls) -> None:
    server = imap_server(url)
    assert not isinstance(server, str)
    assert (server.host, server.port, server.tls) == (host, port, tls)


def test_user_password_and_folder_are_written_with_percent_signs() -> None:
    server = imap_server("imaps://support%40example.com:p%3A%2F%C3%BC@mail.example.com/Support%20desk/New")
    assert not isinstance(server, str)
    assert (server.user, server.password) == ("support@example.com", "p:/ü")
    assert server.folder == "Support desk/New"


def test_a_relay_may_ask_for_no_password() -> None:
    server = smtp_server("smtp://localhost:25")
    assert not isinstance(server, str)
    assert (server.user, server.port, server.tls) == ("", 25, Tls.WHERE_OFFERED)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("IMAP_URL=mail.example.com", "IMAP_URL: is no IMAP server's address"),
        ("IMAP_URL=smtp://u:hunter2@mail.example.com", "IMAP_URL: is no IMAP server's address"),
        ("IMAP_URL=imaps://mail.example.com", "IMAP_URL: names no user"),
        ("IMAP_URL=imaps://hunter2@mail.example.com", "IMAP_URL: holds no password"),
        ("IMAP_URL=imaps://u:hunter2@", "IMAP_URL: names no host"),
        (
            "IMAP_URL=imaps://u:hunter2@mail.example.com:0",
            "IMAP_URL: names no host, or a port that cannot be",
        ),
        ("IMAP_URL=imaps://u:hunter2@mail.example.com:99999", "IMAP_URL: cannot be read"),
        ("IMAP_URL=imaps://u:hunter2#x@mail.example.com", "IMAP_URL: cannot be read"),
        ("IMAP_URL=imaps://u:hunter2@mail.example.com?tls=maybe", "has tls='maybe'; allowed: required, off"),
        ("IMAP_URL=imaps://u:hunter2@mail.example.com?tls=off", "says tls=off, and imaps is encrypted"),
        ("IMAP_URL=imaps://u:hunter2@mail.example.com?folder=x", "has an option 'folder' that there is not"),
        ("SMTP_URL=mail.example.com", "SMTP_URL: is no SMTP server's address"),
        ("SMTP_URL=smtp://hunter2@mail.example.com", "SMTP_URL: names a user without a password"),
        ("EMAIL_INBOUND_TOKEN=hunter2", "EMAIL_INBOUND_TOKEN: is 7 characters"),
        ("EMAIL_INBOUND_TOKEN=hunter2 hunter2 hunter2", "EMAIL_INBOUND_TOKEN: is 23 characters, some not"),
        ("EMAIL_OAUTH_TOKEN_URL=login.example", "EMAIL_OAUTH_TOKEN_URL: 'login.example' is no address"),
        (
            "EMAIL_OAUTH_TOKEN_URL=http://login.example/",
            "EMAIL_OAUTH_TOKEN_URL: 'http://login.example/' is not",
        ),
        ("IMAP_URL_SALES=imaps://hunter2@mail.example.com", "IMAP_URL_SALES: holds no password"),
    ],
)
def test_one_fault_and_no_secret(tmp_path: Path, line: str, message: str) -> None:
    found = [each for each in env_faults(tmp_path, line) if "is missing" not in each]
    own = [each for each in found if message in each]
    assert own != []
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        (f"{SMTP}{IMAP}", []),
        (SMTP, ["IMAP_URL"]),
        (IMAP, ["SMTP_URL"]),
        (f"{SMTP}EMAIL_INBOUND_TOKEN=hunter2hunter2hunter2", []),
        ("EMAIL_INBOUND_TOKEN=hunter2hunter2hunter2", ["SMTP_URL"]),
        ("IMAP_URL_SALES=imaps://u:hunter2@mail.example.com", ["SMTP_URL", "IMAP_URL", "email.mailboxes"]),
        (
            f"{SMTP}IMAP_URL=imaps://u@mail.example.com?auth=xoauth2",
            ["EMAIL_OAUTH_TOKEN_URL", "EMAIL_OAUTH_CLIENT_ID"],
        ),
        (f"{IMAP}SMTP_URL=smtp://u@mail.example.com?auth=xoauth2\n{OAUTH}", []),
    ],
)
def test_configured_wholly_or_not_at_all(tmp_path: Path, env: str, missing: list[str]) -> None:
    assert [each.split(": ")[1] for each in env_faults_of_both(tmp_path, env)] == missing


def env_faults_of_both(directory: Path, env: str, extra: str = "") -> list[str]:
    (directory / ".env").write_text(env, encoding="utf-8")
    desk = SMALL.replace('slack = "U0ADA"', 'slack = "U0ADA", email = "ada@example.com"')
    (directory / "dawnline.toml").write_text(f"{extra}\n{desk}", encoding="utf-8")
    return [str(fault) for fault in check(directory, {})[2]]


def test_further_mailboxes_are_named_in_both_files(tmp_path: Path) -> None:
    sales = "IMAP_URL_SALES=imaps://sales:hunter2@mail.example.com\n"
    named = '[email]\nmailboxes = ["IMAP_URL_SALES"]'
    assert env_faults_of_both(tmp_path, f"{SMTP}{IMAP}{sales}", named) == []
    (unread,) = env_faults_of_both(tmp_path, f"{SMTP}{IMAP}{sales}")
    assert "does not name IMAP_URL_SALES, which .env sets; nobody would read it" in unread
    (unset,) = env_faults_of_both(tmp_path, f"{SMTP}{IMAP}", named)
    assert "IMAP_URL_SALES is not set in .env" in unset


@pytest.mark.parametrize(
    ("extra", "key"),
    [
        ('address = "support"', "email.address"),
        ('mailboxes = ["sales"]', "email.mailboxes[0]"),
        ("mailboxes = 3", "email.mailboxes"),
        ('plus_addressing = "maybe"', "email.plus_addressing"),
        ("brake = { mails = 0 }", "email.brake.mails"),
        ('brake = { within = "0s" }', "email.brake.within"),
        ('adress = "support@example.com"', "email.adress"),
    ],
)
def test_the_policy_s_faults(extra: str, key: str) -> None:
    assert set(faults(f"[email]\n{extra}")) == {key}


def test_no_secret_in_a_repr_or_an_error(tmp_path: Path) -> None:
    tokens = "EMAIL_INBOUND_TOKEN=inbound9inbound9inbound9\nEMAIL_OAUTH_CLIENT_SECRET=client9\n"
    more = "EMAIL_OAUTH_REFRESH_TOKEN=refresh9\nIMAP_URL_SALES=imaps://sales:sales9@mail.example.com\n"
    (tmp_path / ".env").write_text(f"{SMTP}{IMAP}{OAUTH}{tokens}{more}")
    settings = load_settings(tmp_path, {})
    named = policy('[email]\nmailboxes = ["IMAP_URL_SALES"]\naddress = "support@example.com"')
    shown = f"{settings!r} {settings.model_dump_json()} {email_settings(settings, named)!r}"
    kept = ("hunter2", "hunter2@", "inbound9inbound9inbound9", "client9", "refresh9", "sales9", "hunter2-app")
    assert {*kept} <= {*settings.secrets()}
    assert [secret for secret in kept if secret in shown] == []


def test_what_the_adapter_is_told(tmp_path: Path) -> None:
    sales = "IMAP_URL_SALES=imaps://sales:hunter2@mail.example.com/Sales\n"
    (tmp_path / ".env").write_text(f"{SMTP}{IMAP}{sales}{OAUTH}")
    settings = load_settings(tmp_path, {"DAWNLINE_FILES": "mails"})
    named = '[email]\nmailboxes = ["IMAP_URL_SALES"]\nauthserv_ids = ["MX.example.com"]'
    told = email_settings(settings, policy(named))
    assert told is not None
    assert (told.address, told.name) == ("support@example.com", "Dawnline")
    assert [(box.name, box.server.folder) for box in told.mailboxes] == [
        ("IMAP_URL", "INBOX"),
        ("IMAP_URL_SALES", "Sales"),
    ]
    assert told.authserv_ids == {"mx.example.com"}
    assert told.oauth is not None
    assert told.oauth.refresh_token is None
    assert settings.files_path == tmp_path / "mails"


def test_an_address_of_ours_must_be_known(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{SMTP}IMAP_URL=imaps://support:hunter2@mail.example.com")
    with pytest.raises(ConfigurationError, match=r"email\.address: is missing"):
        email_settings(load_settings(tmp_path, {}), policy())


def test_without_a_relay_there_is_no_e_mail(tmp_path: Path) -> None:
    assert email_settings(load_settings(tmp_path, {}), policy()) is None


def test_the_example_s_section_is_sound_once_its_marks_are_taken_away() -> None:
    example = (ROOT / "dawnline.example.toml").read_text("utf-8")
    section = example[example.index("# [email]") : example.index("# --- Who is paged")]
    plain = "\n".join(line.removeprefix("# ") for line in section.splitlines() if line.strip())
    given = tomllib.loads(plain)["email"]
    assert policy(plain).email.model_dump(include={*given}) is not None
    assert given.keys() == type(policy().email).model_fields.keys()
