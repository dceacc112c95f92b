"""What people read when they do not come in, by its key in the catalogues."""

DENIED = "web.sign_in.denied"
"""The provider's answer is no, or they changed their mind there."""
LATE = "web.sign_in.late"
"""It took too long, or the browser kept nothing for us."""
AWAY = "web.sign_in.away"
"""The provider does not answer."""
UNVERIFIED = "web.sign_in.unverified"
"""The provider does not vouch for an e-mail address of theirs."""
UNFIT = "web.sign_in.unfit"
"""Something does not fit: a mistake in the set-up, or somebody meddles."""


def quoted(text: object) -> str:
    """What others wrote, short, visible and on one line."""
    visible = "".join(char if char.isprintable() else " " for char in str(text)[:500])
    return " ".join(visible.split())[:200]
