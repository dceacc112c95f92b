"""Every mail in tests/data/mail is read as the JSON beside it says.

A NAME.json holds the keys that matter for NAME.eml, as `dawnline mail parse --json` prints them; the others
are not compared. The desk these mails come to believes mx.desk.example.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from adapters.email.mail import Ours
from adapters.email.reading import read_mail
from bot.cli.mail_json import mail_json

MAILS = Path(__file__).parents[1] / "data" / "mail"
OURS = Ours(authserv_ids=frozenset({"mx.desk.example"}))
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MAILS / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_read_as_expected(name: str) -> None:
    read = mail_json(read_mail((MAILS / f"{name}.eml").read_bytes(), OURS))
    wanted = expected(name)
    assert {key: read[key] for key in wanted} == wanted


def test_every_mail_has_expectations_and_none_stands_alone() -> None:
    assert len(NAMES) >= 60
    assert {path.stem for path in MAILS.glob("*.json")} == set(NAMES)
    assert all(expected(name) for name in NAMES)
