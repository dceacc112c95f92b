"""Amounts of bytes in words. Pure rules."""

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")


def in_units(size: int) -> str:
    """ "25 MiB", the same in every language; rounded down to a tenth."""
    unit = min(max(size.bit_length() - 1, 0) // 10, len(_UNITS) - 1)
    tenths = size * 10 >> (10 * unit)
    return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} {_UNITS[unit]}"
