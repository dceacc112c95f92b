"""The new words of a mail are all the sender's words and nothing else, whatever program wrote around them."""

import pytest
from adapters.email.reading.newtext import new_text

from tests.unit.email.layouts import ATTRIBUTIONS, HEADERS, PROGRAMS, QUOTED, WORDS, marked


def _new(text: str) -> str:
    return new_text(text, is_reply=True)


def _words(language: str) -> str:
    return WORDS.get(language, WORDS["en"])


@pytest.mark.parametrize(("program", "language", "line"), ATTRIBUTIONS)
def test_words_above_a_marked_quote(program: str, language: str, line: str) -> None:
    words = _words(language)
    assert _new(f"{words}\n\n{line}\n\n{marked(QUOTED)}") == words
    assert _new(f"{words}\n{line}\n{marked(QUOTED)}\n") == words


@pytest.mark.parametrize(("program", "language", "line"), ATTRIBUTIONS)
def test_words_below_a_marked_quote(program: str, language: str, line: str) -> None:
    words = _words(language)
    assert _new(f"{line}\n{marked(QUOTED)}\n\n{words}\n") == words


@pytest.mark.parametrize(("program", "language", "line"), ATTRIBUTIONS)
def test_words_between_marked_quotes(program: str, language: str, line: str) -> None:
    mail = f"Hi\n\n{line}\n> Did you restart it?\n\nYes.\n\n> Which version is it?\n\n4.2\n"
    assert _new(mail) == "Hi\n\nYes.\n\n4.2"


@pytest.mark.parametrize(("program", "language", "line"), [each for each in ATTRIBUTIONS if "@" in each[2]])
def test_words_above_an_unmarked_quote(program: str, language: str, line: str) -> None:
    words = _words(language)
    assert program == "gnus" or _new(f"{words}\n\n{line}\n\n{QUOTED}") == words


@pytest.mark.parametrize(("program", "language", "lines"), HEADERS)
def test_words_above_a_quoted_header(program: str, language: str, lines: str) -> None:
    words = _words(language)
    assert _new(f"{words}\n\n{lines}\n\n{QUOTED}") == words
    assert _new(f"{words}\n{lines}\n{QUOTED}\n\n> older\n".replace("\n", "\r\n")) == words


@pytest.mark.parametrize(("language", "line"), PROGRAMS)
def test_a_programs_own_line(language: str, line: str) -> None:
    words = _words(language)
    assert _new(f"{words}\n\n{line}") == words
    assert (
        _new(f"{words}\n\n{line}\n\n> On May 4, 2026, at 10:22, Support <s@desk.example> wrote:\n> \n> Hi")
        == words
    )
    assert _new(f"{words}\n\n{line}\n{'_' * 32}\nFrom: Support <s@desk.example>\nSent: Monday\n\nHi") == words


KEPT = [
    "The console says:\n\n> npm start\n> app@1.0.0 start\n\nand then nothing happens.",
    "Log:\n> ERROR 500\n> ERROR 501",
    "I typed\n> show status\nand it printed nothing.",
    "On Monday it worked.\n\nOn Tuesday we wrote:\n\nsomething else.",
    "On 2026-05-04 at 10:22 the server wrote:\n\nERROR out of memory",
    "On the one hand it is slow, on the other hand it wrote: nothing",
    "From: Berlin\nTo: Munich\nDate: 2026-05-04 10:22\n\nThe journey is not in the app.",
    "This is the header of the mail that never arrived:\n\nFrom: ann@customer.example\n"
    "To: ben@other.example\nSubject: Hello\nDate: Mon, 4 May 2026 10:22:00 +0200\n\nWhy?",
    "Received: from mx.example (192.0.2.1)\nFrom: ann@customer.example\nTo: ben@other.example\n"
    "Subject: Hello\nMessage-ID: <1@customer.example>\n\nthis is what we got",
    "From: our office\nwe see nothing.",
    "The notification was\nsent from my account but never arrived",
    "It was sent from my iPhone app.\n\nSent from my desk, which is easier than a phone.",
    "First it is black\n--\nThen there is no sound",
    "First it is black.\n\n--\nThen there is no sound.",
    "I typed this and got nothing:\n> show status",
    "I typed this and got nothing\n> show status\n> show version",
    "The server wrote:\n\n> ERROR 500",
    "Steps\n-----\n1. open it\n2. wait\n-----\nThen it is black.",
    "-- first point\n-- second point",
    "This message is shown on the screen when we start it.",
    "Diese Nachricht ist nicht angekommen.",
    "Please reply above this line, it says. Where?",
    'The subject said "-----Original Message-----" and nothing else.',
]
"""Looks like a quote and is not, or not surely."""


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert _new(text) == text.strip("\n")


