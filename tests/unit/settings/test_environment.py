"""The settings of `.env` and the environment: what each may be, which need each other, no secret shown."""

from pathlib import Path

import pytest
from bot.errors import ConfigurationError
from bot.settings import load_settings

from tests.unit.settings.desks import env_faults

SLACK = "SLACK_BOT_TOKEN=xoxb-1-abcdefgh\nSLACK_APP_TOKEN=xapp-1-abcdefgh\n"
TELEGRAM = "TELEGRAM_BOT_TOKEN=123456:AAE-secretpart_1\n"


def keys(found: list[str]) -> list[str]:
    return [each.split(": ")[1] for each in found]


def test_nothing_set_is_no_fault(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, {})
    assert (settings.port, settings.config, settings.database_url.get_secret_value()) == (
        8080,
        "dawnline.toml",
        "sqlite:///dawnline.db",
    )
    assert (settings.log_level, settings.log_format) == ("info", "text")
    assert settings.given == {
        *("PORT", "DAWNLINE_CONFIG", "DATABASE_URL", "DAWNLINE_FILES", "LOG_LEVEL", "LOG_FORMAT"),
        *("OIDC_NAME", "OIDC_SCOPE", "OIDC_TRUST_EMAIL", "WEB"),
    }
    assert settings.secrets() == ()


def test_both_sources_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{SLACK}PORT=9000\nPUBLIC_URL=https://old.example\nHOME=/nowhere\n")
    settings = load_settings(
        tmp_path, {"PORT": "9001", "PUBLIC_URL": " ", "LOG_LEVEL": "DEBUG", "PATH": "/bin"}
    )
    assert (settings.port, settings.public_url, settings.log_level) == (9001, None, "debug")
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-abcdefgh"


@pytest.mark.parametrize("port", ["1", "80", "65535"])
def test_ports(tmp_path: Path, port: str) -> None:
    assert load_settings(tmp_path, {"PORT": port}).port == int(port)


@pytest.mark.parametrize("name", ["SLACK_USER_TOKEN", "SLACK_TOKEN", "LOG_FILE", "IMAP_PORT", "OTHER"])
def test_another_program_s_settings_may_stand_in_env(tmp_path: Path, name: str) -> None:
    assert env_faults(tmp_path, f"{name}=1") == []


def test_relative_paths_start_where_env_lies(tmp_path: Path) -> None:
    near = load_settings(tmp_path, {"DAWNLINE_CONFIG": "desks/a.toml", "DATABASE_URL": "sqlite:///data/a.db"})
    assert (near.config_path, near.database_path) == (tmp_path / "desks/a.toml", tmp_path / "data/a.db")
    far = load_settings(tmp_path, {"DATABASE_URL": "sqlite:////var/lib/a.db"})
    assert far.database_path == Path("/var/lib/a.db")


def test_a_database_s_password_is_a_secret_however_it_is_written(tmp_path: Path) -> None:
    settings = load_settings(
        tmp_path, {"DATABASE_URL": "postgresql://desk:hunter%402@db:5433/desk?ssl=require"}
    )
    assert settings.database_path is None
    assert settings.database_name == "postgresql://db/desk"
    assert settings.secrets() == ("hunter%402", "hunter@2")
    assert "hunter" not in f"{settings!r} {settings.model_dump_json()}"


def test_what_env_holds_is_taken_as_it_is_written(tmp_path: Path) -> None:
    lines = [
        "\ufeff# a comment",
        'export SLACK_SIGNING_SECRET="a$HOME${b}" # why',
        "SLACK_BOT_TOKEN='xoxb-1'",
        "SLACK_APP_TOKEN=xapp-1",
    ]
    (tmp_path / ".env").write_bytes("\r\n".join(lines).encode())
    settings = load_settings(tmp_path, {})
    assert settings.secrets() == ("xoxb-1", "xapp-1", "a$HOME${b}")


