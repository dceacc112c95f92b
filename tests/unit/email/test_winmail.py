"""winmail.dat, built here as [MS-OXTNEF] says."""

import struct

import pytest
from adapters.email.mail import Limits
from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.files import File, held
from adapters.email.reading.rtf import rtf_to_text, unpacked
from adapters.email.reading.tnef_files import Unpacked, read_tnef

SENT = b"{\\rtf1\\ansi The screen is black.\\par}"
GUID = b"\1" * 16


def attribute(number: int, data: bytes) -> bytes:
    return struct.pack("<BII", 1, number, len(data)) + data + b"\0\0"


def prop(kind: int, number: int, *values: bytes, name: bytes = b"") -> bytes:
    """One property; fixed values are written as they are, others with their lengths."""
    head = struct.pack("<HH", kind, number) + name
    if kind & 0xFFF in (0x0D, 0x1E, 0x1F, 0x102):
        sized = b"".join(struct.pack("<I", len(each)) + each + b"\0" * (-len(each) % 4) for each in values)
        return head + struct.pack("<I", len(values)) + sized
    count = struct.pack("<I", len(values)) if kind & 0x1000 else b""
    return head + count + b"".join(values)


def properties(*each: bytes) -> bytes:
    return struct.pack("<I", len(each)) + b"".join(each)


def read(*attributes: bytes, tail: bytes = b"") -> tuple[Unpacked, tuple[str, ...]]:
    data = struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes) + tail
    budget = Budget.starting(Limits(), lambda: 0.0, len(data))
    found = read_tnef(File("winmail.dat", "application/ms-tnef", held(data)), Charsets(budget), budget)
    return found, tuple(budget.defects)


def of_mail(*each: bytes) -> bytes:
    return attribute(0x00069003, properties(*each))


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([attribute(0x0002800C, b"Gr\xfc\xdfe\0")], "Grüße"),
        ([attribute(0x00069007, struct.pack("<I", 1251)), attribute(0x0002800C, b"\xc4\xe0\0")], "Да"),
        ([of_mail(prop(0x102, 0x1013, b"<p>Hi<br>there</p>"))], "Hi\nthere"),
        ([of_mail(prop(0x3, 0x3FDE, struct.pack("<I", 65001)),
                  prop(0x102, 0x1013, "<p>Grüße".encode()))], "Grüße"),
        ([of_mail(prop(0x1E, 0x1000, b"plain\0"), prop(0x102, 0x1013, b"<p>rich"))], "plain"),
        ([of_mail(prop(0x101E, 0x8001, b"a\0", b"bb\0", name=GUID + struct.pack("<II", 0, 5)),
                  prop(0x1E, 0x1000, b"behind\0"))], "behind"),
        ([of_mail(prop(0x3, 0x8002, b"1234", name=GUID + struct.pack("<II", 1, 6) + b"a\0b\0c\0\0\0"),
                  prop(0x1003, 0x8003, b"1234", b"5678", name=GUID + struct.pack("<II", 0, 7)),
                  prop(0x1E, 0x1000, b"behind\0"))], "behind"),
        ([], ""),
    ],
)  # fmt: skip
def test_text(parts: list[bytes], text: str) -> None:
    found, defects = read(*parts)
    assert (found.text, defects) == (text, ())


def test_files() -> None:
    begins = attribute(0x00069002, b"\1\0")
    embedded = prop(0x0D, 0x3701, GUID + b"inner")
    named = prop(0x1F, 0x3707, "ü.txt\0".encode("utf-16-le"))
    shown = prop(0x1E, 0x3712, b"<id@x>\0")
    found, _ = read(
        begins,
        attribute(0x0006800F, b"first"),
        begins,
        attribute(0x00069005, properties(named, shown, embedded)),
        begins,
    )
    files = [(file.name, b"".join(file.pieces()), file.content_id) for file in found.files]
    assert files == [(None, b"first", None), ("ü.txt", b"inner", "id@x")]


@pytest.mark.parametrize(
    "tail",
    [
        struct.pack("<BII", 1, 0x0002800C, 2**32 - 1) + b"x",
        of_mail(prop(0x99, 0x1000)),
        of_mail(struct.pack("<HHII", 0x1E, 0x1000, 1, 2**31)),
        attribute(0x00069003, b"\xff\xff\xff\xff"),
        attribute(0x00069003, b""),
    ],
)
def test_broken_ones_are_read_as_far_as_they_go(tail: bytes) -> None:
    found, defects = read(attribute(0x0002800C, b"words\0"), tail=tail)
    assert found.text == "words"
    assert defects == ("winmail.dat is broken: read as far as it goes",)


def test_it_is_not_one_at_all() -> None:
    budget = Budget.starting(Limits(), lambda: 0.0, 10)
    file = File("winmail.dat", "application/octet-stream", held(b"something else"))
    assert read_tnef(file, Charsets(budget), budget) == Unpacked("", ())


def test_packed_rich_text() -> None:
    """The example of [MS-OXRTFCP] 4.1: literals, and references into the dictionary and to themselves."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert unpacked(packed, 1_000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(packed, 10) == b"{\\rtf1\\ans"


@pytest.mark.parametrize("data", [b"", b"x" * 15, b"x" * 40, struct.pack("<IIII", 9, 9, 0x75465A4C, 0)])
def test_what_is_no_packed_rich_text(data: bytes) -> None:
    assert unpacked(data, 1_000) == b""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SENT, "The screen is black.\n"),
        (b"{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}a\\tab b\\line c\\~d}", "a\tb\nc\xa0d"),
        (b"{\\rtf1\\ansicpg1251 \\'c4\\'e0}", "Да"),
        (b"{\\rtf1\\ansicpg936 \\'bb\\'e1\\'d2\\'e9}", "会议"),
        (b"{\\rtf1\\uc2\\u20250 ab\\u-30285??c}", "会観c"),
        (b"{\\rtf1 \\{x\\}\\\\\\bullet}}}}", "{x}\\•"),
        (b"{\\rtf1{{{", ""),
        (b"\\u99999999999 x", ""),
    ],
)
def test_rich_text(source: bytes, text: str) -> None:
    budget = Budget.starting(Limits(), lambda: 0.0, len(source))
    assert rtf_to_text(source, "cp1252", Charsets(budget)).strip("\0").startswith(text)
