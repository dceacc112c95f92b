"""How a template says things: the catalogue's sentences, instants, spans, people."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.messages.catalogue import Voice
from bot.micros import to_micros
from bot.policy import Policy
from bot.sizes import in_units
from bot.tickets.board import Spot
from bot.tickets.conversation import Line
from bot.tickets.conversation import Voice as Speaker
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Event, Ticket
from bot.tickets.timeline import event_line

SOON = timedelta(minutes=10)


class Words:
    """For one reader."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def __call__(self, key: str, **words: object) -> str:
        return self.voice.say(key, **words)

    @property
    def now(self) -> datetime:
        return self.voice.now

    def at(self, instant: datetime) -> Markup:
        """Then, by the reader's clock."""
        said = self.voice.instant(instant)
        return Markup('<time datetime="{}">{}</time>').format(_iso(instant), said)

    def left(self, instant: datetime) -> Markup:
        """How long until then, or since; the page's script keeps it current."""
        late = instant <= self.now
        span = self.now - instant if late else instant - self.now
        said = self.voice.say("web.ago" if late else "web.in", span=span)
        title = self.voice.instant(instant)
        return Markup('<time data-left datetime="{}" title="{}">{}</time>').format(_iso(instant), title, said)

    def day(self, day: date) -> str:
        names = self.voice.say("web.weekdays").split()
        return f"{names[day.weekday()]} {day.day}.{day.month}."

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.voice.zone))

    def clock(self, instant: datetime) -> str:
        return f"{self.local(instant):%H:%M}"

    def urgency(self, clock: SlaClock | None) -> str:
        """How near it is: "none", "late", "soon", "near" or "far"; each has a colour and a sign."""
        if clock is None:
            return "none"
        left = clock.due_at - self.now
        if left <= timedelta(0):
            return "late"
        if left <= SOON or left <= clock.within / 5:
            return "soon"
        return "near" if left <= clock.within / 2 else "far"

    def part(self, clock: SlaClock) -> int:
        """How much of its time is over, in per cent."""
        paused = clock.paused_at or self.now
        spent = paused - clock.started_at - clock.paused_for
        return max(0, min(100, round(100 * (spent / clock.within)))) if clock.within else 100

    def person(self, name: str | None, policy: Policy) -> str:
        """ "Mei Tanaka, senior engineer (APAC)"; who is no engineer (any more) by their own name."""
        engineer = policy.engineer(name) if name else None
        if engineer is None:
            return name or self("person.nobody")
        tier = self(f"tier.{engineer.tier.value}")
        return self("person.named", name=engineer.name, tier=tier, region=engineer.region.upper())

    def name(self, name: str, policy: Policy) -> str:
        engineer = policy.engineer(name)
        return engineer.name if engineer else name

    def first_name(self, name: str, policy: Policy) -> str:
        return self.name(name, policy).split()[0]

    def names(self, names: tuple[str, ...], policy: Policy) -> str:
        return self.voice.listed([self.name(each, policy) for each in names])

    def colour(self, name: str, policy: Policy) -> int:
        """Which of the calendar's six colours is theirs."""
        return next((at for at, each in enumerate(policy.engineers) if each.id == name), 0) % 6

    def who(self, line: Line, policy: Policy) -> str:
        """Whose words they are."""
        return line.actor if line.voice is Speaker.CUSTOMER else self.person(line.actor, policy)

    def happened(self, line: Line, policy: Policy) -> str:
        """What happened between the words, as customers read it."""
        data = line.data or {}
        words = {key: str(data[key]) for key in ("old", "new", "into") if key in data}
        who = self.person(str(data.get("to") or line.actor), policy)
        return self(f"web.event.{line.kind}", **{"old": "", "new": "", "into": "", **words}, who=who)

    def facts(self, line: Line) -> list[str]:
        """What an update says beside its words."""
        data = line.data or {}
        said = {"plan": "customer.plan", "need": "card.need"}
        return [
            self(key, **{"text" if name == "plan" else "need": data[name]})
            for name, key in said.items()
            if data.get(name) and str(data[name]) != line.text
        ]

    def clocks(self, ticket: Ticket) -> list[SlaClock]:
        """The newest clock of each kind."""
        return [clock for kind in ClockKind if (clock := ticket.clock(kind)) is not None]

    def promised(self, ticket: Ticket) -> list[SlaClock]:
        """The clocks that a customer is promised: human words, and a plan."""
        clocks = (ticket.clock(kind) for kind in (ClockKind.RESPONSE, ClockKind.PLAN))
        return [clock for clock in clocks if clock is not None and clock.cancelled_at is None]

    def event(self, event: Event, policy: Policy) -> str:
        """A line of the log as engineers read it."""
        return event_line(self.voice, event, {each.id: each.name for each in policy.engineers})

    def spot(self, spot: Spot) -> str:
        """A place on the board as an address holds it."""
        return f"{to_micros(spot.due_at)}-{spot.number}"

    def size(self, count: int | None) -> str:
        """As a refusal names it."""
        return "" if count is None else in_units(count)


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
