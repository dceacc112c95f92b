"""What programs read. Shapes of their own, so that what the store keeps may change without breaking anybody.

Instants are ISO 8601 in UTC, durations seconds; what is not known is null.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from bot.access.session import Scope
from bot.customers.customer import Customer
from bot.inbound import Attachment
from bot.oncall.schedule import Duty, Gap, Span
from bot.policy import Policy, Priority
from bot.reports.sla import Fate
from bot.tickets.conversation import Line, Speaker
from bot.tickets.sla import ClockKind
from bot.tickets.ticket import State
from bot.tickets.timeline import eta_of

T = TypeVar("T")


def _in_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


At = Annotated[
    datetime,
    PlainSerializer(_in_utc, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
_DETAILS = ("plan", "need", "complexity", "old", "new", "into", "merged", "to")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonShape(Shape):
    id: str
    name: str


class EngineerShape(Shape):
    id: str
    name: str
    tier: str | None
    region: str | None

    @classmethod
    def of(cls, name: str, policy: Policy) -> "EngineerShape":
        """One who is none any more is still called by their id."""
        known = policy.engineer(name)
        if known is None:
            return cls(id=name, name=name, tier=None, region=None)
        return cls(id=known.id, name=known.name, tier=known.tier.value, region=known.region)


class ClockShape(Shape):
    """`within` and `paused_for`: seconds."""

    kind: ClockKind
    fate: Fate
    started_at: At
    within: float
    paused_for: float
    paused_at: At | None
    due_at: At
    met_at: At | None
    breached_at: At | None


class PromiseShape(Shape):
    """What the customer was told last, and when they hear more."""

    next_update_at: At
    eta: At | None
    first_eta: At | None
    complexity: str | None
    need: str | None
    text: str | None


class LinksShape(Shape):
    """`api`: this ticket here. `page`: for people, who sign in. `shared`: the same for whoever has the link,
    who may write on it too; only for tokens that may. `console`: for engineers."""

    api: str
    page: str
    shared: str | None
    console: str | None


class TicketShape(Shape):
    """As webhooks and `dawnline show --json` have it, with whoever has it by name and where its pages are.
    `team`, `paged` and `first_page_at` are null for a customer's token."""

    id: str
    customer: str
    team: str | None = None
    priority: Priority
    state: State
    title: str
    text: str
    channel: str
    conversation: str
    reporter: PersonShape
    assignee: str | None
    owner: EngineerShape | None
    paged: list[str] | None = None
    acknowledged_by: str | None
    waiting_for: str | None
    merged_into: str | None
    opened_at: At
    received_at: At
    last_message_at: At
    first_page_at: At | None = None
    acknowledged_at: At | None
    answered_at: At | None
    resolved_at: At | None
    promise: PromiseShape | None
    clocks: list[ClockShape]
    links: LinksShape


class FileShape(Shape):
    """`id`: the SHA-256 of the file; `url`: where it is downloaded; both null for a file that stayed on
    another platform."""

    id: str | None
    name: str
    content_type: str | None
    size: int | None
    url: str | None


class UploadShape(Shape):
    """`id`: what `attachments` of a new ticket or message name. Only this token can use it."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str


class MessageShape(Shape):
    """`by`: customer, engineer, note (an engineer's words for engineers) or desk (something happened, which
    `kind` names). `details`: what goes with it; `eta` among it is an instant."""

    at: At
    by: Speaker
    kind: str
    name: str
    text: str
    files: list[FileShape]
    details: dict[str, str]

    @classmethod
    def of(cls, line: Line, policy: Policy, base: str) -> "MessageShape":
        """`base`: the address of the ticket's files."""
        known = policy.engineer(line.actor) if line.voice is not Speaker.CUSTOMER else None
        data = line.data or {}
        kept = [_file(each, base) for each in line.files]
        names = {each.name for each in line.files}
        elsewhere = [
            FileShape(id=None, name=each, content_type=None, size=None, url=None)
            for each in line.named
            if each not in names
        ]
        return cls(
            at=line.at,
            by=line.voice,
            kind=line.kind,
            name=known.name if known else line.actor,
            text=line.text,
            files=[*kept, *elsewhere],
            details={**{key: str(data[key]) for key in _DETAILS if data.get(key)}, **_eta(data)},
        )


def _eta(data: Mapping[str, Any]) -> dict[str, str]:
    at = eta_of(data)
    return {"eta": _in_utc(at)} if at is not None else {}


def _file(file: Attachment, base: str) -> FileShape:
    return FileShape(
        id=file.id,
        name=file.name,
        content_type=file.content_type,
        size=file.size,
        url=f"{base}/{file.id}",
    )


class IdentityShape(Shape):
    kind: str
    value: str


class CustomerShape(Shape):
    """Empty: the desk's own, or not known."""

    id: str
    name: str
    tier: str
    language: str
    time_zone: str
    industry: str
    account_manager: str
    identities: list[IdentityShape]

    @classmethod
    def of(cls, customer: Customer) -> "CustomerShape":
        return cls(
            id=customer.id,
            name=customer.name,
            tier=customer.tier,
            language=customer.language,
            time_zone=customer.time_zone,
            industry=customer.industry,
            account_manager=customer.account_manager,
            identities=[IdentityShape(kind=each.kind, value=each.value) for each in customer.identities],
        )


class DutyShape(Shape):
    """Whom to call for a role, in this order, unchanged before `until`."""

    shift: str
    region: str
    role: str
    engineers: list[str]
    until: At

    @classmethod
    def of(cls, duty: Duty) -> "DutyShape":
        return cls(
            shift=duty.shift,
            region=duty.region,
            role=duty.role,
            engineers=list(duty.engineers),
            until=duty.until,
        )


class ScheduleShape(Shape):
    schedule: str
    duties: list[DutyShape]


class OnCallShape(Shape):
    at: At
    schedules: list[ScheduleShape]


class SpanShape(Shape):
    """In [start, end) exactly these duties hold."""

    start: At
    end: At
    duties: list[DutyShape]

    @classmethod
    def of(cls, span: Span) -> "SpanShape":
        return cls(start=span.start, end=span.end, duties=[DutyShape.of(each) for each in span.duties])


class GapShape(Shape):
    """In [start, end) nobody has the role."""

    role: str
    start: At
    end: At

    @classmethod
    def of(cls, gap: Gap) -> "GapShape":
        return cls(role=gap.role, start=gap.start, end=gap.end)


class WeekShape(Shape):
    schedule: str
    start: At
    end: At
    spans: list[SpanShape]
    gaps: list[GapShape]


class TokenShape(Shape):
    id: str
    name: str
    scopes: list[Scope]
    engineer: str | None
    customer: str | None
    made_at: At
    expires_at: At


class PageShape(Shape, Generic[T]):
    """`next`: where the list goes on; null at its end."""

    items: list[T]
    next: str | None


class TicketsShape(PageShape[TicketShape]):
    """A page of tickets."""


class MessagesShape(PageShape[MessageShape]):
    """A page of messages."""


class CustomersShape(PageShape[CustomerShape]):
    """A page of customers."""
