"""DKIM signatures (RFC 6376), checked by ourselves where no server we trust has done it."""


def check_dkim(raw: bytes, sender: str) -> bool:
    """For the time being: nobody is believed."""
    return False
