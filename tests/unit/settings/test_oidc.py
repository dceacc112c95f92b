"""The settings of single sign-on: wholly or not at all, and no secret in any fault."""

from pathlib import Path

import pytest
from bot.bootstrap import openid_settings
from bot.settings import load_settings

from tests.unit.settings.desks import env_faults

GOOGLE = "OIDC_ISSUER=https://accounts.google.com\nOIDC_CLIENT_ID=desk.apps\nOIDC_CLIENT_SECRET=hunter2\n"
PUBLIC = "PUBLIC_URL=https://desk.example.com/\n"
NEAR = "OIDC_ISSUER=http://localhost:8081/realms/acme\nOIDC_CLIENT_ID=desk\n"


def keys(found: list[str]) -> list[str]:
    return [each.split(": ")[1] for each in found]


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        (f"{GOOGLE}{PUBLIC}", []),
        (GOOGLE, ["PUBLIC_URL"]),
        (NEAR, []),
        ("OIDC_ISSUER=http://[::1]:8081\nOIDC_CLIENT_ID=desk", []),
        (f"OIDC_ISSUER=https://id.example\n{PUBLIC}", ["OIDC_CLIENT_ID"]),
        (f"OIDC_CLIENT_ID=desk\n{PUBLIC}WEB=off", ["OIDC_ISSUER"]),
        ("OIDC_CLIENT_SECRET=hunter2", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "PUBLIC_URL"]),
        ("OIDC_NAME=Acme\nOIDC_SCOPE=openid\nOIDC_TRUST_EMAIL=yes", []),
    ],
)
def test_single_sign_on_is_configured_wholly_or_not_at_all(
    tmp_path: Path, env: str, missing: list[str]
) -> None:
    found = env_faults(tmp_path, env)
    assert keys(found) == missing
    assert all("single sign-on is half configured" in each for each in found)
    assert "hunter2" not in "".join(found)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("OIDC_ISSUER=http://id.example.com", "is not encrypted"),
        ("OIDC_ISSUER=id.example.com", "is no address"),
        ("OIDC_ISSUER=https://id.example.com?x=1", "is no address"),
        ("OIDC_ISSUER=https://id.example.com#x", "is no address"),
        ("OIDC_ISSUER=https://u:hunter2@id.example.com", "names a user"),
        ("OIDC_CLIENT_ID=a b", "has a space"),
        ("OIDC_CLIENT_SECRET=hunter2 hunter2", "has a space"),
        (f"OIDC_NAME={'x' * 41}", "OIDC_NAME: is 41 characters; a button has room for 40"),
        ("OIDC_SCOPE=email profile", "OIDC_SCOPE: 'email profile' is not allowed"),
        ("OIDC_SCOPE=openid  email", "it must be names with single spaces between, openid among them"),
        ("OIDC_SCOPE=openid e\\mail", "OIDC_SCOPE: "),
        ("OIDC_SCOPE=openid,email", "OIDC_SCOPE: "),
        ("OIDC_TRUST_EMAIL=true", "OIDC_TRUST_EMAIL: 'true' is not allowed; it must be one of yes, no"),
    ],
)
def test_one_fault(tmp_path: Path, line: str, message: str) -> None:
    """Where a later line says it too, it is the value that counts."""
    rest = {each.partition("=")[0]: each for each in f"{GOOGLE}{PUBLIC}".splitlines()}
    (found,) = env_faults(tmp_path, "\n".join({**rest, line.partition("=")[0]: line}.values()))
    assert message in found
    assert "hunter2" not in found


def test_what_is_made_of_them(tmp_path: Path) -> None:
    more = "OIDC_NAME=Acme\nOIDC_SCOPE=openid email\nOIDC_TRUST_EMAIL=Yes\n"
    (tmp_path / ".env").write_text(f"{GOOGLE}{PUBLIC}{more}")
    settings = load_settings(tmp_path, {})
    made = openid_settings(settings, b"k" * 32)
    assert made is not None
    assert (made.issuer, made.client_id, made.client_secret) == (
        "https://accounts.google.com",
        "desk.apps",
        "hunter2",
    )
    assert made.redirect_uri == "https://desk.example.com/sign-in/openid"
    assert (made.name, made.scope, made.trust_email, made.secret) == (
        "Acme",
        "openid email",
        True,
        b"k" * 32,
    )
    assert "hunter2" not in f"{made!r} {settings!r} {settings.model_dump_json()}"
    assert settings.secrets() == ("hunter2",)


def test_the_least_there_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{NEAR}PORT=9000\n")
    made = openid_settings(load_settings(tmp_path, {}))
    assert made is not None
    assert (made.redirect_uri, made.client_secret) == ("http://127.0.0.1:9000/sign-in/openid", None)
    assert (made.name, made.scope, made.trust_email) == ("single sign-on", "openid email profile", False)


def test_none(tmp_path: Path) -> None:
    assert openid_settings(load_settings(tmp_path, {})) is None
