"""Whatever the bytes are: a mail comes out, in its time, and it can be written down."""

from adapters.email.mail import Limits
from adapters.email.reading import read_mail
from adapters.email.reading.budget import Budget
from adapters.email.reading.html_text import html_to_text
from adapters.email.reading.words import encoded_words
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.email.made import HEADER, corpus, hold

_CORPUS = [raw for raw in corpus() if len(raw) < 20_000]
_PIECES = [
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"References: ",
    b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/alternative; boundary=\"b",
    b"Content-Type: text/html; charset=utf-16", b"Content-Type: application/ms-tnef",
    b"Content-Transfer-Encoding: base64", b"Content-Type: message/rfc822",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Disposition: attachment; filename*0*=utf-8''%", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b" ",
    b"\t", b"--b\r\n", b"--b--\r\n", b"--", b"=?utf-8?B?", b"=?gb2312?Q?", b"?=", b"=", b"<", b">", b"@",
    b",", b";", b":", b"(", b")", b'"', b"\\", b"\0", b"\xff\xfe", b"\xc3", b"\x1b$B", b"<p>",
    b"<div hidden>", b"</div>", b"<!--", b"<a href=", b"&#x110000;", b"&#xd800;", b"begin 644 a\n",
    b"end\n", b"+2AA-", b"charset=utf-7", b"x\x9f\x3e\x22", b"name=..", b"{\\rtf1 ", b"a@b.example",
]  # fmt: skip
_TAGS = ["<p>", "</p>", "<br>", "<b", ">", "&lt;", "text", " ", "<td>", '"']
_SCRAPS = st.lists(st.sampled_from(_PIECES) | st.binary(max_size=8), max_size=60).map(b"".join)


@st.composite
def _mutations(draw: st.DrawFn) -> bytes:
    """A mail of the corpus: bytes changed, taken out, repeated, or with a stretch of another mail."""
    raw = draw(st.sampled_from(_CORPUS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 200)))
        other = draw(st.sampled_from(_CORPUS))
        instead = draw(
            st.sampled_from([b"", raw[start:end] * 2, other[start:end], raw[start:end].swapcase()])
            | st.binary(max_size=4)
        )
        raw = raw[:start] + instead + raw[end:]
    return raw


def _read_in_time(raw: bytes) -> None:
    mail = read_mail(raw)
    hold(raw, mail)
    assert not [defect for defect in mail.defects if "seconds" in defect or "not read (" in defect]


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    _read_in_time(raw)


@settings(max_examples=150)
@given(_SCRAPS, st.booleans())
def test_scraps_of_mails_are_a_mail(raw: bytes, has_header: bool) -> None:
    _read_in_time(HEADER + raw if has_header else raw)


@settings(max_examples=150)
@given(_mutations())
def test_broken_mails_are_mails(raw: bytes) -> None:
    _read_in_time(raw)


@given(st.sampled_from(_CORPUS), st.integers(0, 60))
def test_whenever_the_time_is_up_the_header_is_read(raw: bytes, looks: int) -> None:
    times = iter([0.0] * (looks + 1))
    mail = read_mail(raw, limits=Limits(seconds=1), seconds=lambda: next(times, 100.0))
    whole = read_mail(raw)
    assert (mail.message_id, mail.sender, mail.to, mail.date) == (
        whole.message_id,
        whole.sender,
        whole.to,
        whole.date,
    )
    late = any("took more than 1 seconds" in defect for defect in mail.defects)
    assert late or (mail.text, mail.attachments) == (whole.text, whole.attachments)


@given(st.binary(max_size=500), st.integers(1, 400))
def test_a_truncated_mail_reads_as_far_as_it_goes(tail: bytes, kept: int) -> None:
    raw = HEADER + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + b"words " * 100
    cut = read_mail(raw[: len(raw) - kept])
    assert cut.message_id == "<1@example.com>"
    assert ("words " * 100).startswith(cut.text)


@given(st.lists(st.sampled_from(_TAGS), max_size=40))
def test_html_leaves_no_tag_behind(pieces: list[str]) -> None:
    budget = Budget.starting(Limits(), lambda: 0.0, 1_000)
    assert "<p>" not in html_to_text("".join(pieces), budget).replace("&lt;", "")


@given(st.lists(st.sampled_from(["=?", "?=", "=?utf-8?Q?", "=?a?b?", "x", " "]), max_size=50))
def test_encoded_words_stand_in_order_and_apart(pieces: list[str]) -> None:
    value = "".join(pieces)
    places = [place for word in encoded_words(value) for place in (word.start, word.end)]
    assert places == sorted(places)
