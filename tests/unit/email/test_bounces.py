"""What is no bounce, and what bounces say of addresses. Whole ones are in tests/data/mail/bounce-*.eml."""

import pytest
from adapters.email.mail import FailedRecipient
from adapters.email.reading.bounces import ReportPart, read_bounce
from adapters.email.reading.headers import Headers
from adapters.email.reading.statuses import is_closed
from hypothesis import given, settings
from hypothesis import strategies as st

_A = "ann@customer.example"
_DAEMON = {
    "Return-Path": "<>",
    "From": "Mail Delivery System <MAILER-DAEMON@mx.example>",
    "Subject": "failure notice",
}
_PERSON = {"Return-Path": f"<{_A}>", "From": f"Ann <{_A}>", "Subject": "Re: failure notice"}
_NOTICE = f"Hi. This is the qmail-send program at mx.example.\n\n<{_A}>:\n550 5.1.1 User unknown\n"
_REPORT = f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {_A}\nAction: failed\nStatus: 5.1.1\n"


def _headers(fields: dict[str, str]) -> Headers:
    return Headers(tuple(fields.items()))


def _one(status: str, fields: dict[str, str] = _DAEMON) -> FailedRecipient:
    bounce = read_bounce(_headers(fields), [ReportPart("message/delivery-status", status)], "")
    assert bounce is not None
    (recipient,) = bounce.recipients
    return recipient


@pytest.mark.parametrize(
    "fields",
    [
        _PERSON,
        _PERSON | {"Subject": "Undelivered Mail Returned to Sender"},
        {"From": _A, "Subject": "Mail delivery failed"},
        {
            "Return-Path": "<postmaster@customer.example>",
            "From": "postmaster@customer.example",
            "Subject": "Your mails",
        },
        {"Return-Path": "<>", "From": _A, "Subject": "Automatic reply: Delivery failed"},
        {"Return-Path": "<>", "From": _A, "Subject": "Video is black"},
    ],
)
def test_people_and_their_absences_are_no_bounces(fields: dict[str, str]) -> None:
    assert read_bounce(_headers(fields), [], "") is None
    assert (
        fields["From"] != _A or "Return-Path" in fields or read_bounce(_headers(fields), [], _NOTICE) is None
    )


def test_a_person_who_forwards_a_report_is_no_bounce() -> None:
    parts = [
        ReportPart("message/delivery-status", _REPORT),
        ReportPart("message/rfc822", "Message-ID: <1@desk.example>"),
    ]
    assert read_bounce(_headers(_PERSON), parts, _NOTICE) is None
    assert read_bounce(_headers(_DAEMON), parts, _NOTICE) is not None


def test_a_read_receipt_is_no_bounce() -> None:
    receipt = ReportPart("message/disposition-notification", "Disposition: manual-action; deleted\n")
    assert read_bounce(_headers(_DAEMON), [receipt], _NOTICE) is None
    form = {"Content-Type": 'multipart/report; report-type="disposition-notification"'}
    assert read_bounce(_headers(form), [], "") is None


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    part = ReportPart("message/delivery-status", _REPORT.replace("failed", action))
    assert read_bounce(_headers(_DAEMON), [part], "") is None


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus"])
def test_feedback_of_another_kind_is_no_complaint(kind: str) -> None:
    form = {"Content-Type": "multipart/report; report-type=feedback-report"}
    part = ReportPart("message/feedback-report", f"Feedback-Type: {kind}\nOriginal-Rcpt-To: {_A}\n")
    assert read_bounce(_headers(form), [part], "") is None


def test_a_complaint_without_an_address_names_whom_the_mail_was_for() -> None:
    form = {"Content-Type": "multipart/report; report-type=feedback-report"}
    parts = [
        ReportPart("message/feedback-report", "Feedback-Type: abuse\n"),
        ReportPart("message/rfc822", f"To: {_A}\n\nx"),
    ]
    bounce = read_bounce(_headers(form), parts, "")
    assert bounce is not None
    assert bounce.complaint
    assert [each.address for each in bounce.recipients] == [_A]


def test_the_address_we_wrote_to_comes_before_the_one_it_was_forwarded_to() -> None:
    forwarded = (
        f"\nOriginal-Recipient: rfc822;{_A}\nFinal-Recipient: rfc822; x@elsewhere.example\nAction: failed\n"
    )
    assert _one(forwarded).address == _A


def test_a_report_is_read_however_it_is_folded_and_written() -> None:
    told = _one("FINAL-RECIPIENT : RFC822;<Ann@Customer.EXAMPLE>\nACTION:FAILED \nstatus:5.0.0 (undefined)\n"
                "Diagnostic-Code: smtp;\n 550 5.1.1\n\tno such user\n")  # fmt: skip
    assert told == FailedRecipient("Ann@customer.example", "failed", "5.1.1", "550 5.1.1 no such user", True)


def test_recipients_without_a_blank_line_between_are_told_apart() -> None:
    report = "".join(
        f"Final-Recipient: rfc822; {name}@c.example\nAction: failed\nStatus: 5.1.1\n" for name in "ab"
    )
    bounce = read_bounce(_headers(_DAEMON), [ReportPart("message/delivery-status", report)], "")
    assert bounce is not None
    assert [each.address for each in bounce.recipients] == ["a@c.example", "b@c.example"]


