"""A ticket's log in words."""

import ast
from datetime import timedelta
from typing import Any

import pytest
from bot.escalation.incident import SHOWN
from bot.messages.catalogue import LANGUAGES, Catalogue, Voice
from bot.tickets.ticket import Event
from bot.tickets.timeline import event_line

from tests.unit.messages.keys_in_code import calls
from tests.unit.tickets.builders import START

CATALOGUE = Catalogue.load()
NAMES = {"mei": "Mei Tanaka", "jun": "Jun Li"}


def line(kind: str, actor: str = "mei", language: str = "en", **data: Any) -> str:
    voice = Voice(CATALOGUE, language, "Europe/Berlin", START)
    return event_line(voice, Event(7, START, kind, actor, data), NAMES)


@pytest.mark.parametrize(
    ("kind", "actor", "data", "english", "chinese"),
    [
        (
            "opened",
            "Dana",
            {
                "priority": "P1",
                "reason": "triage.phrase",
                "words": {"phrase": "no sound", "priority": "P1"},
                "text": "no sound\nin room 42",
                "sent_at": START.isoformat(),
                "files": ["a.log", "b.png"],
            },
            "opened by Dana as P1 (the words “no sound”): “no sound in room 42” [a.log, b.png]",
            "Dana 提交，定为 P1（出现“no sound”）：“no sound in room 42” [a.log、b.png]",
        ),
        (
            "paged",
            "desk",
            {"round": 2, "people": ["mei", "left"]},
            "round 2: paged Mei Tanaka, left",
            "第 2 轮：已呼叫 Mei Tanaka、left",
        ),
        (
            "paged",
            "desk",
            {"round": 1, "people": []},
            "round 1: nobody could be paged",
            "第 1 轮：未能呼叫到任何人",
        ),
        (
            "step_skipped",
            "desk",
            {"targets": ["tier:lead", "senior.2"]},
            "nobody on call for every technical lead, senior engineer no. 2: skipped",
            "全体技术负责人、高级工程师第 2 位无人值班，已跳过",
        ),
        (
            "acknowledged",
            "mei",
            {"how": "command"},
            "acknowledged by Mei Tanaka, with /ack",
            "Mei Tanaka 接手（使用 /ack）",
        ),
        (
            "update",
            "mei",
            {"text": "found it", "eta": "2h", "need": "a log"},
            "Mei Tanaka updated the customer: “found it” eta=2h · need=a log",
            "Mei Tanaka 向客户更新：“found it” eta=2h · need=a log",
        ),
        (
            "update",
            "mei",
            {"text": "found it", "eta": (START + timedelta(hours=2)).isoformat()},
            "Mei Tanaka updated the customer: “found it” eta=13:00 UTC+1",
            "Mei Tanaka 向客户更新：“found it” eta=13:00 UTC+1",
        ),
        (
            "priority_changed",
            "desk",
            {"old": "P3", "new": "P0", "reason": "triage.engineer", "words": {"name": "Jun"}},
            "the desk changed the priority from P3 to P0 (set by Jun)",
            "系统 将优先级从 P3 改为 P0（由 Jun 设定）",
        ),
        (
            "customer_updated",
            "desk",
            {"next": (START + timedelta(minutes=3)).isoformat()},
            "the customer was told how things stand; next update by 11:03 UTC+1",
            "已向客户通报进展；下次更新不晚于 11:03 UTC+1",
        ),
        (
            "breached",
            "desk",
            {"clock": "response", "level": 100},
            "the response promise is broken",
            "“响应”承诺未兑现",
        ),
        ("resolved", "mei", {"text": ""}, "resolved by Mei Tanaka", "Mei Tanaka 已解决"),
        ("assigned", "mei", {"to": "jun"}, "Mei Tanaka gave it to Jun Li", "Mei Tanaka 指派给 Jun Li"),
        (
            "undeliverable",
            "desk",
            {"what": "page", "reason": "left"},
            "could not be delivered: a page (left)",
            "呼叫未能送达（left）",
        ),
    ],
)
def test_an_event_in_words(kind: str, actor: str, data: dict[str, Any], english: str, chinese: str) -> None:
    assert (line(kind, actor, "en", **data), line(kind, actor, "zh", **data)) == (english, chinese)


def test_a_kind_of_a_newer_desk_is_shown_by_its_name() -> None:
    assert line("teleported", where="elsewhere") == "teleported (Mei Tanaka)"


def test_facts_that_are_missing_leave_a_gap() -> None:
    assert line("opened", "Dana") == "opened by Dana as  (): “”"


def recorded() -> set[str]:
    """Every kind of event the code writes into a ticket's log."""
    kinds = [call.args[1] for _, call in calls("record") if len(call.args) > 2]
    return {
        leaf.value
        for kind in kinds
        for leaf in ast.walk(kind)
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_the_code_records_can_be_said(language: str) -> None:
    assert len(recorded()) >= 25
    for kind in recorded():
        assert CATALOGUE.has(f"event.{kind}")
        assert line(kind, language=language)


def test_what_a_room_shows_is_recorded_somewhere() -> None:
    assert recorded() >= SHOWN
