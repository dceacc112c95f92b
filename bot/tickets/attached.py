"""Files on a ticket's log: written with the line they came with, and found again. Pure rules."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.inbound import KEPT, Attachment
from bot.tickets.ticket import Event


def on_record(files: Sequence[Attachment]) -> dict[str, Any]:
    """What a line of the log says of them: the names of all, and what the desk keeps itself."""
    kept = [
        {"id": each.id, "name": each.name, "type": each.content_type, "size": each.size}
        for each in files
        if each.is_kept
    ]
    named = {"files": [each.name for each in files]}
    return {**named, "attached": kept} if kept else named


def files_of(event: Event) -> tuple[Attachment, ...]:
    """The files of that line which the desk keeps itself."""
    return tuple(
        Attachment(each["id"], each["name"], each["type"], each["size"], KEPT)
        for each in event.data.get("attached", ())
    )


def file_of(events: Iterable[Event], name: str, kinds: frozenset[str] | None = None) -> Attachment | None:
    """The kept file of that SHA-256 on a line of one of these kinds (None: of any)."""
    lines = (each for each in events if kinds is None or each.kind in kinds)
    return next((file for line in lines for file in files_of(line) if file.id == name), None)
