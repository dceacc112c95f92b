"""From a mail as it was read to the core's own words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from adapters.email.inbound import Arrival, Translator, fingerprint
from adapters.email.mail import (
    AttachedFile,
    Automatic,
    Bounce,
    Correspondent,
    FailedRecipient,
    Kind,
    Mail,
)
from adapters.email.settings import EmailSettings
from adapters.email.tokens import Bearer, Token, Tokens, plus
from bot.configuration.mail_urls import MailServer, Tls
from bot.inbound import Formal, MessagePosted, Nature, Undelivered

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SETTINGS = EmailSettings("support@ops.example", "Ops", b"secret", MailServer("localhost", 25, Tls.OFF))
TOKENS = Tokens(b"secret")
DANA = Correspondent("Dana", "Dana@acme.example")
MAIL = Mail(
    message_id="<1@acme.example>",
    date=NOW - timedelta(minutes=1),
    sender=DANA,
    senders=(DANA,),
    to=(Correspondent(None, "support@ops.example"),),
    subject="Down",
    text="It is down.",
    new_text="It is down.",
)


def item(mail: Mail, **arrival: object) -> MessagePosted:
    came = replace(Arrival("IMAP_URL", NOW, "kept"), **arrival)  # type: ignore[arg-type]
    return Translator(SETTINGS, TOKENS).item(mail, came)


def formal(mail: Mail, **arrival: object) -> Formal:
    found = item(mail, **arrival).formal
    assert found is not None
    return found


def test_a_first_mail() -> None:
    posted = item(MAIL, verified=True)
    assert (posted.at.channel, posted.at.conversation) == ("email", "dana@acme.example")
    assert (posted.author.id, posted.author.name, posted.author.verified) == (
        "dana@acme.example",
        "Dana",
        True,
    )
    assert (posted.message_id, posted.words) == ("<1@acme.example>", "Down\nIt is down.")
    assert (posted.sent_at, posted.private) == (MAIL.date, True)
    assert posted.formal == Formal(subject="Down", mailbox="IMAP_URL", kept="kept")


OUR_ID = TOKENS.message_id("k", Token(Bearer.TICKET, 42), "ops.example")
OUR_ADDRESS = plus("support@ops.example", TOKENS.written(Token(Bearer.TICKET, 42)))


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, in_reply_to=OUR_ID),
        replace(MAIL, references=("<a@b>", OUR_ID)),
        replace(MAIL, cc=(Correspondent(None, OUR_ADDRESS),)),
        replace(MAIL, delivered_to=(OUR_ADDRESS,)),
    ],
)
def test_a_token_wherever_it_stands(mail: Mail) -> None:
    assert (formal(mail).token, formal(mail).to_page) == (42, False)


def test_the_envelope_and_a_page() -> None:
    page = plus("support@ops.example", TOKENS.written(Token(Bearer.PAGE, 7)))
    assert (formal(MAIL, envelope=(page,)).token, formal(MAIL, envelope=(page,)).to_page) == (7, True)


def test_somebody_elses_token_is_none() -> None:
    forged = Tokens(b"other").message_id("k", Token(Bearer.TICKET, 42), "ops.example")
    assert formal(replace(MAIL, in_reply_to=forged)).token is None


@pytest.mark.parametrize(
    ("subject", "number"),
    [("Re: Down [T-1042]", 1042), ("T-1042", None), ("[T-0]", None), ("[T-12] [T-13]", 12), (None, None)],
)
def test_the_number_in_the_subject(subject: str | None, number: int | None) -> None:
    assert formal(replace(MAIL, subject=subject)).quoted == number


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        (NOW - timedelta(days=2), NOW - timedelta(days=2)),  # it was long on its way
        (NOW - timedelta(days=8), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
        (NOW + timedelta(minutes=5), NOW),  # nothing is sent after it came
        (NOW + timedelta(days=400), NOW),
        (None, NOW),
    ],
)
def test_a_clock_that_is_wrong(date: datetime | None, sent_at: datetime) -> None:
    assert item(replace(MAIL, date=date)).sent_at == sent_at


@pytest.mark.parametrize(
    ("wanted", "verified", "to"),
    [
        ("ops@acme.example", False, "ops@acme.example"),
        ("ops@elsewhere.example", False, "dana@acme.example"),
        ("ops@elsewhere.example", True, "ops@elsewhere.example"),
    ],
)
def test_where_answers_go(wanted: str, verified: bool, to: str) -> None:
    mail = replace(MAIL, reply_to=(Correspondent(None, wanted),))
    assert item(mail, verified=verified).at.conversation == to


def test_a_form_that_writes_under_our_own_address() -> None:
    ours = Correspondent("Website", "support@ops.example")
    mail = replace(MAIL, sender=ours, senders=(ours,), reply_to=(DANA,))
    posted = item(mail, verified=True)
    assert (posted.author.id, posted.author.verified) == ("dana@acme.example", False)
    assert posted.at.conversation == "dana@acme.example"


def test_who_reads_along() -> None:
    mail = replace(
        MAIL,
        to=(*MAIL.to, Correspondent(None, "Finn@acme.example")),
        cc=(DANA, Correspondent(None, "support+x@ops.example"), Correspondent("Nobody", None)),
    )
    assert formal(mail).copies == ("finn@acme.example",)
    assert not item(mail).private


def test_a_mail_without_an_id_has_the_same_name_every_time() -> None:
    bare = replace(MAIL, message_id=None)
    assert item(bare).message_id == item(bare).message_id
    assert item(bare).message_id != item(replace(bare, text="other")).message_id


def test_one_mail_through_two_mailboxes_and_two_mails_with_one_id() -> None:
    moved = replace(MAIL, text="It  is\ndown.", delivered_to=("sales@ops.example",))
    assert fingerprint(moved) == fingerprint(MAIL)
    file = AttachedFile("a.log", "text/plain", 1, "00", inline=False)
    others = (replace(MAIL, text="It is up."), replace(MAIL, attachments=(file,)), replace(MAIL, subject="x"))
    assert len({fingerprint(MAIL), *map(fingerprint, others)}) == 4


@pytest.mark.parametrize(
    ("kind", "automatic", "nature"),
    [
        (Kind.PERSON, None, Nature.PERSON),
        (Kind.AUTO_REPLY, Automatic.REPLIED, Nature.REPLIED),
        (Kind.AUTO_REPLY, Automatic.GENERATED, Nature.GENERATED),
        (Kind.LIST, None, Nature.LIST),
        (Kind.LOOP, None, Nature.LOOP),
        (Kind.BOUNCE, None, Nature.BOUNCE),
    ],
)
def test_who_wrote_it(kind: Kind, automatic: Automatic | None, nature: Nature) -> None:
    assert formal(replace(MAIL, kind=kind, automatic=automatic)).nature is nature


def test_our_own_mail_that_comes_back_is_a_loop() -> None:
    found = formal(replace(MAIL, message_id=OUR_ID))
    assert (found.nature, found.token) == (Nature.LOOP, 42)


def test_a_bounce_is_tied_to_what_it_is_about() -> None:
    failed = FailedRecipient("Dana@acme.example", "failed", "5.1.1", "no such user", permanent=True)
    late = FailedRecipient(None, "delayed", "4.4.1", None, permanent=False)
    found = formal(replace(MAIL, kind=Kind.BOUNCE, bounce=Bounce((failed, late), OUR_ID)))
    assert (found.token, found.about) == (42, OUR_ID)
    assert found.undelivered == (
        Undelivered("dana@acme.example", "5.1.1 no such user", permanent=True),
        Undelivered("", "4.4.1", late=True),
    )


def test_nobody_wrote_it() -> None:
    posted = item(replace(MAIL, sender=None, senders=()), verified=True)
    assert (posted.author.id, posted.author.verified, posted.at.conversation) == ("", False, "")
