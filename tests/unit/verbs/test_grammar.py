"""Commands as people type them, half awake and on phones."""

from collections.abc import Mapping

import pytest
from bot.errors import Refused
from bot.verbs.grammar import (
    ALIASES,
    VERBS,
    in_a_letter,
    is_only_a_command,
    names_a_verb,
    nearly_names_a_verb,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st


def taken_apart(text: str) -> tuple[str, tuple[int, ...], Mapping[str, str], str]:
    said = parse(text)
    return said.verb.name, said.tickets, said.options, said.words


@pytest.mark.parametrize(
    ("text", "name", "tickets", "words"),
    [
        ("ack", "ack", (), ""),
        ("/ack T-12", "ack", (12,), ""),
        ("ACK t-12", "ack", (12,), ""),
        ("ack t12", "ack", (12,), ""),
        ("ack #12", "ack", (12,), ""),
        ("ack 12", "ack", (12,), ""),
        ("ack: T-12.", "ack", (12,), ""),
        ("ack\tT-12", "ack", (12,), ""),
        ("ack\nT-12", "ack", (12,), ""),
        ("ack　T－１２", "ack", (12,), ""),
        ("ack T–12", "ack", (12,), ""),
        ("ack T‑12，", "ack", (12,), ""),
        ("  resolve   T-12   rolled back  ", "resolve", (12,), "rolled back"),
        ("resolve T-12 first line\nsecond line", "resolve", (12,), "first line\nsecond line"),
        ("resolve rolled back", "resolve", (), "rolled back"),
        ("resolve 2 servers were replaced", "resolve", (), "2 servers were replaced"),
        ("note T-12 T-9 shows the same", "note", (12,), "T-9 shows the same"),
        ("note into the log", "note", (), "into the log"),
        ("wait T-12 the crash log, please", "wait", (12,), "the crash log, please"),
        ("priority T-12 P0", "priority", (12,), "P0"),
        ("merge T-2 into T-7", "merge", (2, 7), ""),
        ("merge T-2 T-7", "merge", (2, 7), ""),
        ("merge into T-7", "merge", (7,), ""),
        ("merge T-7", "merge", (7,), ""),
        ("merge T-2, T-7.", "merge", (2, 7), ""),
        ("take T-3", "ack", (3,), ""),
        ("done", "resolve", (), ""),
        ("prio p1", "priority", (), "p1"),
        ("ack T-9999999999999999", "ack", (9999999999999999,), ""),
    ],
)
def test_the_verb_the_tickets_and_the_words(
    text: str, name: str, tickets: tuple[int, ...], words: str
) -> None:
    assert taken_apart(text) == (name, tickets, {}, words)


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (
            'update T-12 eta=2h complexity=high need="SDK log" we found it',
            {"eta": "2h", "complexity": "high", "need": "SDK log"},
            "we found it",
        ),
        ("update T-12 we found it ETA=2h", {"eta": "2h"}, "we found it"),
        ("update T-12 need=“SDK log” x", {"need": "SDK log"}, "x"),
        ("update T-12 need=”SDK log“ x", {"need": "SDK log"}, "x"),
        ('update T-12 need=“SDK log" x', {"need": "SDK log"}, "x"),
        ("update T-12 need='SDK log' x", {"need": "SDK log"}, "x"),
        ("update T-12 need=‘SDK log’ x", {"need": "SDK log"}, "x"),
        ("update T-12 need=「SDK 日志」 已定位", {"need": "SDK 日志"}, "已定位"),
        ('update T-12 need="a customer\'s log" x', {"need": "a customer's log"}, "x"),
        ('update T-12 need="" x', {"need": ""}, "x"),
        ("update T-12 eta=2h, complexity=high; x", {"eta": "2h", "complexity": "high"}, "x"),
        ("update T-12 eta = 2h x", {"eta": "2h"}, "x"),
        ("update T-12 eta＝14:30 x", {"eta": "14:30"}, "x"),
        ('update T-12 plan="roll back\nthen patch" x', {"plan": "roll back\nthen patch"}, "x"),
        ("update T-12 beta=true is the cause", {}, "beta=true is the cause"),
        ("update T-12 see https://x.test/?eta=1", {}, "see https://x.test/?eta=1"),
        ("update T-12 eta=1h eta=2h x", {"eta": "2h"}, "x"),
    ],
)
def test_options(text: str, options: dict[str, str], words: str) -> None:
    name, tickets, found, left = taken_apart(text)
    assert (name, tickets, found) == ("update", (12,), options)
    assert " ".join(left.split()) == words


