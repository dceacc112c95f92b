"""Whatever anybody writes: the mail is a proper one, says the same, and has no line that was not meant."""

from html.parser import HTMLParser

from bot.errors import Unreachable
from bot.inbound import Address
from bot.outgoing import Button, Hand, Heading, Post
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.strict import faults, read
from tests.unit.email.letters import post, written
from tests.unit.email.test_letter import HUMAN_HEAD, MACHINE_HEAD, plain, shown

EVIL = st.sampled_from(
    [
        "\r\nBcc: eve@evil.test", "\n\nbody", "\r", "\0", "\x1b", "\u2028", "\x85", "\ud800", "\u202e", " ",
        "=?utf-8?B?eA==?=", "=?", ",", ";", "<", ">", '"', "\\", "(", "é", "值班台", "🔥", "\t", "x" * 1200,
        ".\r\n", "\n.\n", "From ", "--", "-- \n", "&amp;", "</p>", "<br>", "<b>", "{}", "{0}", "%s",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(EVIL, st.text(max_size=20)), max_size=6).map("".join)
HEADINGS = st.builds(
    Heading,
    subject=TEXT,
    ticket=st.none() | st.integers(1, 10**12 - 1),
    page=st.booleans(),
    hand=st.sampled_from(Hand),
    facts=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
    thread=st.lists(TEXT, max_size=3).map(tuple),
    copies=st.lists(TEXT | TEXT.map(lambda text: f"{text}@acme.test"), max_size=3).map(tuple),
    language=TEXT | st.sampled_from(["en", "zh", "pt-BR"]),
)
POSTS = st.builds(
    Post,
    key=TEXT.map(lambda text: text.encode(errors="replace").decode()),
    at=st.just(Address("email", "wei@acme.test")),
    text=TEXT,
    reply_to=st.none() | TEXT,
    buttons=st.lists(st.builds(Button, label=TEXT, verb=st.just("ack T-7")), max_size=2).map(tuple),
    heading=st.none() | HEADINGS,
)
UNSAYABLE = {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"}


class Seen(HTMLParser):
    """What a browser would show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def one_line(text: str) -> str:
    said = "".join(
        " " if letter in UNSAYABLE or "\ud800" <= letter <= "\udfff" else letter for letter in text
    )
    return " ".join(said.split())


@given(POSTS, TEXT)
def test_any_mail_is_a_proper_one(message: Post, name: str) -> None:
    letter = written(message, name=name)
    assert faults(letter.content, eight_bit=False, utf8=letter.international) == []
    hand = message.heading.hand if message.heading else Hand.GENERATED
    optional = {"Cc", "In-Reply-To", "References"}
    assert set(read(letter.content).keys()) - optional == (HUMAN_HEAD if hand is Hand.HUMAN else MACHINE_HEAD)


@given(TEXT.filter(one_line))
def test_any_subject_reads_back(subject: str) -> None:
    letter = written(post(heading=Heading(subject, 7)))
    assert read(letter.content)["Subject"] == one_line(subject)


@given(TEXT)
def test_any_words_read_back(text: str) -> None:
    message = read(written(post(text)).content)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
    meant = "".join(letter for letter in lines if letter in "\t\n\u2028\u2029" or letter not in UNSAYABLE)
    assert plain(message) == f"{meant.rstrip()}\n"
    seen = Seen()
    seen.feed(shown(message).partition("</head>")[2])
    assert seen.tags <= {"body", "table", "tr", "td", "th", "p", "br", "html"}
    assert "".join(seen.words).split() == meant.split()


@given(st.one_of(TEXT, TEXT.map(lambda text: f"{text}@acme.test"), st.emails()))
def test_any_recipient_is_refused_or_written_as_one(to: str) -> None:
    try:
        letter = written(post(to=to))
    except Unreachable:
        return
    (address,) = read(letter.content)["To"].addresses
    # The library takes quotation marks off, where it can and where it should not.
    assert address.addr_spec == letter.to or letter.to.startswith('"')
