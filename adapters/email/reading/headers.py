"""A mail's header fields, decoded, in their order. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headers:
    """`fields`: (name, value) as they stand in the mail."""

    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str | None:
        """The first of that name, in whatever case."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every one of that name, in whatever case."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)