def test_a_verb_without_options_takes_everything_as_words() -> None:
    assert taken_apart("resolve T-12 set eta=2h back") == ("resolve", (12,), {}, "set eta=2h back")


@pytest.mark.parametrize("option", ["etta=2h", "complexty=high", "nede=log", 'need="SDK log'])
def test_a_mistyped_option_is_refused_with_how_it_is_written(option: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(f"update T-12 {option} we found it")
    assert refused.value.key == "bad_option"
    assert str(refused.value.words["option"]).startswith(option.partition(" ")[0])
    assert refused.value.words["usage"] == VERBS["update"].usage


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("akc T-1", "ack"),
        ("/acknowlege", "ack"),
        ("resolv T-1", "resolve"),
        ("tikets", "tickets"),
        ("udpate x", "update"),
        ("merg T-1 T-2", "merge"),
        ("on-call", "oncall"),
        ("xyzzy", ""),
        ("on it", ""),
        ("", ""),
        ("/", ""),
        ("谢谢", ""),
    ],
)
def test_a_near_miss_names_the_likely_command(typed: str, near: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(typed)
    assert (refused.value.key, refused.value.words["near"]) == ("unknown_verb", near)


@pytest.mark.parametrize("text", ["ack", "/Ack T-1", "ack!", "DONE", "help me"])
def test_the_first_word_names_a_verb(text: str) -> None:
    assert names_a_verb(text)


@pytest.mark.parametrize("text", ["acknowledged", "we ack", "", "video is black", "help-me"])
def test_the_first_word_names_none(text: str) -> None:
    assert not names_a_verb(text)


def test_only_a_short_text_is_a_near_miss() -> None:
    assert nearly_names_a_verb("akc T-1")
    assert not nearly_names_a_verb("resolving this will take us a while")
    assert not nearly_names_a_verb("")


@pytest.mark.parametrize("text", ["ack", "ack T-1", "/resolve #3", "help!", "merge T-1 into T-2"])
def test_only_a_command(text: str) -> None:
    assert is_only_a_command(text)


@pytest.mark.parametrize(
    "text", ["update on this, please", "help, video is black", "close to giving up", "video", "update eta=2h"]
)
def test_more_than_a_command(text: str) -> None:
    assert not is_only_a_command(text)


@pytest.mark.parametrize("name", [*VERBS, *ALIASES])
def test_every_name_is_understood_however_it_is_written(name: str) -> None:
    for written in (name, f"/{name}", name.upper(), f"{name}:", f"  {name}\n"):
        assert parse(written).verb is VERBS[ALIASES.get(name, name)]


def test_aliases_hide_no_verb_and_lead_to_one() -> None:
    assert not set(ALIASES) & set(VERBS)
    assert set(ALIASES.values()) <= set(VERBS)


WORDS = st.lists(
    st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="=＝"), min_size=1), max_size=5
)


@given(number=st.integers(0, 10**15 - 1), words=WORDS)
def test_what_is_written_behind_the_number_arrives_as_it_was(number: int, words: list[str]) -> None:
    text = " ".join(words)
    name, tickets, _, left = taken_apart(f"update T-{number} {text}")
    assert (name, tickets, left) == ("update", (number,), text)


@given(text=st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused(text: str) -> None:
    assert outcome(text) in {*VERBS, "unknown_verb", "bad_option"}


def outcome(text: str) -> str:
    try:
        return parse(text).verb.name
    except Refused as refused:
        return refused.key


@pytest.mark.parametrize(
    ("text", "number", "command"),
    [
        ("ack", 7, "ack T-7"),
        ("ACK\n\nOn my way.", 7, "ack T-7"),
        ("ack T-3", 7, "ack T-3"),
        ("ack", None, "ack"),
        ("update fixed in 4.2", 7, "update T-7 fixed in 4.2"),
        ("update T-3 fixed", 7, "update T-3 fixed"),
        ("update\nfixed\nin 4.2", 7, "update T-7 fixed\nin 4.2"),
        ("resolve rolled back\nand tested", 7, "resolve T-7 rolled back\nand tested"),
        ("oncall", 7, "oncall"),
        ("help", 7, "help"),
    ],
)
def test_a_command_that_begins_a_letter(text: str, number: int | None, command: str) -> None:
    assert in_a_letter(text, number) == command
