"""Forms out of requests: what is read, what is refused, and that nothing is read beyond a limit."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from itertools import repeat

import pytest
from adapters.web.forms import FormRefused
from adapters.web.uploading import Form, Limits, read_form
from bot.errors import StoreError
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from tests.fakes.uploads import MemoryUploads
from tests.unit.web.forms import BOUNDARY, MULTIPART, URLENCODED, Sent, cut, file, form, part, text

LIMITS = Limits(fields=5, name=50, text=1_000, files=2, most=5_000, body=20_000, idle=5)
LONG = "视频黑屏 🎥" * 20
BODY = form(
    text("title", b"video is black"),
    text("body", "第一行\r\nline two".encode()),
    file("files", "日志.txt", b"\r\n--" + BOUNDARY[:-1] + b"\r\n-- not the end"),
    file("files", 'say "hi".png'.replace('"', "%22"), b"\x89PNG" * 700),
    file("files", "", b""),
)


async def read(
    body: bytes | Iterable[bytes], kind: str = MULTIPART, limits: Limits = LIMITS, *, whole: bool = True
) -> Form:
    chunks = [body] if isinstance(body, bytes) else body
    return await read_form(Sent(chunks, kind, whole=whole).request, MemoryUploads(), limits)


async def refused(
    body: bytes | Iterable[bytes], kind: str = MULTIPART, limits: Limits = LIMITS, *, whole: bool = True
) -> tuple[int, str]:
    with pytest.raises(FormRefused) as caught:
        await read(body, kind, limits, whole=whole)
    return caught.value.status, caught.value.key


async def test_texts_and_files() -> None:
    uploads = MemoryUploads()
    read = await read_form(Sent([BODY]).request, uploads, LIMITS)
    assert read.fields == {"title": "video is black", "body": "第一行\nline two"}
    assert list(read.files) == ["files"]
    assert [(each.name, each.size) for each in read.attachments] == [
        ("日志.txt", 27 + len(BOUNDARY) - 1 - 7),
        ("say _hi_.png", 2800),
    ]
    assert uploads.kept[read.attachments[0].id].startswith(b"\r\n--")


@given(st.integers(1, 200), st.integers(0, 60))
async def test_wherever_it_is_cut(size: int, more: int) -> None:
    whole = await read(BODY)
    assert await read(cut(BODY, size)) == whole
    assert await read([BODY[:more], *cut(BODY[more:], size)]) == whole


@given(st.dictionaries(st.text("abcäß中", min_size=1, max_size=8), st.binary(max_size=300), max_size=5))
async def test_every_file_comes_back(contents: dict[str, bytes]) -> None:
    uploads, sent = MemoryUploads(), {name: b"-" + content for name, content in contents.items()}
    body = form(*(file(name, name, content) for name, content in sent.items()))
    limits = replace(LIMITS, files=5)
    read = await read_form(Sent(cut(body, 97)).request, uploads, limits)
    assert {name: uploads.kept[each.id] for name, (each,) in read.files.items()} == sent


async def test_no_file_chosen_is_no_file() -> None:
    assert await read(form(file("files", "", b""))) == Form({}, {})
    assert await refused(form(file("files", "a.txt", b""))) == (422, "file_empty")
    assert (await read(form(file("files", "", b"x")))).attachments[0].name == "file"


async def test_an_empty_form() -> None:
    assert await read(form()) == Form({}, {})
    assert await read(b"", URLENCODED) == Form({}, {})
    assert await refused(b"") == (400, "form_cut_off")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"a=1&b=%E4%B8%AD%2B+x&c=&d", {"a": "1", "b": "中+ x", "c": "", "d": ""}),
        (b"&&a=1&&", {"a": "1"}),
        (b"a%5B%5D=x%3Dy=z", {"a[]": "x=y=z"}),
        (b"a=100%&b=%zz", {"a": "100%", "b": "%zz"}),
    ],
)
async def test_forms_in_one_line(body: bytes, fields: dict[str, str]) -> None:
    for size in (1, 2, 3, 100):
        assert await read(cut(body, size), URLENCODED) == Form(fields, {})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form(text("a", "黑屏".encode("gbk"), b"Content-Type: text/plain; charset=GBK\r\n")), MULTIPART),
        (form(text("_charset_", b"gb2312"), text("a", "黑屏".encode("gbk"))), MULTIPART),
        (form(text("a", "黑屏".encode("big5")), text("_charset_", b"Big5")), MULTIPART),
        (b"a=%BA%DA%C6%C1&_charset_=gbk", URLENCODED),
        (b"a=%BA%DA%C6%C1", f"{URLENCODED}; charset=gb18030"),
    ],
)
async def test_other_charsets(body: bytes, kind: str) -> None:
    assert (await read(body, kind)).fields == {"a": "黑屏"}


@pytest.mark.parametrize("charset", ["utf-7", "idna", "unicode_escape", "punycode", "rot13", "x" * 900])
async def test_what_is_no_charset(charset: str) -> None:
    body = form(text("_charset_", charset.encode()), text("a", b"x"))
    assert await refused(body) == (400, "form_text_unreadable")


async def test_nul_does_not_reach_the_store() -> None:
    assert (await read(form(text("a", b"x\0y")))).fields == {"a": "x\N{REPLACEMENT CHARACTER}y"}


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (form(text("a", b"\xff")), (400, "form_text_unreadable")),
        (form(text("a", b"1"), text("a", b"2")), (400, "form_field_twice")),
        (form(file("a", "x", b"1"), text("a", b"2")), (400, "form_field_twice")),
        (form(text("", b"1")), (400, "form_part_unnamed")),
        (form(part(b"form-data", b"1")), (400, "form_part_unnamed")),
        (form(part(b'attachment; name="a"', b"1")), (400, "form_malformed")),
        (form(part(b"", b"1")), (400, "form_malformed")),
        (form(part(b'form-data; name="\xff"', b"1")), (400, "form_malformed")),
        (
            form(text("a", b"eA==", b"Content-Transfer-Encoding: base64\r\n")),
            (400, "form_malformed"),
        ),
        (form(text("a", b"1", b'Content-Disposition: form-data; name="b"\r\n')), (400, "form_malformed")),
        (form(text("a", b"1", b"No colon\r\n")), (400, "form_malformed")),
        (form(text("a", b"1", b"X: y\r\n" * 20)), (400, "form_malformed")),
        (form(text("a", b"1", b"X: " + b"y" * 5_000 + b"\r\n")), (400, "form_malformed")),
        (b"--other\r\n", (400, "form_malformed")),
        (form(text("a", b"1")).replace(b"--\r\n", b"\r\n"), (400, "form_cut_off")),
        (form(text("a", b"1"))[:-6], (400, "form_cut_off")),
        (form(text("n" * 51, b"1")), (413, "form_name_too_long")),
        (form(text("a", b"x" * 1_001)), (413, "form_text_too_long")),
        (form(*(text(f"a{n}", b"") for n in range(6))), (413, "form_too_many_fields")),
        (form(*(file("a", f"{n}", b"x") for n in range(3))), (413, "form_too_many_files")),
        (form(*(file("a", "", b"") for n in range(8))), (413, "form_too_many_fields")),
        (form(file("a", "x", b"x" * 5_001)), (413, "file_too_large")),
    ],
)
async def test_what_is_wrong_with_a_form(body: bytes, answer: tuple[int, str]) -> None:
    assert await refused(body) == answer
    assert await refused(cut(body, 7)) == answer


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="a b "',
        f"multipart/form-data; boundary={'x' * 71}",
        "multipart/form-data; boundary=a\xff",
        'multipart/form-data; boundary="a@b"',
    ],
)
async def test_boundaries_that_cannot_be(kind: str) -> None:
    assert await refused(BODY, kind) == (400, "form_malformed")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "multipart/mixed; boundary=x", "ü"])
async def test_what_is_no_form(kind: str) -> None:
    assert await refused(BODY, kind) == (415, "form_unknown_type")


async def test_what_is_compressed_is_not_unpacked() -> None:
    sent = Sent([BODY], headers={"Content-Encoding": "gzip"})
    with pytest.raises(FormRefused) as caught:
        await read_form(sent.request, MemoryUploads(), LIMITS)
    assert (caught.value.status, sent.asked) == (415, 0)


@pytest.mark.parametrize("length", ["20001", "9" * 5_000])
async def test_too_long_by_its_own_word_is_not_read_at_all(length: str) -> None:
    sent = Sent([BODY], headers={"Content-Length": length})
    with pytest.raises(FormRefused) as caught:
        await read_form(sent.request, MemoryUploads(), LIMITS)
    assert (caught.value.status, caught.value.key, sent.asked) == (413, "form_too_large", 0)
    assert caught.value.words == {"most": "19.5 KiB"}


@pytest.mark.parametrize(
    ("start", "goes_on", "asked"),
    [
        (file("a", "x", b""), b"x" * 1_000, 6),
        (text("a", b""), b"x" * 500, 3),
        (b"--" + BOUNDARY + b"\r\nX:", b"y" * 1_000, 6),
        (b"\r\n", b"\r\n" * 500, 21),
        (text("a", b""), b"".join(text(f"b{n}", b"") for n in range(200)), 2),
        (form(), b"behind the end" * 100, 16),
    ],
)
async def test_what_never_ends_is_not_read_on(start: bytes, goes_on: bytes, asked: int) -> None:
    sent = Sent([start, *repeat(goes_on, 1_000)])
    with pytest.raises(FormRefused):
        await read_form(sent.request, MemoryUploads(), LIMITS)
    assert sent.asked == asked


async def test_blanks_behind_a_boundary_are_not_gone_through_for_ever() -> None:
    sent = Sent([text("a", b"") + b"--" + BOUNDARY, *repeat(b" " * 8_192, 1_000)])
    with pytest.raises(FormRefused) as caught:
        await read_form(sent.request, MemoryUploads(), replace(LIMITS, body=10_000_000))
    assert (caught.value.key, sent.asked) == ("form_malformed", 10)


async def test_a_long_form_in_one_line() -> None:
    body = b"a=" + b"x" * 1024 * 1024
    limits = replace(LIMITS, body=10_000_000, text=10_000_000)
    assert await refused(cut(body, 65_536), URLENCODED, limits) == (413, "form_too_large")
    assert await refused(b"&a" * 10_000, URLENCODED, limits) == (400, "form_field_twice")
    many = b"&".join(b"a%d" % n for n in range(10_000))
    assert await refused(many, URLENCODED, limits) == (413, "form_too_many_fields")


async def test_whoever_sends_is_gone() -> None:
    for end in (10, 200, len(BODY) - 3):
        assert await refused(BODY[:end], whole=False) == (400, "form_cut_off")


async def test_whoever_sends_says_nothing_more() -> None:
    async def never() -> dict[str, object]:
        await asyncio.Event().wait()
        return {}

    headers = [(b"content-type", MULTIPART.encode())]
    silent = Request({"type": "http", "method": "POST", "headers": headers}, never)
    with pytest.raises(FormRefused) as caught:
        await read_form(silent, MemoryUploads(), replace(LIMITS, idle=0.01))
    assert (caught.value.status, caught.value.key) == (408, "form_too_slow")


async def test_whoever_drips_is_given_up() -> None:
    """Each byte comes within `idle`, and all of them too slowly."""
    loop = asyncio.get_running_loop()

    async def drip() -> dict[str, object]:
        later: asyncio.Future[None] = loop.create_future()
        loop.call_later(0.02, later.set_result, None)
        await later
        return {"type": "http.request", "body": b"\n", "more_body": True}

    headers = [(b"content-type", MULTIPART.encode())]
    request = Request({"type": "http", "method": "POST", "headers": headers}, drip)
    with pytest.raises(FormRefused) as caught:
        async with asyncio.timeout(5):
            await read_form(request, MemoryUploads(), replace(LIMITS, idle=0.2, slowest=1_000))
    assert caught.value.key == "form_too_slow"


async def test_a_store_s_trouble_is_no_refusal() -> None:
    uploads = MemoryUploads(fault=StoreError("disk full"))
    with pytest.raises(StoreError, match="disk full"):
        await read_form(Sent([BODY]).request, uploads, LIMITS)
