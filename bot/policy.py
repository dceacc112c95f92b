"""The desk's policy as `dawnline.toml` writes it: who works here, who is woken when, what is promised.

Pure data with validation; reading files and reporting faults is `bot.settings`' work. Durations are written
"90s", "15m", "4h", "1d" and are `timedelta` inside. Times of day are local wall-clock times.
What the file leaves out is as in `bot.defaults`.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.defaults import over_defaults
from bot.identities import channels_of
from bot.oncall.schedule import Schedule, Shift
from bot.values import (
    ClockTime,
    Count,
    Date,
    Day,
    EmailAddress,
    Few,
    PhoneNumber,
    Positive,
    PositiveOrNone,
    Prefix,
    Rate,
    SettingName,
    Slug,
    Text,
)
from bot.values import Duration as Duration
from bot.values import Language as Language
from bot.values import Zone as Zone
from bot.values import parse_duration as parse_duration


class Priority(StrEnum):
    """How bad it is; P0 is worst. Compare with `is_above`."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"

    def is_above(self, other: "Priority") -> bool:
        return self.value < other.value


class Tier(StrEnum):
    FRONTLINE = "frontline"
    SUPPORT = "support"
    SENIOR = "senior"
    ARCHITECT = "architect"
    LEAD = "lead"


class Model(BaseModel):
    """Strict and frozen: a misspelt key is a fault, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rung(Model):
    """One way to reach an engineer, and how long after the page it is tried. `priorities`: only for pages of
    these; left out: for all. `via` is a channel; "sms" and "call" both lead to the engineer's `phone`."""

    via: Text
    after: Duration = timedelta(0)
    priorities: tuple[Priority, ...] = tuple(Priority)


DEFAULT_AFTER = {"sms": timedelta(minutes=1), "call": timedelta(minutes=2)}
"""Whoever says nothing else is written to first, and called when that did not wake them."""


class Engineer(Model):
    """`identities`: channel to the platform's own id of this person there."""

    id: Slug
    name: Text
    tier: Tier
    region: Text
    time_zone: Zone
    languages: tuple[Text, ...] = ("en",)
    skills: tuple[Text, ...] = ()
    identities: dict[str, Text] = Field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()

    def rungs(self) -> tuple[Rung, ...]:
        """The contact ladder; without one, every identity at once, the telephone last."""
        channels = [channel for kind in self.identities for channel in channels_of(kind)]
        by_default = [Rung(via=each, after=DEFAULT_AFTER.get(each, timedelta(0))) for each in channels]
        return self.ladder or tuple(sorted(by_default, key=lambda rung: rung.after))


class ShiftPolicy(Model):
    """`hand_off_at` left out: when the shift starts."""

    name: Text
    region: Text
    time_zone: Zone
    start: ClockTime
    end: ClockTime
    days: tuple[Day, ...] = Field(default=(0, 1, 2, 3, 4, 5, 6), min_length=1)
    rotation: Literal["weekly", "daily", "none"] = "weekly"
    hand_off_day: Day = 0
    hand_off_at: ClockTime | None = None
    roles: dict[str, tuple[Slug, ...]] = Field(min_length=1)

    def build(self) -> Shift:
        return Shift(
            name=self.name,
            region=self.region,
            time_zone=self.time_zone,
            start=self.start,
            end=self.end,
            days=frozenset(self.days),
            roles=self.roles,
            rotation=self.rotation,
            hand_off_day=self.hand_off_day,
            hand_off_at=self.hand_off_at or self.start,
        )


class SchedulePolicy(Model):
    name: Slug
    rotation_start: Date
    shifts: tuple[ShiftPolicy, ...] = Field(min_length=1)

    def build(self) -> Schedule:
        return Schedule(self.name, self.rotation_start, tuple(shift.build() for shift in self.shifts))


class Team(Model):
    """Who serves which customers. A customer whose industry no team names goes to the first team."""

    name: Slug
    schedule: Slug
    industries: tuple[Text, ...] = ()


