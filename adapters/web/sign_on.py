"""What the pages ask of single sign-on, whoever provides it. Its libraries are loaded only where it is
configured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Begun:
    """`url`: where the browser goes now. `kept`: what it keeps for us meanwhile, for ten minutes, in a cookie
    that no script reads (HttpOnly) and that comes back with the provider's redirect (SameSite=Lax)."""

    url: str = field(repr=False)
    kept: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrived:
    """`address` is in lower case, and the provider vouches for it; whether we know it is not looked at.
    `name` is empty and `language` None where the provider does not say. `back_to`: a path of our own."""

    address: str
    name: str
    language: str | None
    back_to: str


class SignOn(Protocol):
    @property
    def name(self) -> str:
        """What stands on the button."""

    async def begin(self, back_to: str) -> Begun:
        """`back_to`: where to go afterwards; what is no path of our own becomes "/". Raises SignInFailed."""

    async def finish(self, query: Mapping[str, str], kept: str | None) -> Arrived:
        """`query`: of the provider's redirect. `kept`: from the cookie, which is then to be deleted, however
        this ends. Raises SignInFailed."""

    async def close(self) -> None: ...
