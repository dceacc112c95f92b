"""Names of files, whatever they were: safe to show, to save under and to write into a header."""

import unicodedata

import pytest
from bot.filenames import LONGEST, LONGEST_ENCODED, NAMELESS, bare_name, safe_name
from hypothesis import given
from hypothesis import strategies as st

DEVICES = ["con", "NUL", "aux", "prn", "COM1", "lpt9", "com¹", "CONIN$"]
NAMES = st.one_of(
    st.text(max_size=400),
    st.text(st.sampled_from("a/\\.: \t\r\n\0\u202e\u200b\u3000<>|?*\"'%ñé中🎥"), max_size=400),
    st.tuples(st.sampled_from(DEVICES), st.sampled_from(["", ".", ".txt", " .txt", " "])).map("".join),
    st.text("é中🎥a.", min_size=190, max_size=300).map(lambda stem: f"{stem}.tar"),
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("C:\\Users\\李雷\\屏幕截图 2026-01-05.png", "屏幕截图 2026-01-05.png"),
        ("/", NAMELESS),
        ("", NAMELESS),
        ("..", NAMELESS),
        (" . . ", NAMELESS),
        (".bashrc", "bashrc"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2066b\u2069c\u200fd.txt", "abcd.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie_ x=1.txt"),
        ("nul\0l.txt", "null.txt"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("half\ud800.txt", "half.txt"),
        ("con", "_con"),
        ("CON.txt", "_CON.txt"),
        ("con .txt", "_con .txt"),
        ("a/Lpt1", "_Lpt1"),
        ("com¹.log", "_com¹.log"),
        ("console.log", "console.log"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("trailing. . .", "trailing"),
        ("a   b\u3000c.txt", "a b c.txt"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("视频黑屏日志（第1版）.log", "视频黑屏日志（第1版）.log"),
        ("动画🎬.mp4", "动画🎬.mp4"),
    ],
)
def test_a_name_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_long_names_keep_their_extension() -> None:
    assert safe_name("x" * 500 + ".pdf") == "x" * (LONGEST - 4) + ".pdf"
    assert safe_name("中" * 500 + ".pdf") == "中" * 78 + ".pdf"
    assert safe_name("🎥" * 60 + ".webm") == "🎥" * 58 + ".webm"
    assert safe_name("x" * 500 + "." + "y" * 50) == "x" * LONGEST


@given(NAMES)
def test_any_name(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= LONGEST
    assert len(safe.encode()) <= LONGEST_ENCODED
    assert {*safe}.isdisjoint('/\\<>:"|?*')
    assert {unicodedata.category(char) for char in safe}.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert {unicodedata.bidirectional(char) for char in safe}.isdisjoint(
        {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "B"}
    )
    assert safe == safe.strip(". ")
    assert safe.partition(".")[0].strip().lower() not in {each.lower() for each in DEVICES}
    assert safe_name(safe) == safe
    assert bare_name(name) in (safe, "")
