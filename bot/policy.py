"""The desk's policy as `dawnline.toml` writes it: who works here, who is woken when, what is promised.

Pure data with validation; reading files and reporting faults is `bot.settings`' work. Durations are written
"90s", "15m", "4h", "1d" and are `timedelta` inside. Times of day are local wall-clock times.
"""

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.oncall.schedule import Schedule, Shift

_DURATION = re.compile(r"(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_duration(value: object) -> timedelta:
    """`"1h30m"` as a timedelta. Raises ValueError saying what is allowed."""
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        raise ValueError(f"{value!r} is not a duration; write for example '90s', '15m', '1h30m' or '2d'")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        raise ValueError(f"{value!r} is too long a duration") from None


def _zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone; write an IANA name like 'Europe/Berlin'") from None


def _day(value: object) -> int:
    if value not in _DAYS:
        raise ValueError(f"{value!r} is not a day; allowed: {', '.join(_DAYS)}")
    return _DAYS.index(str(value))


def _clock_time(value: object) -> time:
    if isinstance(value, time):
        return value
    match = re.fullmatch(r"(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f"{value!r} is not a time of day; write 'HH:MM' from 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]
Positive = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(0))]
Zone = Annotated[str, BeforeValidator(_zone)]
Day = Annotated[int, BeforeValidator(_day)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
Language = Literal["en", "zh"]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


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
    """One way to reach an engineer, and how long after the page it is tried."""

    via: str
    after: Duration = timedelta(0)


class Engineer(Model):
    id: Slug
    name: str
    tier: Tier
    region: str
    time_zone: Zone
    languages: tuple[str, ...] = ("en",)
    skills: tuple[str, ...] = ()
    identities: dict[str, str] = Field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()

    def rungs(self) -> tuple[Rung, ...]:
        """The contact ladder; without one, every chat identity at once."""
        return self.ladder or tuple(Rung(via=channel) for channel in self.identities)


class ShiftPolicy(Model):
    name: str
    region: str
    time_zone: Zone
    start: ClockTime
    end: ClockTime
    days: tuple[Day, ...] = (0, 1, 2, 3, 4, 5, 6)
    rotation: Literal["weekly", "daily", "none"] = "weekly"
    hand_off_day: Day = 0
    hand_off_at: ClockTime | None = None
    roles: dict[str, tuple[str, ...]]

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
    rotation_start: date
    shifts: tuple[ShiftPolicy, ...] = Field(min_length=1)

    def build(self) -> Schedule:
        return Schedule(self.name, self.rotation_start, tuple(shift.build() for shift in self.shifts))


class Team(Model):
    """Who serves which customers. A customer whose industry no team names goes to the first team."""

    name: Slug
    schedule: str
    industries: tuple[str, ...] = ()


class PriorityPolicy(Model):
    meaning: dict[Language, str] = Field(default_factory=dict)
    respond_within: Positive
    plan_within: Positive | None = None
    escalation: str
    incident: bool = False
    all_means_at_once: bool = False


class EscalationPolicy(Model):
    """Whom to page, step by step. `at` are offsets from the start; without it the steps are spread evenly
    over the response time, so the timetable follows the promise (15 min, five steps: 0 · 3 · 6 · 9 · 12)."""

    steps: tuple[tuple[str, ...], ...] = Field(min_length=1)
    at: tuple[Duration, ...] | None = None
    repeat_every: Positive | None = None
    widen: tuple[str, ...] = ("awake", "tier:lead", "everyone")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.at is None:
            return self
        if len(self.at) != len(self.steps) or list(self.at) != sorted(set(self.at)):
            raise ValueError("'at' needs one offset a step, each later than the one before")
        return self


class ProgressPolicy(Model):
    """How often the customer hears from us: before a human acknowledged, and after."""

    until_acknowledged: Positive
    acknowledged: Positive


class TriageRule(Model):
    priority: Priority
    phrases: tuple[str, ...] = Field(min_length=1)
    tiers: tuple[str, ...] = ()


class Triage(Model):
    """`floor` lifts a customer tier's tickets to at least that priority."""

    default: Priority = Priority.P2
    rules: tuple[TriageRule, ...] = ()
    floor: dict[str, Priority] = Field(default_factory=dict)


class Intake(Model):
    grouping_window: Duration = timedelta(minutes=2)
    joining_window: Duration = timedelta(minutes=2)
    chatter: tuple[str, ...] = ()
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
    name: str = "Dawnline"
    language: Language = "en"
    time_zone: Zone = "UTC"
    conversations: dict[str, str] = Field(default_factory=dict)
    awake: Awake = Awake()


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


DEFAULT_PRIORITIES: dict[Priority, PriorityPolicy] = {
    Priority.P0: PriorityPolicy(
        meaning={"en": "large-scale outage, core function down", "zh": "大规模故障，核心功能不可用"},
        respond_within=_minutes(15),
        escalation="critical",
        incident=True,
        all_means_at_once=True,
    ),
    Priority.P1: PriorityPolicy(
        meaning={"en": "part of the functions, key scenario hit", "zh": "部分功能受影响，关键场景受损"},
        respond_within=_minutes(30),
        plan_within=timedelta(hours=2),
        escalation="urgent",
    ),
    Priority.P2: PriorityPolicy(
        meaning={"en": "non-core, slight degradation", "zh": "非核心功能，轻微影响"},
        respond_within=timedelta(hours=4),
        escalation="normal",
    ),
    Priority.P3: PriorityPolicy(
        meaning={"en": "question, configuration, suggestion", "zh": "咨询、配置或建议"},
        respond_within=timedelta(hours=24),
        escalation="quiet",
    ),
}
DEFAULT_ESCALATION: dict[str, EscalationPolicy] = {
    "critical": EscalationPolicy(
        steps=(
            ("architect", "lead"),
            ("architect.2", "senior"),
            ("senior.2", "support"),
            ("tier:architect",),
            ("tier:lead",),
        ),
    ),
    "urgent": EscalationPolicy(steps=(("senior",), ("senior.2", "architect"), ("lead",), ("tier:lead",))),
    "normal": EscalationPolicy(steps=(("support",), ("support.2", "senior"), ("lead",), ("tier:lead",))),
    "quiet": EscalationPolicy(
        steps=(("tam", "frontline"), ("frontline.2", "support"), ("senior",), ("lead",))
    ),
}
DEFAULT_PROGRESS: dict[Priority, ProgressPolicy] = {
    Priority.P0: ProgressPolicy(until_acknowledged=_minutes(3), acknowledged=_minutes(15)),
    Priority.P1: ProgressPolicy(until_acknowledged=_minutes(10), acknowledged=_minutes(60)),
    Priority.P2: ProgressPolicy(until_acknowledged=_minutes(60), acknowledged=timedelta(hours=8)),
    Priority.P3: ProgressPolicy(until_acknowledged=timedelta(hours=8), acknowledged=timedelta(hours=24)),
}
DEFAULT_CHATTER = (
    "hi", "hello", "hey", "hey there", "hi there", "hi all", "hello all", "hi team", "hello team", "hello everyone", "hi everyone",
    "good morning", "good afternoon", "good evening", "good night", "morning", "thanks", "thank you", "thank you so much", "thx", "ty",
    "many thanks", "thanks a lot", "cheers", "ok", "okay", "k", "got it", "great", "perfect", "nice", "cool", "awesome", "welcome",
    "you're welcome", "no problem", "bye", "goodbye", "see you", "have a nice day", "have a good day", "happy friday", "lol", "haha",
    "all", "team", "everyone", "guys", "folks", "yes", "yep", "will do", "noted", "so much", "very much", "again", "and", "for your help",
    "你好", "您好", "大家好", "早上好", "上午好", "中午好", "下午好", "晚上好", "早", "早安", "晚安", "谢谢", "多谢", "感谢", "谢谢大家", "谢谢您",
    "谢谢你", "非常感谢", "辛苦了", "辛苦", "大家辛苦了", "好的", "好", "好滴", "收到", "嗯", "嗯嗯", "ok的", "明白", "明白了", "知道了", "再见",
    "拜拜", "不客气", "哈哈", "哈哈哈", "各位", "大家", "啊", "呀", "哦", "了", "在吗", "周末愉快", "您", "你",
)  # fmt: skip
DEFAULT_TRIAGE = (
    TriageRule(
        priority=Priority.P0,
        phrases=(
            "outage",
            "all users",
            "everyone is affected",
            "everybody is affected",
            "completely down",
            "is down",
            "are down",
            "down for everyone",
            "nobody can",
            "no one can",
            "no user can",
            "all rooms",
            "all calls",
            "total failure",
            "service unavailable",
            "production is down",
            "全部用户",
            "所有用户",
            "大面积",
            "全部无法",
            "全挂",
            "服务不可用",
            "完全不可用",
            "大规模",
            "所有房间",
            "线上故障",
            "崩了",
            "宕机",
        ),
    ),  # fmt: skip
    TriageRule(
        priority=Priority.P1,
        phrases=(
            "black screen",
            "video is black",
            "no audio",
            "no sound",
            "no video",
            "cannot join",
            "can't join",
            "can not join",
            "unable to join",
            "cannot log in",
            "can't log in",
            "login fails",
            "crash",
            "crashes",
            "crashing",
            "cannot connect",
            "can't connect",
            "many users",
            "some users",
            "disconnects",
            "disconnected",
            "messages are lost",
            "not delivered",
            "urgent",
            "production",
            "黑屏",
            "无声",
            "没有声音",
            "没声音",
            "听不到",
            "看不到",
            "无法加入",
            "进不去",
            "无法登录",
            "登录失败",
            "崩溃",
            "闪退",
            "连不上",
            "无法连接",
            "部分用户",
            "很多用户",
            "掉线",
            "断线",
            "消息丢失",
            "紧急",
        ),
    ),  # fmt: skip
    TriageRule(
        priority=Priority.P2,
        phrases=(
            "slow",
            "latency",
            "delay",
            "lag",
            "laggy",
            "echo",
            "blurry",
            "stutter",
            "jitter",
            "choppy",
            "degraded",
            "sometimes",
            "warning",
            "卡顿",
            "延迟",
            "回声",
            "模糊",
            "偶尔",
            "杂音",
            "变慢",
            "很慢",
        ),
    ),  # fmt: skip
    TriageRule(
        priority=Priority.P3,
        phrases=(
            "how do i",
            "how do we",
            "how to",
            "how can i",
            "how can we",
            "is it possible",
            "question",
            "documentation",
            "docs",
            "feature request",
            "suggestion",
            "would like to know",
            "where can i find",
            "which version",
            "pricing",
            "quota",
            "do you support",
            "does it support",
            "请问",
            "怎么",
            "如何",
            "是否支持",
            "支持吗",
            "建议",
            "咨询",
            "文档",
            "哪里可以",
            "能不能",
            "配置",
        ),
    ),  # fmt: skip
)


def _over_defaults(defaults: dict[Any, Any], given: object) -> object:
    """What the file gives, over the defaults, table by table and key by key."""
    if not isinstance(given, dict):
        return given
    merged: dict[Any, Any] = {str(name): model.model_dump() for name, model in defaults.items()}
    for name, table in given.items():
        base = merged.get(name, {})
        merged[name] = {**base, **table} if isinstance(table, dict) else table
    return merged


class Policy(Model):
    """The whole desk's policy; what the file leaves out has the defaults of the README's tables."""

    desk: DeskNames = DeskNames()
    intake: Intake = Intake()
    triage: Triage = Triage()
    engineers: tuple[Engineer, ...] = Field(min_length=1)
    teams: tuple[Team, ...] = Field(min_length=1)
    schedules: tuple[SchedulePolicy, ...] = Field(min_length=1)
    priorities: dict[Priority, PriorityPolicy] = Field(default_factory=lambda: DEFAULT_PRIORITIES)
    escalation: dict[str, EscalationPolicy] = Field(default_factory=lambda: DEFAULT_ESCALATION)
    progress: dict[Priority, ProgressPolicy] = Field(default_factory=lambda: DEFAULT_PROGRESS)

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        tables = {
            "priorities": DEFAULT_PRIORITIES,
            "escalation": DEFAULT_ESCALATION,
            "progress": DEFAULT_PROGRESS,
        }
        return {
            **data,
            **{key: _over_defaults(table, data[key]) for key, table in tables.items() if key in data},
        }

    def engineer(self, engineer_id: str) -> Engineer | None:
        return next((person for person in self.engineers if person.id == engineer_id), None)

    def team(self, name: str | None) -> Team:
        return next((team for team in self.teams if team.name == name), self.teams[0])

    def team_for(self, industry: str | None) -> Team:
        return next((team for team in self.teams if industry in team.industries), self.teams[0])

    def schedule(self, name: str) -> SchedulePolicy:
        return next(schedule for schedule in self.schedules if schedule.name == name)
