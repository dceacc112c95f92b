"""Instants, durations and lists as a reader reads them."""

from datetime import UTC, datetime, timedelta

import pytest
from bot.messages.catalogue import Catalogue, Voice
from bot.messages.targets import say_targets

CATALOGUE = Catalogue.load()
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def voice(language: str = "en", zone: str = "UTC", now: datetime = NOON) -> Voice:
    return Voice(CATALOGUE, language, zone, now)


@pytest.mark.parametrize(
    ("language", "zone", "at", "read"),
    [
        ("en", "UTC", NOON, "12:00 UTC"),
        ("en", "Europe/Berlin", NOON, "13:00 UTC+1"),
        ("en", "Asia/Kolkata", NOON, "17:30 UTC+5:30"),
        ("en", "America/St_Johns", NOON, "08:30 UTC-3:30"),
        ("en", "Asia/Shanghai", NOON + timedelta(hours=5), "3 Mar 01:00 UTC+8"),
        ("en", "UTC", NOON + timedelta(days=300), "27 Dec 12:00 UTC"),
        ("en", "UTC", NOON + timedelta(days=301), "28 Dec 2026 12:00 UTC"),
        ("en", "UTC", NOON - timedelta(days=366), "1 Mar 2025 12:00 UTC"),
        ("zh", "UTC", NOON - timedelta(days=366), "2025 年 3 月 1 日 12:00 UTC"),
        ("zh", "Asia/Shanghai", NOON, "20:00 UTC+8"),
        ("zh", "Asia/Shanghai", NOON + timedelta(hours=5), "3 月 3 日 01:00 UTC+8"),
        # Berlin's clocks go forward at 02:00 on 29 March.
        ("en", "Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 Mar 03:00 UTC+2"),
    ],
)
def test_an_instant(language: str, zone: str, at: datetime, read: str) -> None:
    assert voice(language, zone).instant(at) == read


@pytest.mark.parametrize(
    ("span", "english", "chinese"),
    [
        (timedelta(0), "0 s", "0 秒"),
        (timedelta(seconds=-5), "0 s", "0 秒"),
        (timedelta(seconds=59, milliseconds=999), "59 s", "59 秒"),
        (timedelta(seconds=60), "1 min", "1 分钟"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 分钟"),
        (timedelta(hours=1), "1 h", "1 小时"),
        (timedelta(hours=2, minutes=5), "2 h 5 min", "2 小时 5 分钟"),
        (timedelta(days=1), "1 d", "1 天"),
        (timedelta(days=2, hours=3, minutes=59), "2 d 3 h", "2 天 3 小时"),
        (timedelta(days=2, minutes=59), "2 d", "2 天"),
    ],
)
def test_a_duration(span: timedelta, english: str, chinese: str) -> None:
    assert (voice("en").duration(span), voice("zh").duration(span)) == (english, chinese)


def test_a_list() -> None:
    assert voice("en").listed(["a", "b"]) == "a, b"
    assert voice("zh").listed(["甲", "乙"]) == "甲、乙"


def test_a_language_nobody_translated_reads_english() -> None:
    assert voice("fr").say("state.open") == "open"


def test_a_key_that_exists_nowhere_is_a_bug() -> None:
    with pytest.raises(KeyError):
        voice().say("card.nonsense")


def test_customer_words_are_data() -> None:
    assert voice().say("page.title", title="{ticket} <!channel>") == "“{ticket} <!channel>”"


@pytest.mark.parametrize(
    ("target", "english", "chinese"),
    [
        ("architect", "architect", "架构师"),
        ("senior.2", "senior engineer no. 2", "高级工程师第 2 位"),
        ("tier:lead", "every technical lead", "全体技术负责人"),
        ("engineer:mei", "mei", "mei"),
        ("tam", "the customer's account manager", "客户的技术客户经理"),
        ("awake", "everybody awake", "所有醒着的人"),
        ("everyone", "everybody", "所有人"),
        ("dba", "dba", "dba"),
        ("dba.2", "dba no. 2", "dba第 2 位"),
    ],
)
def test_whom_a_step_means(target: str, english: str, chinese: str) -> None:
    assert say_targets(voice("en"), [target]) == english
    assert say_targets(voice("zh"), [target]) == chinese