def test_a_fault_says_which_source_it_is_in(tmp_path: Path) -> None:
    assert env_faults(tmp_path, "PORT=0", {"LOG_LEVEL": "loud"}) == [
        ".env: PORT: '0' is not allowed; it must be a number from 1 to 65535",
        "the environment: LOG_LEVEL: 'loud' is not allowed; "
        "it must be one of debug, info, warning, error, critical",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("PORT=65536", "PORT: '65536' is not allowed; it must be a number from 1 to 65535"),
        ("PORT=８０８０", "PORT: '８０８０' is not allowed; it must be a number from 1 to 65535"),
        ("LOG_LEVEL=inf", "did you mean 'info'?"),
        ("LOG_FORMAT=xml", "LOG_FORMAT: 'xml' is not allowed; it must be one of text, json"),
        ("DATABASE_URL=postgresql://desk:hunter2@/desk", "DATABASE_URL: names no host"),
        ("DATABASE_URL=postgresql://desk:hunter2@db", "DATABASE_URL: names no database"),
        ("DATABASE_URL=postgresql://desk:hunter2@db:port/desk", "DATABASE_URL: cannot be read"),
        ("DATABASE_URL=postgresql://desk:hunter2@db:0/desk", "DATABASE_URL: names port 0"),
        ("DATABASE_URL=mysql://desk:hunter2@db/desk", "DATABASE_URL: names no store that is known"),
        ("DATABASE_URL=sqlite://desk.db", "did you mean sqlite:///desk.db?"),
        ("DATABASE_URL=sqlite:///:memory:", "DATABASE_URL: names no file"),
        ("DATABASE_URL=sqlite:///", "DATABASE_URL: names no file"),
        (
            "PUBLIC_URL=http://desk.example.com\nWEB=off",
            "PUBLIC_URL: 'http://desk.example.com' is not encrypted",
        ),
        ("PUBLIC_URL=desk.example.com\nWEB=off", "PUBLIC_URL: 'desk.example.com' is no address"),
        ("PUBLIC_URL=https://\nWEB=off", "PUBLIC_URL: 'https://' is no address"),
        ("PUBLIC_URL=https://desk.example.com:99999\nWEB=off", "is no address"),
        ("PUBLIC_URL=https://desk.example.com:0\nWEB=off", "is no address"),
        ("PUBLIC_URL=https://[::1\nWEB=off", "is no address"),
        ("PUBLIC_URL=https://desk.example.com/?x=1\nWEB=off", "is no address"),
        ("PUBLIC_URL=https://desk:hunter2@example.com\nWEB=off", "PUBLIC_URL: names a user"),
        ("DAWNLINE_SLACK_API_URL=slack.com", "DAWNLINE_SLACK_API_URL: 'slack.com' is no address"),
        ("DAWNLINE_TELEGRAM_API_URL=ftp://x", "DAWNLINE_TELEGRAM_API_URL: 'ftp://x' is no address"),
        (
            "SLACK_BOT_TOKN=hunter2",
            "SLACK_BOT_TOKN: there is no such setting (line 1); did you mean SLACK_BOT_TOKEN?",
        ),
        ("SLACK_BT_TOKE=hunter2", "did you mean SLACK_BOT_TOKEN?"),
        (
            "DAWNLINE_CONFG=x",
            "DAWNLINE_CONFG: there is no such setting (line 1); did you mean DAWNLINE_CONFIG?",
        ),
        ("\n\nhunter2", "line 3: cannot be read; write NAME=value, and quotes in pairs"),
        ('PORT="hunter2', "line 1: cannot be read; write NAME=value, and quotes in pairs"),
        ("PORT=1\n\nPORT=2", "PORT: is set twice, on lines 1 and 3; keep one"),
        ("LOG_LEVEL=in\u200bfo", "LOG_LEVEL: holds a character that cannot be seen; type it in anew"),
    ],
)
def test_one_fault(tmp_path: Path, line: str, message: str) -> None:
    (found,) = env_faults(tmp_path, line)
    assert message in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"{SLACK}SLACK_SIGNING_SECRET=xoxb-hunter2", "SLACK_SIGNING_SECRET: is no signing secret"),
        (SLACK.replace("xoxb-1-abcdefgh", "xoxp-hunter2"), "SLACK_BOT_TOKEN: is a user token (xoxp-)"),
        (SLACK.replace("xoxb-1-abcdefgh", "hunter2"), "SLACK_BOT_TOKEN: is 7 characters"),
        (SLACK.replace("xapp-1-abcdefgh", "xoxb-hunter2"), "SLACK_APP_TOKEN: is a bot token (xoxb-)"),
        (SLACK.replace("xapp-1-abcdefgh", "xapp-1 hunter2"), "SLACK_APP_TOKEN: is 14 characters"),
        ("TELEGRAM_BOT_TOKEN=hunter2", "TELEGRAM_BOT_TOKEN: is not as @BotFather writes it"),
        ("TELEGRAM_WEBHOOK_SECRET=hunter2!", "it must be 1 to 256 of A-Z a-z 0-9 _ -"),
        (f"TELEGRAM_WEBHOOK_SECRET={'hunter2' * 40}", "it must be 1 to 256 of A-Z a-z 0-9 _ -"),
    ],
)
def test_a_secret_is_never_shown(tmp_path: Path, line: str, message: str) -> None:
    (found,) = env_faults(tmp_path, line)
    assert message in found
    assert "hunter2" not in found


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        (SLACK, []),
        (TELEGRAM, []),
        ("SLACK_BOT_TOKEN=xoxb-1", ["SLACK_APP_TOKEN"]),
        ("SLACK_APP_TOKEN=xapp-1", ["SLACK_BOT_TOKEN"]),
        ("SLACK_SIGNING_SECRET=abc", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"]),
        (f"{SLACK}PUBLIC_URL=https://desk.example.com\nWEB=off", ["SLACK_SIGNING_SECRET"]),
        (f"{TELEGRAM}PUBLIC_URL=https://desk.example.com\nWEB=off", ["TELEGRAM_WEBHOOK_SECRET"]),
        (f"{TELEGRAM}PUBLIC_URL=https://desk.example.com\nTELEGRAM_WEBHOOK_SECRET=a_b-C9\nWEB=off", []),
        ("PUBLIC_URL=https://desk.example.com\nWEB=off", []),
    ],
)
def test_a_channel_is_configured_wholly_or_not_at_all(tmp_path: Path, env: str, missing: list[str]) -> None:
    assert keys(env_faults(tmp_path, env)) == missing


