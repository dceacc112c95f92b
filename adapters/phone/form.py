"""What the provider sends: a form, with the same field perhaps several times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Form:
    fields: Mapping[str, Sequence[str]]

    @classmethod
    def parse(cls, body: bytes) -> "Form":
        """Blank values count (they are signed too); bytes that are no UTF-8 are replaced."""
        text = body.decode("utf-8", "replace")
        fields: dict[str, list[str]] = {}
        for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=None):
            fields.setdefault(name, []).append(value)
        return cls(fields)

    def __getitem__(self, name: str) -> str:
        """The first value; "" where there is none."""
        return next(iter(self.fields.get(name, ())), "")

    def number(self, name: str) -> int | None:
        value = self[name]
        return int(value) if value.isdecimal() and len(value) < 12 else None
