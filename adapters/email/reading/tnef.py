"""The attributes of a winmail.dat (Microsoft's [MS-OXTNEF]) and the properties within them ([MS-OXCDATA]).

Only what is needed to get text and files out. Lengths come from the sender: each is held against what is
there. Integers are little-endian.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = 0x223E9F78
_HEADER = 6
"""Bytes: the signature and a key."""
_ATTRIBUTE = struct.Struct("<BII")
_CHECKSUM = 2
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Sizes by type, rounded up to four ([MS-OXTNEF] 2.1.3.4)."""
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
"""Object, 8-bit string, UTF-16 string, binary: each with its length."""
_OBJECT = 0x0D
_MANY = 0x1000
_NAMED = 0x8000
_GUID = 16
_MOST = 10_000
"""Attributes, and properties of one attribute."""


class Malformed(Exception):
    """It goes on differently from what a winmail.dat may; what came before stands."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """`id`: type and name, as the specification numbers them ("attBody" is 0x0002800C)."""

    id: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Property:
    """`id` without the type, `type`: how `data` is to be read."""

    id: int
    type: int
    data: bytes


def attributes(data: bytes) -> Iterator[Attribute]:
    """In order. Raises Malformed at the end of what can be read."""
    if len(data) < _HEADER or struct.unpack_from("<I", data)[0] != SIGNATURE:
        raise Malformed
    at = _HEADER
    for _ in range(_MOST):
        if at + _ATTRIBUTE.size > len(data):
            return
        _, number, size = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + size > len(data):
            raise Malformed
        yield Attribute(number, data[at : at + size])
        at += size + _CHECKSUM


def properties(data: bytes) -> Iterator[Property]:
    """Of an attribute that holds MAPI properties; the first value of each. Raises Malformed."""
    reader = _Reader(data)
    for _ in range(min(reader.number(), _MOST)):
        kind, number = reader.short(), reader.short()
        if number >= _NAMED:
            reader.skip_name()
        yield Property(number, kind & ~_MANY, _value(reader, kind))


def _value(reader: "_Reader", kind: int) -> bytes:
    bare = kind & ~_MANY
    if bare in _FIXED:
        count = reader.number() if kind & _MANY else 1
        values = reader.take(_FIXED[bare] * count)
        return values[: _FIXED[bare]]
    if bare not in _VARIABLE:
        raise Malformed
    first = b""
    for place in range(min(reader.number(), _MOST)):
        value = reader.sized()
        first = value if place == 0 else first
    # An object begins with a GUID that says of which kind it is.
    return first[_GUID:] if bare == _OBJECT else first


@dataclass(slots=True)
class _Reader:
    """Goes through `data`. Everything raises Malformed where it ends too early."""

    data: bytes
    at: int = 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise Malformed
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def short(self) -> int:
        return int.from_bytes(self.take(2), "little")

    def sized(self) -> bytes:
        """Values are filled up to four bytes."""
        size = self.number()
        value = self.take(size)
        self.take(min(-size % 4, len(self.data) - self.at))
        return value

    def skip_name(self) -> None:
        """A property of somebody's own: a GUID, and a number or a name."""
        self.take(_GUID)
        if self.number() == 0:
            self.number()
        else:
            self.sized()
