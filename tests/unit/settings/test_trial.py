"""People are let in without proof only while nothing at all is configured."""

from pathlib import Path
from typing import Any, get_args

import pytest
from bot.configuration.variables import VARIABLES
from bot.settings import _FIELDS, Settings
from pydantic import SecretStr

HARMLESS = {"WEB", "PORT", "LOG_LEVEL", "LOG_FORMAT", "DAWNLINE_CONFIG", "DAWNLINE_FILES"}
"""Settings that somebody changes who only tries the desk."""
FIELDS = {variable.name: key for key, variable in _FIELDS.items()}


def value(field: str) -> Any:
    if field == "oidc_trust_email":
        return "yes"
    secret = SecretStr in (annotation := Settings.model_fields[field].annotation, *get_args(annotation))
    return SecretStr("sqlite:///other.db") if secret else "https://x.example"


def test_nothing_is_a_trial(tmp_path: Path) -> None:
    assert Settings(directory=tmp_path).is_trial


@pytest.mark.parametrize("name", sorted({*VARIABLES} - HARMLESS))
def test_anything_ends_it(tmp_path: Path, name: str) -> None:
    assert not Settings(directory=tmp_path, **{FIELDS[name]: value(FIELDS[name])}).is_trial


def test_a_policy_of_one_s_own_ends_it(tmp_path: Path) -> None:
    (tmp_path / "dawnline.toml").write_text("")
    assert not Settings(directory=tmp_path).is_trial


def test_a_mailbox_of_one_s_own_ends_it(tmp_path: Path) -> None:
    assert not Settings(directory=tmp_path, mailboxes={"SALES": SecretStr("imaps://a@b")}).is_trial


@pytest.mark.parametrize("name", sorted(HARMLESS - {"PORT"}))
def test_whoever_tries_it_may_set_some_things(tmp_path: Path, name: str) -> None:
    assert Settings(directory=tmp_path, port=9000).is_trial
    changed: dict[str, Any] = {"WEB": "off", "LOG_LEVEL": "debug", "LOG_FORMAT": "json"}
    said: dict[str, Any] = {FIELDS[name]: changed.get(name, "elsewhere")}
    assert Settings(directory=tmp_path, **said).is_trial
