"""Every mail in tests/data/mail is read as the JSON beside it says.

A NAME.json holds the keys that matter for NAME.eml, as `dawnline mail parse --json` prints them; the others,
also of what is within, are not compared. These mails come to support@desk.example, which marks its
own mails and believes mx.desk.example.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from adapters.email.mail import Ours
from adapters.email.reading import read_mail
from bot.cli.mail_json import mail_json

MAILS = Path(__file__).parents[1] / "data" / "mail"
OURS = Ours(
    authserv_ids=frozenset({"mx.desk.example"}),
    addresses=frozenset({"support@desk.example"}),
    mark="dawnline-desk-1",
)
NAMES = sorted(path.stem for path in MAILS.glob("*.eml"))


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MAILS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def narrowed(read: Any, wanted: Any) -> Any:
    """`read` with no more keys than `wanted` has, at any depth."""
    if isinstance(read, dict) and isinstance(wanted, dict):
        return {key: narrowed(read[key], wanted[key]) for key in wanted}
    if isinstance(read, list) and isinstance(wanted, list) and len(read) == len(wanted):
        return [narrowed(*pair) for pair in zip(read, wanted, strict=True)]
    return read


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_read_as_expected(name: str) -> None:
    read = mail_json(read_mail((MAILS / f"{name}.eml").read_bytes(), OURS))
    wanted = expected(name)
    assert narrowed(read, wanted) == wanted


def test_every_mail_has_expectations_and_none_stands_alone() -> None:
    assert len(NAMES) >= 180
    assert {path.stem for path in MAILS.glob("*.json")} == set(NAMES)
    assert all(expected(name) for name in NAMES)
