"""A mail for scripts. What it does not say is null, lists are empty; instants are ISO 8601 in UTC."""

from typing import Any

from adapters.email.mail import Bounce, Correspondent, Mail
from bot.reports.as_json import instant


def mail_json(mail: Mail) -> dict[str, Any]:
    return {
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": instant(mail.date) if mail.date else None,
        "from": _person(mail.sender) if mail.sender else None,
        "senders": _people(mail.senders),
        "reply_to": _people(mail.reply_to),
        "to": _people(mail.to),
        "cc": _people(mail.cc),
        "delivered_to": list(mail.delivered_to),
        "subject": mail.subject,
        "text": mail.text,
        "new_text": mail.new_text,
        "language": mail.language,
        "attachments": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": file.size,
                "sha256": file.sha256,
                "inline": file.inline,
            }
            for file in mail.attachments
        ],
        "kind": mail.kind.value,
        "automatic": mail.automatic.value if mail.automatic else None,
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "authentication": {
            "spf": mail.authentication.spf,
            "dkim": mail.authentication.dkim,
            "dmarc": mail.authentication.dmarc,
            "aligned": mail.authentication.aligned,
        },
        "spam": mail.spam,
        "defects": list(mail.defects),
    }


def _people(people: tuple[Correspondent, ...]) -> list[dict[str, Any]]:
    return [_person(each) for each in people]


def _person(person: Correspondent) -> dict[str, Any]:
    return {"name": person.name, "address": person.address}


def _bounce(bounce: Bounce) -> dict[str, Any]:
    return {
        "recipients": [
            {
                "address": each.address,
                "action": each.action,
                "status": each.status,
                "diagnostic": each.diagnostic,
                "permanent": each.permanent,
            }
            for each in bounce.recipients
        ],
        "original_message_id": bounce.original_message_id,
        "complaint": bounce.complaint,
    }