def test_a_report_without_recipients_leaves_it_to_the_words() -> None:
    bounce = read_bounce(
        _headers(_DAEMON), [ReportPart("message/delivery-status", "Reporting-MTA: dns; x\n")], _NOTICE
    )
    assert bounce is not None
    assert bounce.recipients[0].address == _A


def test_a_notice_about_several_recipients() -> None:
    said = "550 5.1.1 no such user\n\n<Ben@Customer.example>:\nRemote host said: 552 5.2.2 quota exceeded\n"
    bounce = read_bounce(_headers(_DAEMON), [], f"This is the qmail-send program.\n\n<{_A}>:\n{said}")
    assert bounce is not None
    assert [(each.address, each.status, each.permanent) for each in bounce.recipients] == [
        (_A, "5.1.1", True),
        ("Ben@customer.example", "5.2.2", False),
    ]


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("<support@customer.example>: no such user. Ask helpdesk@isp.example", "support@customer.example"),
        ("Nobody is there. Ask helpdesk@isp.example about it", None),
        ("Ask <postmaster@isp.example>. We could not reach ben@customer.example", "ben@customer.example"),
        ("We could not send it from support@desk.example to ben@customer.example.", "ben@customer.example"),
    ],
)
def test_who_is_not_a_recipient(words: str, address: str | None) -> None:
    bounce = read_bounce(
        _headers(_DAEMON | {"To": "support@desk.example"}), [], f"Failed to deliver.\n\n{words}\n"
    )
    assert bounce is not None
    assert [each.address for each in bounce.recipients] == [address]


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("Your message has been delayed. We will keep trying.", "delayed"),
        ("Warning: message still undelivered after 4 hours", "delayed"),
        ("邮件投递延迟，系统将继续尝试", "delayed"),
        ("There was a temporary problem. We have been trying for 5 days and have given up.", "failed"),
        ("Delivery was delayed and has permanently failed", "failed"),
        ("User unknown", "failed"),
    ],
)
def test_late_is_not_failed(words: str, action: str) -> None:
    bounce = read_bounce(_headers(_DAEMON), [], f"{words}\n\n<{_A}>: 452 4.2.2 try again\n")
    assert bounce is not None
    assert [(each.address, each.action, each.permanent) for each in bounce.recipients] == [
        (_A, action, False)
    ]


@pytest.mark.parametrize(
    ("copy", "fields", "expected"),
    [
        ("Message-ID: <1@desk.example>", {}, "<1@desk.example>"),
        (
            "From: x\nMessage-Id:\n <1@desk.example>\nTo: y",
            {"In-Reply-To": "<2@desk.example>"},
            "<1@desk.example>",
        ),
        ("", {"In-Reply-To": "<2@desk.example>"}, "<2@desk.example>"),
        ("", {"References": "<1@desk.example> <3@desk.example>"}, "<3@desk.example>"),
        ("", {}, None),
    ],
)
def test_which_mail_it_is_about(copy: str, fields: dict[str, str], expected: str | None) -> None:
    parts = [ReportPart("message/delivery-status", _REPORT), ReportPart("text/rfc822-headers", copy)]
    bounce = read_bounce(_headers(_DAEMON | fields), parts, "")
    assert bounce is not None
    assert bounce.original_message_id == expected


@pytest.mark.parametrize(
    ("status", "diagnostic", "closed"),
    [
        ("5.1.1", None, True),
        ("5.1.1", "550 5.1.1 mailbox full", False),
        ("5.1.2", "host unknown", True),
        ("5.1.10", None, True),
        ("5.1.8", "sender address rejected", False),
        ("5.2.1", "account disabled", True),
        ("5.2.2", "mailbox unavailable, over quota", False),
        ("5.3.4", "message too big", False),
        ("5.4.1", "recipient address rejected: Access denied", True),
        ("5.4.1", "no answer from host", False),
        ("5.4.7", "expired", False),
        ("5.7.1", "message refused, user unknown to our policy", False),
        ("5.0.0", "no such user", True),
        ("5.5.0", "Requested action not taken: mailbox unavailable", True),
        ("550", "<ann@customer.example>: User unknown", True),
        ("554", "refused", False),
        ("550", "收件人邮件地址不存在", True),
        (None, None, False),
        ("4.4.7", "does not exist", False),
    ],
)
def test_when_an_address_is_no_use(status: str | None, diagnostic: str | None, closed: bool) -> None:
    assert is_closed("failed", status, diagnostic) is closed
    assert not is_closed("delayed", status, diagnostic)


_PIECES = st.sampled_from(
    [_NOTICE, _REPORT, "Action: failed", "<>:", "@", "Message-ID: <", "550", "退信", "\n\n", ": "]
)
_TEXTS = st.lists(_PIECES | st.text(max_size=20), max_size=8).map("\n".join)
_KINDS = st.sampled_from(
    ["message/delivery-status", "message/feedback-report", "message/rfc822", "text/plain"]
)


@given(fields=st.dictionaries(st.sampled_from([*_DAEMON, "Content-Type", "X-Failed-Recipients"]), _TEXTS),
       parts=st.lists(st.builds(ReportPart, _KINDS, _TEXTS), max_size=4), text=_TEXTS)  # fmt: skip
@settings(max_examples=100)
def test_nothing_is_too_broken_to_be_read(fields: dict[str, str], parts: list[ReportPart], text: str) -> None:
    for headers in (_headers(fields), _headers(_DAEMON | fields), _headers(_DAEMON)):
        bounce = read_bounce(headers, parts, text)
        assert bounce is None or bounce.complaint or bounce.recipients
