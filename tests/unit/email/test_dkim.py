"""A mail's own signature, with a key made for this test (tests/data/dkim)."""

from pathlib import Path

import dkim  # type: ignore[import-untyped]
import pytest
from adapters.email.reading.dkim import Lookup, check_dkim

DATA = Path(__file__).parents[2] / "data" / "dkim"
KEY = (DATA / "signing_key.pem").read_bytes()
RECORD = b"v=DKIM1; k=rsa; p=" + (DATA / "public_key.txt").read_bytes().strip()
BODY = b"The video is black.\r\n"
FIELDS = b"To: support@desk.example\r\nSubject: Video\r\nDate: Mon, 2 Mar 2026 09:15:00 +0100\r\n\r\n"


def mail(sender: str = "jane@example.com") -> bytes:
    return f"From: Jane <{sender}>\r\n".encode() + FIELDS + BODY


def signed(raw: bytes, domain: bytes = b"example.com", *, length: bool = False) -> bytes:
    """`length`: only the body as it is now is signed (l=), not what comes behind it."""
    signature: bytes = dkim.sign(raw, b"s1", domain, KEY, length=length)
    return signature + raw


def answering(record: bytes | None = RECORD, domain: str = "example.com") -> Lookup:
    records = {f"s1._domainkey.{domain}": record}
    return records.get


def test_a_signature_of_the_senders_domain_holds() -> None:
    assert check_dkim(signed(mail()), "jane@example.com", answering())


def test_a_subdomain_may_sign() -> None:
    raw = signed(mail(), b"mail.example.com")
    assert check_dkim(raw, "jane@example.com", answering(domain="mail.example.com"))


def test_another_domains_signature_proves_nothing() -> None:
    raw = signed(mail(), b"esp.example")
    assert not check_dkim(raw, "jane@example.com", answering(domain="esp.example"))


def test_one_of_several_is_enough() -> None:
    raw = signed(signed(mail()), b"esp.example")
    assert check_dkim(raw, "jane@example.com", answering())


@pytest.mark.parametrize(
    "raw",
    [
        signed(mail()).replace(b"black", b"white"),
        signed(mail()).replace(b"Jane", b"Joe"),
        b"From: Evil <evil@evil.example>\r\n" + signed(mail()),
        signed(mail(), length=True),
        signed(mail(), length=True) + b"And click here.\r\n",
        mail(),
        b"",
        b"\xff\xfe\r\n\r\n",
        b" \r\nDKIM-Signature: x\r\n\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=:::; b=x; bh=x\r\nFrom: a@b\r\n\r\n",
        signed(mail()).replace(b"v=1", b"v=2"),
    ],
)
def test_what_proves_nothing(raw: bytes) -> None:
    assert not check_dkim(raw, "jane@example.com", answering())


@pytest.mark.parametrize(
    "record", [None, b"", b"v=DKIM1; p=", b"v=DKIM1; k=rsa; p=AAAA", b"\xff", RECORD + b" " * 5_000]
)
def test_keys_that_are_none(record: bytes | None) -> None:
    assert not check_dkim(signed(mail()), "jane@example.com", answering(record))


@pytest.mark.parametrize("sender", ["", "jane", "jane@", "jane@example.org"])
def test_senders_without_that_domain(sender: str) -> None:
    assert not check_dkim(signed(mail()), sender, answering())


@pytest.mark.parametrize(
    "raw",
    [
        signed(mail()) + b" " * 2_000 + b"\r\n",
        b"".join(b"X-%d: y\r\n" % number for number in range(2_000)) + signed(mail()),
        b"DKIM-Signature: h=" + b":" * 10_000 + b"\r\n" + signed(mail()),
    ],
    ids=["blanks", "fields", "signature"],
)
def test_mails_made_to_take_long_are_not_looked_at(raw: bytes) -> None:
    asked: list[str] = []

    def lookup(name: str) -> bytes:
        asked.append(name)
        return RECORD

    assert not check_dkim(raw, "jane@example.com", lookup)
    assert asked == []
