"""The language of a text in thirteen languages, and None when nobody can tell."""

import pytest
from adapters.email.reading.language import language_of

from tests.unit.email.layouts import WORDS

_LOG = (
    "2026-05-04 10:22:01 ERROR could not connect to the server because it is not there\n"
    "    at com.example.video.Main.start(Main.java:42)\n"
    "ERROR: the connection was closed by the peer and will not be opened again\n"
    "https://desk.example/this/is/the/address/of/it\n"
)


@pytest.mark.parametrize(("language", "text"), WORDS.items())
def test_the_language_of_a_text(language: str, text: str) -> None:
    assert language_of(text) == language
    assert language_of(text * 500) == language


@pytest.mark.parametrize(("language", "text"), WORDS.items())
def test_logs_do_not_fool_it(language: str, text: str) -> None:
    assert language_of(f"{text}\n\n{_LOG}{_LOG}") == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It does not work since yesterday.", "en"),
        ("I am 王小明, it does not work for us", "en"),
        ("昨天开始视频黑屏，请帮忙看一下 error 500", "zh"),
        ("視訊從昨天開始沒有畫面，請協助處理", "zh"),
        ("Tack, det fungerar nu", "sv"),
        ("Все работает, спасибо", "ru"),
        ("Es geht wieder, vielen Dank für die Hilfe!", "de"),
    ],
)
def test_short_and_mixed_texts(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "?",
        "Danke",
        "你好",
        "12345 67890",
        _LOG,
        "{'a': 1, 'b': [2, 3]}",
        "Відео чорне з вчорашнього дня, допоможіть будь ласка",
        "Videoen er sort siden i går, kan I hjælpe os?",
        "Video dünden beri siyah, lütfen yardım edin",
        "Привіт, у нас не працює відео, на екрані нічого не видно, як нам бути до вечора?",
        f"{WORDS['en']} {WORDS['de']} {WORDS['fr']} {WORDS['nl']}" * 3,
        "a" * 5000,
        "\x00\ufffd" * 5000,
    ],
)
def test_too_little_to_say(text: str) -> None:
    assert language_of(text) is None
