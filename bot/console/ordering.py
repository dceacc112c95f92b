"""A command by a button, as every other way brings its commands."""

from datetime import datetime

from bot.inbound import Address, Form, Person, VerbInvoked
from bot.policy import Engineer
from bot.work import CONSOLE


def ordered(engineer: Engineer, form: Form, event_key: str, now: datetime) -> VerbInvoked:
    """`form` by that engineer, from the place they have on our pages."""
    named = " ".join(f"T-{number}" for number in form.tickets)
    return VerbInvoked(
        event_key=event_key,
        at=Address(CONSOLE, engineer.id),
        author=Person(CONSOLE, engineer.id, engineer.name),
        text=" ".join(part for part in (form.verb, named, form.words) if part),
        invoked_at=now,
        private=True,
        form=form,
    )