def test_nothing_but_quotes_is_nothing_new() -> None:
    assert _new(f"On Mon, 4 May 2026, 10:22 Support, <s@desk.example> wrote:\n{marked(QUOTED)}") == ""
    assert (
        _new(
            f"Sent from my iPhone\n\n> On May 4, 2026, at 10:22, S <s@desk.example> wrote:\n{marked(QUOTED)}"
        )
        == ""
    )
    assert _new("-- \nAnn Customer\n+49 30 123456") == ""
    assert _new("") == ""


def test_below_an_unmarked_quote_nobody_can_tell_so_all_is_kept() -> None:
    text = f"From: S <s@desk.example>\nSent: Monday 10:22\nTo: Ann\nSubject: Video\n\n{QUOTED}\n\nYes."
    assert _new(text) == text


@pytest.mark.parametrize(
    "words",
    [
        "See my answers below.",
        "answers inline",
        "Antworten unten im Text: siehe unten",
        "见下方红字",
        "Réponses ci-dessous",
    ],
)
def test_the_sender_says_that_answers_stand_in_the_quote(words: str) -> None:
    text = (
        f"{words}\n\nFrom: S <s@desk.example>\nSent: Monday 10:22\nSubject: Re: Video\n\nIs it better?\nNo."
    )
    assert _new(text) == text


def test_a_first_mail_and_what_it_forwards_is_kept() -> None:
    text = f"FYI\n\n---------- Forwarded message ---------\nFrom: B <b@x.example>\n\n> {QUOTED}\n-- \nAnn"
    assert new_text(f"\n \n{text}\n\n", is_reply=False) == text


SIGNATURES = [
    "-- \nAnn Customer\nCustomer Inc.",
    "--\nAnn Customer\n+49 30 123456",
    "-- \nAnn\n\nSent from my iPhone",
    "CONFIDENTIALITY NOTICE: This e-mail is intended only for the person to whom it is addressed.",
    "________________________________\nThis email and any attachments are confidential.\n\nIf it is not "
    "for you, delete it.",
    "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der Adressat sind, löschen Sie sie.",
    "Ce message et toutes les pièces jointes sont confidentiels et à l'attention de ses destinataires.",
    "Este mensaje y sus archivos adjuntos son confidenciales y van dirigidos a su destinatario.",
    "Esta mensagem e seus anexos são confidenciais e destinados apenas ao destinatário.",
    "Questo messaggio e i suoi allegati sono riservati e destinati al solo destinatario.",
    "Dit bericht en de bijlagen zijn vertrouwelijk en alleen bestemd voor de geadresseerde.",
    "Niniejsza wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
    "Это сообщение и вложения конфиденциальны и предназначены только адресату.",
    "本邮件及其附件含有保密信息，仅限于发送给上面地址中列出的个人或群组。禁止任何其他人使用。",
    "このメールには機密情報が含まれている可能性があります。受信者以外の方は削除してください。",
    "이 메일은 기밀 정보를 포함할 수 있으며 지정된 수신인만 이용할 수 있습니다. 삭제하여 주십시오.",
    "Detta meddelande är konfidentiellt och endast avsett för mottagaren.",
]


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize(
    "below", ["", f"\n\nOn Mon, 4 May 2026, 10:22 S, <s@desk.example> wrote:\n{marked(QUOTED)}"]
)
def test_signatures_and_disclaimers(signature: str, below: str) -> None:
    assert _new(f"Still black.\n\n{signature}{below}") == "Still black."
