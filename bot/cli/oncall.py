"""`dawnline oncall`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory, Lang, Zone
from bot.cli.screen import show, show_json, show_table
from bot.cli.times import instant, moment
from bot.errors import StoreError
from bot.messages.catalogue import Voice
from bot.oncall.schedule import Duty, Override, on_call
from bot.ports import Transaction
from bot.reports.as_json import instant as utc

LOOK_AHEAD = timedelta(days=8)
"""Overrides are asked for so far ahead, because one that starts later changes until when a duty holds."""

HEADS = ("shift", "role", "on call", "until")

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: [cyan]dawnline oncall --at '2026-03-29 03:00' --zone Europe/Berlin --schedule global[/]"
)
def oncall(
    at: Annotated[str | None, typer.Option("--at", metavar="TIME", help="Then, rather than now.")] = None,
    schedule: Annotated[str | None, typer.Option("--schedule", help="Only this schedule.")] = None,
    as_json: AsJson = False,
    zone: Zone = None,
    lang: Lang = None,
    directory: Directory = HERE,
) -> None:
    """Who is on call, now or at any time, with the stand-ins that were arranged.

    Exit code 1: a schedule has nobody at that time.
    """
    desk = Desk.at(directory)
    voice = desk.voice(lang, zone)
    when = instant(at, voice.zone, "--at") if at else voice.now
    rosters = _rosters(desk, _chosen(desk, schedule), when)
    if as_json:
        show_json({"at": utc(when), "schedules": [_as_json(desk, roster) for roster in rosters]})
    else:
        _print(desk, rosters, when, voice)
    if any(roster.is_empty for roster in rosters):
        raise typer.Exit(NO)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who a schedule calls. `has_overrides`: stand-ins are reckoned in."""

    schedule: str
    duties: tuple[Duty, ...]
    has_overrides: bool

    @property
    def is_empty(self) -> bool:
        return not any(duty.engineers for duty in self.duties)


def _chosen(desk: Desk, schedule: str | None) -> tuple[str, ...]:
    known = tuple(desk.house.schedules)
    if schedule is None:
        return known
    if schedule not in known:
        near = get_close_matches(schedule, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
        raise typer.BadParameter(f"there is no schedule {schedule!r}; {hint}", param_hint="'--schedule'")
    return (schedule,)


def _rosters(desk: Desk, names: tuple[str, ...], at: datetime) -> list[Roster]:
    overrides = _overrides(desk, names, at)
    return [
        Roster(name, on_call(desk.house.schedules[name], overrides or (), at), overrides is not None)
        for name in names
    ]


def _overrides(desk: Desk, names: tuple[str, ...], at: datetime) -> list[Override] | None:
    """None when the store cannot tell: who is on call by the rota is still worth knowing, and it is said."""

    async def around(tx: Transaction) -> list[Override]:
        return [each for name in names for each in await tx.overrides.around(name, at, at + LOOK_AHEAD)]

    try:
        return desk.read(around)
    except StoreError as error:
        complain(f"without stand-ins (/override): {error}")
        return None


def _as_json(desk: Desk, roster: Roster) -> dict[str, Any]:
    return {
        "schedule": roster.schedule,
        "overrides": roster.has_overrides,
        "duties": [
            {
                "shift": duty.shift,
                "region": duty.region,
                "role": duty.role,
                "engineers": [{"id": each, "name": desk.house.named(each)} for each in duty.engineers],
                "until": utc(duty.until),
            }
            for duty in roster.duties
        ],
    }


def _print(desk: Desk, rosters: list[Roster], at: datetime, voice: Voice) -> None:
    show(moment(at, voice.zone))
    for roster in rosters:
        if roster.is_empty:
            show(f"{roster.schedule}: {voice.say('answer.on_call_nobody')}")
        else:
            show_table(HEADS, _rows(desk, roster, voice), title=roster.schedule)


def _rows(desk: Desk, roster: Roster, voice: Voice) -> list[tuple[str, str, str, str]]:
    rows = []
    for duty in roster.duties:
        people = voice.listed([desk.house.named(each) for each in duty.engineers]) or voice.say(
            "person.nobody"
        )
        rows.append((duty.shift, duty.role, people, moment(duty.until, voice.zone)))
    return rows
