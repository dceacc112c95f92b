"""`dawnline ledger`: every inbound item with what became of it, and why."""

import pytest

from tests.integration.cli.terminal import Terminal

ALL = ("--since", "2026-03-01")


def test_every_item_oldest_first_with_the_reason(desk: Terminal) -> None:
    said = desk.ask("ledger", *ALL)
    assert (said.code, said.err) == (0, "")
    rows = [line for line in said.out.splitlines() if line.strip().startswith("2026-")]
    assert [row.split()[5] for row in rows[:2]] == ["chatter", "opened"]
    assert "wholly greeting" in rows[0]
    assert "Good morning" in rows[0]
    assert "T-1" in rows[1]


def test_json_accounts_for_everything_that_came_in(desk: Terminal) -> None:
    found = desk.ask("ledger", *ALL, "--json").json
    assert [(each["outcome"], each["ticket"]) for each in found if each["outcome"] != "command"] == [
        ("chatter", None),
        ("opened", "T-1"),
        ("opened", "T-2"),
        ("opened", "T-3"),
    ]
    assert all(each["reason"] for each in found)
    assert found[0]["received_at"] == "2026-03-02T10:00:00Z"
    assert set(found[0]) == {
        "received_at",
        "sent_at",
        "channel",
        "conversation",
        "event_key",
        "message_id",
        "author",
        "outcome",
        "reason",
        "ticket",
        "text",
    }


def test_one_conversation(desk: Terminal) -> None:
    found = desk.ask("ledger", *ALL, "--conversation", "telegram:-1007", "--json").json
    assert [(each["conversation"], each["ticket"]) for each in found] == [("-1007", "T-2")]


def test_the_newest_when_there_are_too_many(desk: Terminal) -> None:
    said = desk.ask("ledger", *ALL, "--limit", "1")
    assert "Our stream has echo" in said.out
    assert "The newest 1; --limit shows more" in said.out


def test_nothing_lately(desk: Terminal) -> None:
    said = desk.ask("ledger", "--since", "1h")
    assert (said.code, said.out) == (0, "Nothing came in.\n")
    assert desk.ask("ledger", "--since", "1h", "--json").json == []


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--since", "yesterday"), "write 24h, 7d or a time"),
        (("--since", "2026-02-30"), "there is no such time"),
        (("--conversation", "C0ACME0001"), "write slack:C012AB3CD"),
        (("--limit", "0"), "--limit"),
    ],
)
def test_wrong_words(desk: Terminal, words: tuple[str, ...], hint: str) -> None:
    said = desk.ask("ledger", *words)
    assert said.code == 2
    assert hint in " ".join(said.err.split())
