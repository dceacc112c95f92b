"""Which line of a ticket's log is which event of a webhook, and what of it a customer may know. Pure
rules."""

from dataclasses import dataclass

from bot.tickets.ticket import Event


@dataclass(frozen=True, slots=True)
class Published:
    """`public`: those facts of the line that the ticket's customer reads anyway."""

    type: str
    public: tuple[str, ...] = ()


PUBLISHED = {
    "opened": Published("ticket.opened", ("priority", "text", "sent_at", "files")),
    "acknowledged": Published("ticket.acknowledged"),
    "answered": Published("ticket.updated"),
    "update": Published("ticket.updated", ("text", "eta", "complexity", "need", "plan", "files")),
    "customer_updated": Published("ticket.updated", ("next",)),
    "waiting": Published("ticket.updated", ("need",)),
    "resumed": Published("ticket.updated"),
    "assigned": Published("ticket.updated", ("to",)),
    "linked": Published("ticket.updated", ("customer",)),
    "absorbed": Published("ticket.updated", ("merged",)),
    "message": Published("ticket.message", ("text", "sent_at", "files")),
    "replied": Published("ticket.message", ("text", "files")),
    "edited": Published("ticket.message", ("message", "text")),
    "deleted": Published("ticket.message", ("message",)),
    "priority_changed": Published("ticket.priority", ("old", "new")),
    "resolved": Published("ticket.resolved", ("text",)),
    "reopened": Published("ticket.reopened"),
    "solved_by_customer": Published("ticket.resolved"),
    "closed": Published("ticket.closed"),
    "confirmed": Published("ticket.closed"),
    "breached": Published("ticket.breached", ("clock",)),
    "merged": Published("ticket.merged", ("into",)),
    "discarded": Published("ticket.discarded", ("reason",)),
}
"""By the kind of the line. Whatever is not here leaves by no webhook: paging and what became of it, the
incident's room, calls on their way through the hotline, and notes, which nobody else ever sees."""
TYPES = tuple(dict.fromkeys(each.type for each in PUBLISHED.values()))
TEST = "webhook.test"


def published(event: Event) -> Published | None:
    """None for what stays here."""
    return PUBLISHED.get(event.kind)
