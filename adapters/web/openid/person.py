"""What a provider's claims say of a person (OpenID Connect Core section 5.1)."""

import re
from collections.abc import Mapping
from typing import Any

from bot.messages.catalogue import LANGUAGES

# Visible ASCII alone: among the letters of all scripts are some that become others in lower case, and a
# stranger's verified address must not turn into one of ours.
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")
_LONGEST_NAME = 100


def address_of(claims: Mapping[str, Any]) -> str | None:
    """In lower case. None where there is none, or none that can be one."""
    address = claims.get("email")
    if not isinstance(address, str) or not _ADDRESS.fullmatch(address):
        return None
    return address.lower()


def is_verified(claims: Mapping[str, Any], *, trusted: bool) -> bool:
    """Whether the provider vouches for the address; with `trusted` also where it says nothing of it.

    Amazon Cognito and Apple write "true" as a text. Microsoft Entra says instead, when it is told to, whether
    the directory owns the address's domain (`xms_edov`): true or "1".
    """
    said = claims.get("email_verified", claims.get("xms_edov"))
    return said is True or said in ("true", "1") or (trusted and said is None)


def name_of(claims: Mapping[str, Any]) -> str:
    """Empty where the provider does not say."""
    parts = (claims.get("given_name"), claims.get("family_name"))
    whole = " ".join(each for each in parts if isinstance(each, str))
    candidates = (claims.get("name"), whole, claims.get("preferred_username"))
    names = (_clean(each) for each in candidates if isinstance(each, str))
    return next((each for each in names if each), "")


def language_of(claims: Mapping[str, Any]) -> str | None:
    """Of `locale`, such as "zh-CN" or "en_US"; None for a language that the desk does not speak."""
    locale = claims.get("locale")
    language = re.split("[-_]", locale)[0].lower() if isinstance(locale, str) else ""
    return language if language in LANGUAGES else None


def _clean(name: str) -> str:
    visible = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(visible.split())[:_LONGEST_NAME]
