"""The header of a mail, decoded, in its own order. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Headers:
    """`fields`: (name, value) from top to bottom, a name as often as it stands there.

    Values are unfolded, decoded (RFC 2047) and stripped; names are as written.
    """

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The first value under `name`, in whichever case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value under `name`, from top to bottom."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)