PUBLIC = "PUBLIC_URL=https://desk.example.com\n"
OIDC = "OIDC_ISSUER=https://login.example.com\nOIDC_CLIENT_ID=desk\n"
SMTP = "SMTP_URL=smtp://desk:hunter2@mail.example.com\nIMAP_URL=imaps://desk:hunter2@mail.example.com\n"


@pytest.mark.parametrize(
    ("env", "fine"),
    [
        (PUBLIC, False),
        (f"{PUBLIC}WEB=on\n", False),
        (f"{PUBLIC}WEB=OFF\n", True),
        (f"{PUBLIC}{SMTP}{SLACK}SLACK_SIGNING_SECRET=abc\n", True),
        (f"{PUBLIC}{OIDC}", True),
        ("PUBLIC_URL=http://127.0.0.1:8080\n", False),
        ("", True),
    ],
)
def test_a_public_desk_lets_somebody_sign_in(tmp_path: Path, env: str, fine: bool) -> None:
    found = [each for each in env_faults(tmp_path, env) if each.startswith(".env: PUBLIC_URL")]
    assert [("nobody could sign in there" in each) for each in found] == ([] if fine else [True])


@pytest.mark.parametrize("said", ["yes", "no", "true", "0"])
def test_pages_are_on_or_off(tmp_path: Path, said: str) -> None:
    assert "it must be one of on, off" in str(env_faults(tmp_path, f"WEB={said}"))


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://desk.example.com", True),
        ("https://desk.example.com:8443/desk", True),
        ("https://desk.example.com:9000", False),
        ("http://127.0.0.1:9000", True),
        ("http://localhost:9000", True),
        ("http://[::1]:9000", True),
        ("http://128.0.0.1", False),
    ],
)
def test_where_telegram_can_call(tmp_path: Path, url: str, sound: bool) -> None:
    env = f"{TELEGRAM}PUBLIC_URL={url}\nTELEGRAM_WEBHOOK_SECRET=abc\nWEB=off"
    assert keys(env_faults(tmp_path, env)) == ([] if sound else ["PUBLIC_URL"])


def test_no_secret_in_a_repr_or_an_error(tmp_path: Path) -> None:
    env = f"{SLACK}{TELEGRAM}SLACK_SIGNING_SECRET=signing9\nTELEGRAM_WEBHOOK_SECRET=webhook9\n"
    (tmp_path / ".env").write_text(env)
    settings = load_settings(tmp_path, {})
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert set(settings.secrets()) == {
        *("xoxb-1-abcdefgh", "xapp-1-abcdefgh", "signing9", "webhook9"),
        *("123456:AAE-secretpart_1", "AAE-secretpart_1"),
    }
    assert [secret for secret in settings.secrets() if secret in shown] == []


def test_every_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    assert keys(env_faults(tmp_path, "what\nPORT=1\n= 3\nPORTT=2")) == ["line 1", "line 3", "PORTT"]


def test_loading_raises_every_fault(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path, {"PORT": "x", "LOG_FORMAT": "y"})
    assert [fault.key for fault in caught.value.faults] == ["PORT", "LOG_FORMAT"]


def test_an_env_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(tmp_path, {})


def test_an_env_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PORT=1\nLOG_LEVEL=\xff\n")
    with pytest.raises(ConfigurationError, match=r"\.env: line 2: is not UTF-8"):
        load_settings(tmp_path, {})
