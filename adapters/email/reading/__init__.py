"""Reading a mail: bytes in, a Mail out, whatever the bytes are."""

import email
import email.policy
from email.utils import parseaddr, parsedate_to_datetime

from adapters.email.mail import Correspondent, Limits, Mail, Ours


def read_mail(raw: bytes, ours: Ours = Ours(), limits: Limits = Limits()) -> Mail:  # noqa: B008
    """For the time being: simple mails only."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    name, address = parseaddr(message.get("From", ""))
    sender = Correspondent(name or None, address or None)
    text = message.get_payload(decode=True)
    words = text.decode("utf-8", "replace").strip() if isinstance(text, bytes) else ""
    return Mail(
        message_id=message.get("Message-ID"),
        in_reply_to=message.get("In-Reply-To"),
        date=parsedate_to_datetime(message["Date"]) if "Date" in message else None,
        sender=sender if address else None,
        senders=(sender,),
        subject=message.get("Subject"),
        text=words,
        new_text=words,
    )
