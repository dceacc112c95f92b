"""What a Post looks like as a mail, read back by the standard library."""

from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from adapters.email.tokens import Bearer, Token
from bot.errors import ConfigurationError, Unreachable
from bot.outgoing import Button, Hand, Heading, Post

from tests.servers.strict import faults, read
from tests.unit.email.letters import CUSTOMER, NOW, TOKENS, heading, post, written

HUMAN_HEAD = {
    "Subject", "Message-ID", "From", "To", "Reply-To", "Date", "X-Loop", "MIME-Version", "Content-Type",
    "Content-Language",
}  # fmt: skip
MACHINE_HEAD = HUMAN_HEAD | {"Auto-Submitted", "X-Auto-Response-Suppress"}


def mail(message: Post, **own: object) -> EmailMessage:
    letter = written(message, **own)
    assert faults(letter.content, eight_bit=False, utf8=letter.international) == []
    return read(letter.content)


def plain(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def shown(message: EmailMessage) -> str:
    part = message.get_body(("html",))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


def test_the_head() -> None:
    head = mail(post())
    assert set(head.keys()) == MACHINE_HEAD
    assert head["From"] == "Dawnline <support@ops.test>"
    assert head["To"] == CUSTOMER
    assert head["Subject"] == "Re: video is black [T-7]"
    assert parsedate_to_datetime(head["Date"]) == NOW
    assert head["X-Loop"] == "support@ops.test"
    assert head["Content-Language"] == "en"
    assert head["Auto-Submitted"] == "auto-replied"


def test_a_human_hand_is_not_marked_as_a_machine() -> None:
    assert set(mail(post(heading=heading(hand=Hand.HUMAN))).keys()) == HUMAN_HEAD


def test_what_a_machine_made_says_so() -> None:
    head = mail(post(heading=heading(hand=Hand.GENERATED)))
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["X-Auto-Response-Suppress"] == "All"


def test_no_list_and_no_bulk() -> None:
    assert not {name.lower() for name in mail(post())} & {"list-id", "precedence", "list-unsubscribe"}


def test_the_same_key_is_the_same_mail() -> None:
    first, again = written(post()), written(post("We look at it. (This is late.)"))
    other = written(post(key="receipt:7:2"))
    assert first.message_id == again.message_id == mail(post())["Message-ID"]
    assert first.message_id != other.message_id
    assert TOKENS.read(first.message_id) == Token(Bearer.TICKET, 7)


@pytest.mark.parametrize(("page", "bearer"), [(False, Bearer.TICKET), (True, Bearer.PAGE)])
def test_an_answer_finds_its_ticket(page: bool, bearer: Bearer) -> None:
    letter = written(post(heading=heading(page=page)))
    reply_to = read(letter.content)["Reply-To"].addresses[0]
    assert TOKENS.read(reply_to.addr_spec) == Token(bearer, 7)
    assert TOKENS.read(letter.message_id) == Token(bearer, 7)
    assert TOKENS.read(letter.sender) == Token(Bearer.BOUNCE, 7)
    assert letter.sender.startswith("support+b7-")


@pytest.mark.parametrize(
    ("message", "own"),
    [
        (post(), {"plus_addressing": False}),
        (post(heading=heading(ticket=None)), {}),
        (post(), {"address": f"{'x' * 50}@ops.test"}),
    ],
)
def test_the_plain_address_where_no_token_can_be(message: Post, own: dict[str, object]) -> None:
    letter = written(message, **own)
    assert TOKENS.read(letter.sender) is None
    assert read(letter.content)["Reply-To"].addresses[0].addr_spec == letter.sender


def test_the_thread() -> None:
    head = mail(post(reply_to="<2@acme.test>", heading=heading(thread=("<1@acme.test>", "<2@acme.test>"))))
    assert head["In-Reply-To"] == "<2@acme.test>"
    assert head["References"].split() == ["<1@acme.test>", "<2@acme.test>"]


def test_a_long_thread_keeps_its_first_and_its_newest() -> None:
    ids = tuple(f"<{number}.{'x' * 150}@acme.test>" for number in range(100))
    head = mail(post(reply_to=ids[-1], heading=heading(thread=ids)))
    assert tuple(head["References"].split()) == (ids[0], *ids[-19:])


@pytest.mark.parametrize(
    "wrong", ["100", "<a b@c>", "<a@b>\r\nBcc: eve@evil.test", "<a@b> <c@d>", "<é@b>", "<@>", ""]
)
def test_what_is_no_message_id_is_left_out(wrong: str) -> None:
    assert set(mail(post(reply_to=wrong, heading=heading(thread=(wrong,)))).keys()) == MACHINE_HEAD


def test_without_a_heading_the_first_line_is_the_subject() -> None:
    head = mail(post("\n  P1 · video is black \nsecond line", heading=None))
    assert head["Subject"] == "P1 · video is black"
    assert head["Auto-Submitted"] == "auto-generated"
    assert "second" not in mail(post(f"{'x' * 500}\nsecond line", heading=None))["Subject"]


def test_without_any_words_the_subject_is_the_desk() -> None:
    assert mail(post("\r\n", heading=Heading("\n")))["Subject"] == "Dawnline"


def test_copies() -> None:
    copies = (
        "ana@acme.test",
        "ANA@acme.test",
        CUSTOMER,
        "support@ops.test",
        "not an address",
        "bo@bücher.example",
    )
    letter = written(post(heading=heading(copies=copies)))
    assert letter.copies == ("ana@acme.test", "bo@xn--bcher-kva.example")
    assert read(letter.content)["Cc"] == "ana@acme.test, bo@xn--bcher-kva.example"


def test_the_card_stands_below_the_words() -> None:
    facts = (("Ticket", "T-7"), ("Next update by", "10:30\n(CET)"))
    message = mail(post("Hello,\n\nwe look at it.\n", heading=heading(facts=facts)))
    assert plain(message) == "Hello,\n\nwe look at it.\n\nTicket: T-7\nNext update by: 10:30 (CET)\n"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert ">Next update by</th>" in shown(message)
    assert ">10:30 (CET)</td>" in shown(message)


def test_words_are_data() -> None:
    words = "<script>alert('x')</script> & \"<img src=http://evil.test/x>\""
    message = mail(post(words, heading=heading(subject=words, facts=((words, words),))))
    html = shown(message)
    assert "<script" not in html
    assert "<img" not in html
    assert html.count("&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;&lt;img") == 4
    assert plain(message).startswith(words)


def test_nothing_is_fetched_and_nothing_is_linked() -> None:
    html = shown(mail(post("see https://status.ops.test/ or http://x.test", heading=heading(page=True))))
    assert not any(word in html for word in ("src=", "href=", "url(", "@import", "<link", "background:#fff"))


def test_lines_and_spaces_stay() -> None:
    html = shown(mail(post("one\n  two  spaces\n\n\tnext")))
    nbsp = "\N{NO-BREAK SPACE}"
    assert f"one<br>\n{nbsp * 1} two{nbsp} spaces</p>" in html
    assert f"{nbsp * 3} next</p>" in html


def test_any_script_in_its_own_direction() -> None:
    html = shown(mail(post("שלום\n\n你好", heading=heading(language="zh"))))
    assert '<html lang="zh">' in html
    assert html.count('<p dir="auto"') == 2


def test_a_pages_buttons_are_mails() -> None:
    button = Button("Acknowledge", "ack T-7")
    subject = "P0 · T-7 · 100% & black?"
    letter = written(post(buttons=(button,), heading=heading(page=True, subject=subject)))
    html = shown(read(letter.content))
    link = html.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    parts = urlsplit(link)
    asked = parse_qs(parts.query)
    assert parts.scheme == "mailto"
    assert TOKENS.read(unquote(parts.path)) == Token(Bearer.PAGE, 7)
    assert "%2B" in parts.path
    assert asked == {
        "subject": [f"Re: {subject} [T-7]"], "body": ["ack T-7"], "In-Reply-To": [letter.message_id]
    }  # fmt: skip
    assert ">Acknowledge<" in html
    assert "Acknowledge" not in plain(read(letter.content))


def test_other_buttons_are_not_shown() -> None:
    assert "mailto:" not in shown(mail(post(buttons=(Button("Resolve", "resolve T-7"),))))


@pytest.mark.parametrize(
    "name", ['Ops, "the" Desk', "值班台", "Ops\r\nBcc: eve@evil.test", "=?utf-8?q?x?=", "", "x" * 300]
)
def test_the_desks_name(name: str) -> None:
    sender = mail(post(), name=name)["From"].addresses[0]
    assert sender.addr_spec == "support@ops.test"
    # The standard library reads a space between two encoded words of a name; RFC 2047 section 6.2 does not.
    assert sender.display_name.replace(" ", "") == "".join(name.split())


def test_addresses_beyond_ascii() -> None:
    domain_only, both = written(post(to="wei@例え.jp")), written(post(to="张伟@例え.jp"))
    assert (domain_only.to, domain_only.international) == ("wei@xn--r8jz45g.jp", False)
    assert (both.to, both.international) == ("张伟@xn--r8jz45g.jp", True)
    assert read(both.content)["To"] == "张伟@xn--r8jz45g.jp"


@pytest.mark.parametrize(
    "wrong",
    [
        "", "wei", "@acme.test", "wei@", "a b@acme.test", "wei@acme.test\r\nBcc: eve@evil.test", "a@b@c",
        "wei@-acme.test", "wei@acme.test.", "wei@a..test", "wei@☃.test", f"{'x' * 65}@acme.test",
        f"wei@{'x' * 64}.test", "we\u202ei@acme.test", "<wei@acme.test>", "wei@[10.0.0.1]",
        "wei,ana@acme.test", "=?utf-8?q?wei?=@acme.test",
    ],
)  # fmt: skip
def test_who_can_be_nobody(wrong: str) -> None:
    with pytest.raises(Unreachable, match="e-mail address"):
        written(post(to=wrong))


@pytest.mark.parametrize(
    "right", ['"a b"@acme.test', "a..b.@docomo.test", "o'hara+x@acme.test", "root@localhost"]
)
def test_odd_addresses_that_are_some(right: str) -> None:
    assert written(post(to=right)).to == right


def test_the_desks_own_address_must_be_one() -> None:
    with pytest.raises(ConfigurationError, match=r"email\.address"):
        written(post(), address="support@ops test")


def test_a_desk_with_an_international_domain() -> None:
    letter = written(post(), address="support@bücher.example")
    assert not letter.international
    assert letter.message_id.endswith("@xn--bcher-kva.example>")
    assert read(letter.content)["X-Loop"] == "support@bücher.example"
