"""`dawnline mail parse`."""

from pathlib import Path

import pytest

from tests.integration.cli.terminal import Terminal

CORPUS = Path(__file__).parents[2] / "data" / "mail"
KEYS = {
    "message_id", "in_reply_to", "references", "date", "from", "reply_to", "to", "cc", "subject", "text",
    "new_text", "language", "attachments", "kind", "automatic", "bounce", "authentication", "defects",
}  # fmt: skip


@pytest.fixture
def anywhere(fresh: Terminal) -> Terminal:
    """A place without any configuration."""
    (fresh.directory / "dawnline.toml").unlink()
    return fresh


def letter(name: str) -> str:
    return str(CORPUS / f"{name}.eml")


def test_json_has_every_key_also_of_an_empty_mail(anywhere: Terminal) -> None:
    for name in ("header-empty", "structure-related-inline-picture"):
        said = anywhere.run("mail", "parse", letter(name), "--json")
        assert said.code == 0
        assert set(said.json) >= KEYS
    assert set(said.json["attachments"][0]) == {"filename", "content_type", "size", "sha256", "inline"}


def test_what_is_not_there_is_null_or_empty(anywhere: Terminal) -> None:
    found = anywhere.run("mail", "parse", letter("header-empty"), "--json").json
    single = ("message_id", "in_reply_to", "date", "from", "subject", "language", "automatic", "bounce")
    assert {found[key] for key in single} == {None}
    assert [found[key] for key in ("references", "reply_to", "to", "cc", "attachments")] == [[]] * 5


def test_for_people(anywhere: Terminal) -> None:
    said = anywhere.run("mail", "parse", letter("attach-name-turned-round"))
    assert said.code == 0
    assert "from:           Jane Doe <jane@example.com>" in said.out
    assert "attachment:     invoicefdp.exe (application/pdf, 69 bytes)" in said.out
    assert "defect:         a file name that turned the direction of writing" in said.out
    assert said.out.rstrip().endswith("words")


def test_control_characters_do_not_reach_the_terminal(anywhere: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "x.eml"
    file.write_bytes(b"From: a@x.example\r\nSubject: \xc2\x9b2J\xe2\x80\xae\r\n\r\n\x1b[2J\xc2\x9b2J")
    out = anywhere.run("mail", "parse", str(file)).out
    assert not set(out) & set("\x1b\x9b\u202e")


def test_trusted_servers(anywhere: Terminal) -> None:
    words = ("mail", "parse", letter("auth-dmarc-pass"), "--json")
    assert anywhere.run(*words).json["authentication"]["aligned"] is None
    trusting = anywhere.run(*words, "--trust", "other.example", "--trust", "MX.desk.example").json
    assert trusting["authentication"] == {"spf": "pass", "dkim": "pass", "dmarc": "pass", "aligned": True}
    assert "From is proven" in anywhere.run(*words[:3], "--trust", "mx.desk.example").out


def test_standard_input(anywhere: Terminal) -> None:
    said = anywhere.run("mail", "parse", "-", "--json", typed=b"Subject: from a pipe\n\nwords\n")
    assert (said.code, said.json["subject"], said.json["text"]) == (0, "from a pipe", "words")


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff" * 5_000, b"\r\n" * 100, bytes(range(256)) * 20])
def test_any_bytes_at_all(anywhere: Terminal, raw: bytes) -> None:
    for words in (("mail", "parse", "-"), ("mail", "parse", "-", "--json")):
        assert anywhere.run(*words, typed=raw).code == 0


def test_a_bounce_for_people(anywhere: Terminal) -> None:
    report = (
        b"From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\n\r\nIt was not delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; joe@x.example\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n--b--\r\n"
    )
    said = anywhere.run("mail", "parse", "-", typed=report)
    assert "not delivered:  joe@x.example · failed · 5.1.1 · 550 no such user" in said.out


@pytest.mark.parametrize("words", [("nowhere.eml",), (".",), (), ("a.eml", "b.eml"), ("a.eml", "--trust")])
def test_wrong_use(anywhere: Terminal, words: tuple[str, ...]) -> None:
    said = anywhere.run("mail", "parse", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err