class PriorityPolicy(Model):
    """`plan_within` "none" takes a default plan clock away. `quiet`: nobody is called or texted because of
    it, unless they can be reached in no other way."""

    meaning: dict[Language, Text] = Field(default_factory=dict)
    respond_within: Positive
    plan_within: PositiveOrNone = None
    escalation: Text
    incident: bool = False
    all_means_at_once: bool = False
    quiet: bool = False


def misplaced(offsets: Sequence[timedelta], steps: int) -> str | None:
    """What is wrong with the offsets of an escalation's steps."""
    if len(offsets) == steps and list(offsets) == sorted(set(offsets)):
        return None
    return "'at' needs one offset a step, each later than the one before"


class EscalationPolicy(Model):
    """Whom to page, step by step. `at` are offsets from the start; without it the steps are spread evenly
    over the response time, so the timetable follows the promise (15 min, five steps: 0 · 3 · 6 · 9 · 12)."""

    steps: tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...] = Field(min_length=1)
    at: tuple[Duration, ...] | None = None
    repeat_every: Positive | None = None
    widen: tuple[Text, ...] = Field(default=("awake", "tier:lead", "everyone"), min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.at is not None and (fault := misplaced(self.at, len(self.steps))):
            raise ValueError(fault)
        return self


class ProgressPolicy(Model):
    """How often the customer hears from us: before a human acknowledged, and after. `formally`: by e-mail no
    more often than that, unless something changed."""

    until_acknowledged: Positive
    acknowledged: Positive
    formally: Positive


class TriageRule(Model):
    """`tiers`: only for customers of these; none: for all."""

    priority: Priority
    phrases: tuple[Text, ...] = Field(min_length=1)
    tiers: tuple[Text, ...] = ()


class Triage(Model):
    """`floor` lifts a customer tier's tickets to at least that priority. In a `Policy`, `rules` are all rules
    that hold: the file's `rules` take the place of the defaults, its `extra_rules` come on top."""

    default: Priority = Priority.P2
    rules: tuple[TriageRule, ...] = ()
    extra_rules: tuple[TriageRule, ...] = ()
    floor: dict[str, Priority] = Field(default_factory=dict)


class Intake(Model):
    """In a `Policy`, `chatter` are all phrases that hold: the file's `chatter` takes the place of the
    defaults, its `extra_chatter` comes on top."""

    grouping_window: Duration = timedelta(minutes=2)
    joining_window: Duration = timedelta(minutes=2)
    chatter: tuple[Text, ...] = ()
    extra_chatter: tuple[Text, ...] = ()
    close_after: Positive = timedelta(days=3)


class Awake(Model):
    """Between these local times an engineer counts as awake."""

    start: ClockTime = time(7)
    end: ClockTime = time(23)

    def covers(self, at: datetime, zone: str) -> bool:
        local = at.astimezone(ZoneInfo(zone)).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


class DeskNames(Model):
    name: Text = "Dawnline"
    language: Language = "en"
    time_zone: Zone = "UTC"
    conversations: dict[str, Text] = Field(default_factory=dict)
    awake: Awake = Awake()


class CustomersPolicy(Model):
    """`tiers` are the customer tiers there are; none named: any word is one."""

    tiers: tuple[Text, ...] = ()


class Brake(Model):
    """More than `mails` within `within` from one sender, or on one ticket, is a loop or a flood: the mails
    are kept, and nothing is opened or answered because of them."""

    mails: Count = 30
    within: Positive = timedelta(minutes=10)


class EmailPolicy(Model):
    """`address` and `name` stand in From; left out: the user of SMTP_URL or IMAP_URL, and the desk's name.
    `authserv_ids`: mail servers whose Authentication-Results are believed (RFC 8601). `mailboxes`: names of
    further IMAP_URL_... settings. `plus_addressing`: mail to support+anything@ comes to support@."""

    address: EmailAddress | None = None
    name: Text | None = None
    authserv_ids: tuple[Text, ...] = ()
    plus_addressing: bool = True
    mailboxes: tuple[SettingName, ...] = ()
    check_dkim: bool = True
    brake: Brake = Brake()


class OwnNumber(Model):
    """A number of ours. `provider`: which of the two it belongs to. `languages`: those spoken there, the
    first to whoever does not choose. `greeting` takes the place of "Hello, this is ..."."""

    number: PhoneNumber
    provider: Literal[1, 2] = 1
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en", "zh")
    greeting: dict[Language, Text] = Field(default_factory=dict)


class Menu(Model):
    """Which priority each key of the hotline's menu gives; `unchosen`: until one is pressed, and to whoever
    hangs up before."""

    unchosen: Priority = Priority.P1
    outage: Priority = Priority.P0
    problem: Priority = Priority.P1
    question: Priority = Priority.P3


class PhonePolicy(Model):
    """The first of a provider's `numbers` is the one it calls and texts from. `languages`: which one a caller
    is greeted in, by the prefix of their number, where the customer's is not known. `choosing`: so long
    nobody is paged while a caller is still in the menu. `voices`: the provider's voice by language."""

    numbers: tuple[OwnNumber, ...] = ()
    languages: dict[Prefix, Language] = Field(default_factory=dict)
    menu: Menu = Menu()
    choosing: Duration = timedelta(seconds=20)
    calls_at_once: Few = 3
    voices: dict[Language, Text] = Field(default_factory=dict)

    def own(self, number: str) -> OwnNumber | None:
        return next((each for each in self.numbers if each.number == number), None)


class WebPolicy(Model):
    """`auditors`: mail addresses of people who may read the console and change nothing. `upload_megabytes`:
    of one attached file. `api_per_minute`: requests of one token, to each worker."""

    auditors: tuple[EmailAddress, ...] = ()
    upload_megabytes: Few = 25
    api_per_minute: Rate = 600


class WebhooksPolicy(Model):
    """`allow_private`: webhooks may lead into our own network, and by http."""

    allow_private: bool = False


def _all_rules(triage: Triage) -> Triage:
    return triage.model_copy(update={"rules": triage.rules + triage.extra_rules, "extra_rules": ()})


def _all_chatter(intake: Intake) -> Intake:
    return intake.model_copy(update={"chatter": intake.chatter + intake.extra_chatter, "extra_chatter": ()})


class Policy(Model):
    """The whole desk's policy, always laid over the defaults. Only people, teams and schedules have none."""

    desk: DeskNames = DeskNames()
    customers: CustomersPolicy = CustomersPolicy()
    intake: Annotated[Intake, AfterValidator(_all_chatter)] = Intake()
    email: EmailPolicy = EmailPolicy()
    phone: PhonePolicy = PhonePolicy()
    web: WebPolicy = WebPolicy()
    webhooks: WebhooksPolicy = WebhooksPolicy()
    triage: Annotated[Triage, AfterValidator(_all_rules)] = Triage()
    engineers: tuple[Engineer, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    schedules: tuple[SchedulePolicy, ...] = Field(min_length=1)
    priorities: dict[Priority, PriorityPolicy] = Field(default_factory=dict)
    escalation: dict[str, EscalationPolicy] = Field(default_factory=dict)
    progress: dict[Priority, ProgressPolicy] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: object) -> object:
        return over_defaults(data) if isinstance(data, dict) else data

    def engineer(self, engineer_id: str) -> Engineer | None:
        return next((person for person in self.engineers if person.id == engineer_id), None)

    def team(self, name: str | None) -> Team:
        return next((team for team in self.teams if team.name == name), self.teams[0])

    def team_for(self, industry: str | None) -> Team:
        return next((team for team in self.teams if industry in team.industries), self.teams[0])

    def schedule(self, name: str) -> SchedulePolicy:
        return next(schedule for schedule in self.schedules if schedule.name == name)
