"""The format of a story: who does what when, what fails, and what must then be seen (docs/stories.md)."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from bot.errors import ConfigurationError, Fault
from bot.inbound import Nature
from bot.policy import Duration, Language, Model, Policy, Zone

FAULTS = ("rate_limited", "down", "lost_reply", "unreachable", "moved")


def _words(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _utc(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("needs a zone: write 2026-03-02T13:56:00Z")
    return value.astimezone(UTC) if isinstance(value, datetime) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Instant = Annotated[datetime, BeforeValidator(_utc)]
Place = Annotated[str, Field(pattern=r"^[a-z]+:.+$")]


class Actor(Model):
    """A customer's person: where they usually write, and how the platform names them."""

    where: Place
    id: str = ""
    name: str = ""
    workspace: str | None = None
    bot: bool = False


class Company(Model):
    id: str
    name: str
    tier: str = ""
    language: str = ""
    time_zone: str = ""
    industry: str = ""
    account_manager: str = ""
    conversations: tuple[Place, ...] = ()
    phones: tuple[str, ...] = ()


class Trouble(Model):
    """A channel (or one conversation of it) misbehaves from now on for a while."""

    channel: str
    kind: Literal["rate_limited", "down", "lost_reply", "unreachable", "moved"]
    lasts: Duration = timedelta(minutes=1)
    conversation: str = ""
    moved_to: str = ""


class Expect(Model):
    """Something that must be seen. A message satisfies one expectation only (or `times` of them).

    One of: `to` (a message into a place, or "@engineer"), `page` (an engineer), `edit` (a card), `room`,
    `ticket` (its state as stored), `tickets` (how many there are), `nothing`.
    """

    to: str | None = None
    page: str | None = None
    edit: str | None = None
    room: str | None = None
    ticket: str | None = None
    tickets: int | None = None
    nothing: bool = False
    via: str | None = None
    says: Words = ()
    lacks: Words = ()
    times: int = 1
    at_least: int | None = None
    state: str | None = None
    priority: str | None = None
    customer: str | None = None
    assignee: str | None = None
    clock: Literal["response", "plan", "update"] | None = None
    kept: bool | None = None
    due: Instant | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [self.to, self.page, self.edit, self.room, self.ticket, self.tickets, self.nothing or None]
        if sum(each is not None for each in given) != 1:
            raise ValueError("expects exactly one of: to, page, edit, room, ticket, tickets, nothing")
        return self


class Letter(Model):
    """What a step's message has beside its words when it is an e-mail.

    `token`: it answers our mail about that ticket ("T-1"); `page`: a page; `answers`: the label of an earlier
    mail; `copies`: who else reads it; `bounced`: whom our mail about `token` did not reach, and why.
    """

    subject: str = ""
    nature: Nature = Nature.PERSON
    token: str | None = None
    page: bool = False
    answers: str | None = None
    copies: tuple[str, ...] = ()
    verified: bool = True
    spam: bool = False
    again: str | None = None
    bounced: str | None = None
    permanent: bool = True
    complaint: bool = False


class Dial(Model):
    """What a step's person does on the telephone.

    A customer `rings` the hotline (`textable = false`: from a landline; a place like `call:withheld-1` shows
    no number), `presses` a key, `speaks`, or does nothing that can be understood; leaves a message of
    `records` seconds, whose `transcript` may come later; `hangs_up`. An engineer `answers` our newest call to
    them, or it `fails` ("busy", "an answering machine"); `of = "page"`
    or `"ring"` tells our calls to them apart.
    """

    rings: bool = False
    textable: bool = True
    doubtful: bool = False
    presses: str = ""
    speaks: str = ""
    records: int = 0
    transcript: str | None = None
    hangs_up: bool = False
    answers: bool = False
    fails: str = ""
    of: Literal["page", "ring", ""] = ""


class Beat(Model):
    """One step: an action, a fault, or only expectations. `at` counts from the story's start."""

    at: Duration
    who: str | None = None
    where: Place | None = None
    says: str | None = None
    mail: Letter | None = None
    phone: Dial | None = None
    does: str | None = None
    reacts: str | None = None
    edits: str | None = None
    deletes: str | None = None
    on: str | None = None
    label: str | None = None
    late: Duration = timedelta(0)
    files: tuple[str, ...] = ()
    answer: Words = ()
    fault: Trouble | None = None
    crash: bool = False
    down_for: Duration | None = None
    expect: tuple[Expect, ...] = ()

    @model_validator(mode="after")
    def _acts(self) -> Self:
        acts = [
            each for each in (self.says, self.does, self.reacts, self.edits, self.deletes) if each is not None
        ]
        if len(acts) > 1 and not (self.edits is not None and self.says is not None and len(acts) == 2):
            raise ValueError("one action a step: says, does, reacts, edits (with says), or deletes")
        if (acts or self.phone) and self.who is None:
            raise ValueError("an action needs `who`")
        if not (acts or self.phone or self.fault or self.crash or self.down_for or self.expect):
            raise ValueError("a step needs an action, a fault or an expectation")
        return self


class Story(Model):
    """A whole story. What a step expects must be seen `within` so long after it; `strict` means that every
    outgoing message must be expected by a step or by `allow`. `config` is a path beside the story.
    `unconfirmed`: engineers who have not confirmed the contacts that wake them."""

    title: str
    starts: Instant
    config: str = "dawnline.toml"
    zone: Zone = "UTC"
    language: Language = "en"
    strict: bool = False
    within: Duration = timedelta(seconds=2)
    channels: tuple[str, ...] = ("slack", "telegram")
    unconfirmed: tuple[str, ...] = ()
    companies: tuple[Company, ...] = ()
    people: dict[str, Actor] = Field(default_factory=dict)
    allow: tuple[Expect, ...] = ()
    steps: tuple[Beat, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        for before, after in zip(self.steps, self.steps[1:], strict=False):
            if after.at < before.at:
                raise ValueError(f"steps go forward in time: {after.at} comes after {before.at}")
        return self


def read_story(path: Path) -> Story:
    """Raises ConfigurationError with every fault of the file."""
    try:
        return Story.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError([Fault(str(path), "-", str(error))]) from None
    except ValidationError as error:
        faults = [
            Fault(str(path), ".".join(str(part) for part in each["loc"]) or "-", each["msg"])
            for each in error.errors()
        ]
        raise ConfigurationError(faults) from None


def speaking(policy: Policy, language: Language) -> Policy:
    """The desk's own language: of customers and engineers who have none of their own."""
    return policy.model_copy(update={"desk": policy.desk.model_copy(update={"language": language})})
