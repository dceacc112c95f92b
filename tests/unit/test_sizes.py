"""Amounts of bytes in words."""

import pytest
from bot.sizes import in_units


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1_500, "1.4 KiB"),
        (65_536, "64 KiB"),
        (1024 * 1024 - 1, "1023.9 KiB"),
        (25 * 1024 * 1024, "25 MiB"),
        (26 * 1024 * 1024 + 600_000, "26.5 MiB"),
        (2**31, "2 GiB"),
        (2**60, "1048576 TiB"),
    ],
)
def test_in_units(size: int, words: str) -> None:
    assert in_units(size) == words
