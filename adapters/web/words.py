"""How a template says things: the catalogue's sentences, instants, spans, people."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.messages.catalogue import Voice
from bot.micros import to_micros
from bot.sizes import in_units
from bot.tickets.board import Spot
from bot.tickets.conversation import Line, Speaker
from bot.tickets.sla import ClockKind, SlaClock
from bot.tickets.ticket import Event, Ticket
from bot.tickets.timeline import estimate, event_line
from bot.work import House

SOON = timedelta(minutes=10)
_PLAIN = {
    "waiting": "customer.waiting_plain",
    "resolved": "customer.resolved_plain",
    "discarded": "customer.discarded_plain",
}
"""What the customer was told where nobody wrote a word."""
_NOTHING = dict.fromkeys(("old", "new", "into", "merged"), "")


class Words:
    """For one reader of one desk."""

    def __init__(self, voice: Voice, house: House) -> None:
        self.voice = voice
        self._house = house

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

    def look(self, clock: SlaClock) -> str:
        """How near it is while it runs; "late" where it was met too late, else ""."""
        if clock.is_running:
            return self.urgency(clock)
        return "late" if clock.met_at is not None and not clock.kept else ""

    def part(self, clock: SlaClock) -> int:
        """How much of its time is over, in per cent."""
        paused = clock.paused_at or self.now
        spent = paused - clock.started_at - clock.paused_for
        return max(0, min(100, round(100 * (spent / clock.within)))) if clock.within else 100

    def person(self, name: str | None) -> str:
        """ "Mei Tanaka, senior engineer (APAC)"; who is no engineer (any more) by their own name."""
        return self._house.person(self.voice, name)

    def name(self, name: str) -> str:
        return self._house.named(name)

    def first_name(self, name: str) -> str:
        return self.name(name).split()[0]

    def names(self, names: tuple[str, ...]) -> str:
        return self.voice.listed([self.name(each) for each in names])

    def colour(self, name: str) -> int:
        """Which of the calendar's six colours is theirs."""
        engineers = self._house.policy.engineers
        return next((at for at, each in enumerate(engineers) if each.id == name), 0) % 6

    def who(self, line: Line) -> str:
        """Whose words they are."""
        return line.actor if line.voice is Speaker.CUSTOMER else self.person(line.actor)

    def happened(self, line: Line) -> str:
        """What happened between the words, as customers read it."""
        data = line.data or {}
        words = {key: str(data[key]) for key in ("old", "new", "into", "merged") if key in data}
        who = self.person(str(data.get("to") or line.actor))
        return self(f"web.event.{line.kind}", **{**_NOTHING, **words}, who=who)

    def facts(self, line: Line) -> list[str]:
        """What an update says beside its words."""
        data = line.data or {}
        plan, need = (_beside(line, name) for name in ("plan", "need"))
        eta, complexity = estimate(self.voice, data), data.get("complexity")
        said = [
            self("customer.plan", text=plan) if plan else "",
            self("card.eta", eta=eta) if eta else "",
            self("card.complexity", complexity=self(f"complexity.{complexity}")) if complexity else "",
            self("card.need", need=need) if need else "",
        ]
        return [each for each in said if each]

    def said(self, line: Line, ticket: Ticket) -> str:
        """Somebody's words, or the plain sentence in their stead."""
        key = "" if line.text else _PLAIN.get(line.kind, "")
        return self(key, ticket=ticket.id, person=self.person(line.actor)) if key else line.text

    def clocks(self, ticket: Ticket) -> list[SlaClock]:
        """The newest clock of each kind."""
        return [clock for kind in ClockKind if (clock := ticket.clock(kind)) is not None]

    def promised(self, ticket: Ticket) -> list[SlaClock]:
        """The clocks that a customer is promised: human words, and a plan."""
        clocks = (ticket.clock(kind) for kind in (ClockKind.RESPONSE, ClockKind.PLAN))
        return [clock for clock in clocks if clock is not None and clock.cancelled_at is None]

    def event(self, event: Event) -> str:
        """A line of the log as engineers read it."""
        names = {each.id: each.name for each in self._house.policy.engineers}
        return event_line(self.voice, event, names)

    def happening(self, line: Line) -> str:
        """What happened between the words, as engineers read it."""
        return self.event(Event(0, line.at, line.kind, line.actor, dict(line.data or {})))

    def spot(self, spot: Spot) -> str:
        """A place on the board as an address holds it."""
        return f"{to_micros(spot.due_at)}-{spot.number}"

    def size(self, count: int | None) -> str:
        """As a refusal names it."""
        return "" if count is None else in_units(count)


def _beside(line: Line, name: str) -> str:
    """A fact of the line that is not its words already."""
    fact = str((line.data or {}).get(name) or "")
    return fact if fact != line.text else ""


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
