"""A command by a button, as every other way brings its commands."""

from datetime import datetime

from bot.inbound import Address, Attachment, Form, Person, Reading, VerbInvoked
from bot.policy import Engineer
from bot.work import CONSOLE


def ordered(
    engineer: Engineer,
    form: Form,
    event_key: str,
    now: datetime,
    files: tuple[Attachment, ...] = (),
    reading: Reading | None = None,
) -> VerbInvoked:
    """`form` by that engineer, from the place they have on our pages, with what they handed in there.
    `reading`: how they read those."""
    named = " ".join(f"T-{number}" for number in form.tickets)
    return VerbInvoked(
        event_key=event_key,
        at=Address(CONSOLE, engineer.id),
        author=Person(CONSOLE, engineer.id, engineer.name),
        text=" ".join(part for part in (form.verb, named, form.words) if part),
        invoked_at=now,
        private=True,
        attachments=files,
        form=form,
        reading=reading,
    )
