"""Reading a mail: from its bytes to what it says. Pure; nothing here opens a file."""

from adapters.email.reading.read import attachment, read_mail

__all__ = ["attachment", "read_mail"]
