"""Transfer encodings, also where a piece of a large part ends in the middle of something."""

import base64
import binascii
import quopri
import random

import pytest
from adapters.email.mail import Limits
from adapters.email.reading.budget import Budget
from adapters.email.reading.transfer import PIECE, decoded_pieces
from hypothesis import given
from hypothesis import strategies as st

LARGE = random.Random(7).randbytes(2 * PIECE + 12_345)
WORDS = b"Caf\xc3\xa9 = 100 % of it, and then some more  \r\n" * 9_000


def decoded(raw: bytes, encoding: str) -> tuple[bytes, tuple[str, ...]]:
    budget = Budget.starting(Limits(), lambda: 0.0, len(raw))
    data = b"".join(decoded_pieces(raw, (0, len(raw)), encoding, budget))
    return data, tuple(budget.defects)


@pytest.mark.parametrize(
    ("raw", "encoding", "data"),
    [
        (base64.encodebytes(LARGE), "base64", LARGE),
        (base64.encodebytes(LARGE).replace(b"\n", b"\r\n"), "Base64", LARGE),
        (base64.b64encode(LARGE), " base64 ", LARGE),
        (b"".join(b"%c\n" % byte for byte in base64.b64encode(LARGE[:200_000])), "base64", LARGE[:200_000]),
        (quopri.encodestring(WORDS), "quoted-printable", WORDS),
        (b"".join(b"=%02X" % byte for byte in LARGE), "Quoted Printable", LARGE),
        (LARGE, "8bit", LARGE),
        (LARGE, "", LARGE),
    ],
    ids=["lines", "crlf", "one line", "a byte a line", "words", "escapes", "8bit", "none"],
)
def test_large_parts(raw: bytes, encoding: str, data: bytes) -> None:
    found, defects = decoded(raw, encoding)
    assert found == data
    assert defects == ()


def test_uuencode() -> None:
    lines = b"".join(binascii.b2a_uu(LARGE[at : at + 45]) for at in range(0, len(LARGE), 45))
    found, defects = decoded(
        b"begin 644 x\r\n" + lines.replace(b"\n", b"\r\n") + b"`\r\nend\r\n", "x-uuencode"
    )
    assert (found, defects) == (LARGE, ())


@pytest.mark.parametrize("line", [b"#86)C  ", b"#86)C", b"#86)C!!"])
def test_uuencoded_lines_of_programs_that_count_differently(line: bytes) -> None:
    assert decoded(line, "uuencode")[0] == b"abc"


@given(st.binary(max_size=300), st.binary(max_size=8), st.integers(0, 400))
def test_noise_never_stops_base64(data: bytes, noise: bytes, at: int) -> None:
    clean = base64.b64encode(data).rstrip(b"=")
    harmless = bytes(byte for byte in noise if byte < 43 or byte > 122)
    found, _ = decoded(clean[:at] + harmless + clean[at:], "base64")
    assert found == data


@given(st.binary(max_size=300))
def test_what_was_quoted_comes_back(data: bytes) -> None:
    assert decoded(b"".join(b"=%02x" % byte for byte in data), "quoted-printable") == (data, ())
