"""Delivery reports and complaints in the form made for machines: RFC 3464, RFC 5965. Pure rules."""

import re
from collections.abc import Iterator

from adapters.email.mail import FailedRecipient
from adapters.email.reading.statuses import enhanced_in, is_closed

Fields = dict[str, str]
"""By name in lower case, the first of each name, unfolded."""
_FIELD = re.compile(r"([A-Za-z][\w-]{0,60})[ \t]*:[ \t]*(.*)")
_TYPED = re.compile(r"[\w-]{1,30}\s*;\s*")
_ADDRESS = re.compile(r"[^\s<>,;:\"()]{1,320}@[^\s<>,;:\"()]{1,255}")
_AT_MOST = 1_000
"""Recipients of one report."""
_LONGEST_DIAGNOSTIC = 1_000
_ABOUT_A_RECIPIENT = ("final-recipient", "original-recipient", "action")
_REACHED = frozenset(("delivered", "relayed", "expanded", "deliverable"))
_ACTIONS = frozenset((*_REACHED, "failed", "delayed"))
_NO_COMPLAINTS = frozenset(("not-spam", "auth-failure", "virus"))


def failed_recipients(status_report: str) -> tuple[FailedRecipient, ...]:
    """Of a message/delivery-status; not those whom the mail reached."""
    told = (_recipient(group) for group in groups(status_report) if is_about_recipient(group))
    return tuple(each for each in told if each.action not in _REACHED)[:_AT_MOST]


def is_about_recipient(group: Fields) -> bool:
    """Not about the message, as the first group is."""
    return not group.keys().isdisjoint(_ABOUT_A_RECIPIENT)


def complaint(feedback: str) -> tuple[FailedRecipient, ...] | None:
    """Who complained, of a message/feedback-report; None if it is about something else ("not spam")."""
    fields: Fields = {}
    addresses: list[str] = []
    for name, value in _unfolded(feedback):
        fields.setdefault(name, value)
        if name in ("original-rcpt-to", "removal-recipient"):
            addresses += addresses_in(value)
    if fields.get("feedback-type", "abuse").lower() in _NO_COMPLAINTS:
        return None
    return tuple(FailedRecipient(each, None, None, None, False) for each in dict.fromkeys(addresses))[
        :_AT_MOST
    ]


def groups(report: str) -> Iterator[Fields]:
    """Fields between blank lines; programs that forget these begin each recipient with the same field."""
    group: Fields = {}
    for name, value in _unfolded(report):
        if not name or (name in group and name in _ABOUT_A_RECIPIENT):
            yield group
            group = {}
        if name:
            group.setdefault(name, value)
    yield group


def addresses_in(words: str) -> list[str]:
    """With their domains in lower case."""
    return [with_lower_domain(each) for each in _ADDRESS.findall(words)]


def with_lower_domain(address: str) -> str:
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{domain.lower()}" if local else address.strip()


def _unfolded(report: str) -> Iterator[tuple[str, str]]:
    """Name and value of each field, and ("", "") for a blank line."""
    name, value = "", [""]
    for line in [*report.splitlines(), ""]:
        if line[:1] in (" ", "\t") and name and line.strip():
            value.append(line.strip())
            continue
        if name:
            yield name, " ".join(value).strip()
        found = _FIELD.match(line)
        name, value = (found[1].lower(), [found[2]]) if found else ("", [""])
        if not line.strip():
            yield "", ""


def _recipient(fields: Fields) -> FailedRecipient:
    """The address we wrote to is the original one; the final one is where it was forwarded to."""
    diagnostic = _TYPED.sub("", fields.get("diagnostic-code", ""), count=1)[:_LONGEST_DIAGNOSTIC] or None
    status = _status(fields.get("status", ""), diagnostic or "")
    said = (fields.get("action", "").lower().split() or [""])[0]
    action = said if said in _ACTIONS else _action_of(status)
    return FailedRecipient(
        _address(fields), action, status, diagnostic, is_closed(action, status, diagnostic)
    )


def _address(fields: Fields) -> str | None:
    named = (fields.get(name, "") for name in ("original-recipient", "final-recipient", "x-actual-recipient"))
    found = (addresses_in(_TYPED.sub("", value, count=1)) for value in named)
    return next((addresses[0] for addresses in found if addresses), None)


def _status(field: str, diagnostic: str) -> str | None:
    """What the receiving server said is more telling than "5.0.0"."""
    said, answered = enhanced_in(field), enhanced_in(diagnostic)
    if said is None or (said.endswith(".0.0") and answered and answered[0] == said[0]):
        return answered or said
    return said


def _action_of(status: str | None) -> str:
    return "delayed" if (status or "").startswith("4") else "failed"
