"""What a browser keeps for us, and where people are sent afterwards."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from adapters.web.guard import local_path
from adapters.web.openid.kept import fresh, read, written
from hypothesis import example, given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 2, 9, 0, 0, 123456, UTC)
SECRET = b"k" * 32


def test_it_comes_back_as_it_was() -> None:
    kept = fresh("/tickets/12?tab=notes#last", NOW)
    assert read(written(kept, SECRET), SECRET) == kept
    assert kept.back_to == "/tickets/12?tab=notes#last"
    assert kept.until == datetime(2026, 11, 2, 9, 10, tzinfo=UTC)


def test_everything_in_it_is_new_each_time() -> None:
    one, other = fresh("/", NOW), fresh("/", NOW)
    parts = {one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier}
    assert len(parts) == 6
    assert min(map(len, parts)) >= 43
    assert not any(part in repr(one) for part in parts)


def test_the_longest_fits_into_a_cookie() -> None:
    """RFC 6265 section 6.1: 4,096 bytes with its name and attributes."""
    assert len(written(fresh("/" + "a" * 999, NOW), SECRET)) < 2000
    assert local_path("/" + "a" * 1000) == "/"


@given(st.binary(max_size=60), st.integers(0, 400))
def test_what_was_changed_is_not_ours(noise: bytes, place: int) -> None:
    ours = written(fresh("/", NOW), SECRET)
    raw = base64.urlsafe_b64decode(ours + "=" * (-len(ours) % 4))
    changed = raw[:place] + noise + raw[place + len(noise) :]
    if changed != raw:
        assert read(base64.urlsafe_b64encode(changed).rstrip(b"=").decode(), SECRET) is None


@given(st.text())
@example("\ud800")
def test_nor_is_anything_else(text: str) -> None:
    assert read(text, SECRET) is None


def test_another_desk_s_is_not_ours() -> None:
    assert read(written(fresh("/", NOW), b"x" * 32), SECRET) is None


@pytest.mark.parametrize(
    "place",
    [
        "/",
        "/tickets/12",
        "/tickets?mine=1&q=a%20b",
        "/a//b",
        "/a:b@c",
        "/%2F%2Fevil.example",
        "/https://evil.example",
        "/#/x",
    ],
)
def test_a_path_of_our_own(place: str) -> None:
    assert local_path(place) == place


@pytest.mark.parametrize(
    "place",
    [
        "",
        "tickets",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\..\\b",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        " /tickets",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x00/evil.example",
        "/a b",
        "/tickets\n",
        "/tickets\r\nSet-Cookie: a=b",
        "/票",
        "/\u2028/",
        "@evil.example",
    ],
)
def test_anything_else_leads_home(place: str) -> None:
    assert local_path(place) == "/"
    assert fresh(place, NOW).back_to == "/"


def test_ten_minutes() -> None:
    assert fresh("/", NOW).until - NOW <= timedelta(minutes=10)
