"""A played story as people read it: who said what where, in the story's own zone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from bot.messages.catalogue import Catalogue, Voice
from bot.play.player import Line, Played
from bot.reports.as_json import as_json as report_json
from bot.reports.as_json import instant
from bot.reports.sla import SlaReport, sla_report
from bot.reports.table import render as render_report

STYLES = {
    "customer": "bold green",
    "engineer": "bold blue",
    "answer": "dim",
    "page": "bold yellow",
    "post": "cyan",
    "room": "bold red",
    "fault": "bold red",
}
UNSHOWN = ("edit", "pin", "invite")
"""The live card changes with everything; its every version would drown the story."""
INDENT = 10
SHORT = {"page": 3}
"""Pages are shown by their first lines; how to acknowledge is the same each time."""


def report_of(played: Played) -> SlaReport:
    """The SLA summary over the whole story."""
    end = max((line.at for line in played.lines), default=played.story.starts)
    return sla_report(played.tickets, played.story.starts, end, at=end)


def render(played: Played, catalogue: Catalogue, language: str) -> RenderableType:
    """Title, transcript, SLA summary, and what was expected but not seen."""
    title = Panel(Text(played.story.title, style="bold"), border_style="cyan", expand=False)
    last = max((line.at for line in played.lines), default=played.story.starts)
    voice = Voice(catalogue, language, played.story.zone, last)
    parts: list[RenderableType] = [
        title,
        *_lines(played, voice),
        Text(""),
        render_report(report_of(played), voice),
    ]
    parts += [Text(f"✗ {failure}", style="bold red") for failure in played.failures]
    parts.append(Text(voice.say("play.kept" if not played.failures else "play.missed"), style="bold"))
    return Group(*parts)


def picture(played: Played, catalogue: Catalogue, language: str) -> RenderableType:
    """What customers and engineers do and what customers read; of each page one line. For a README."""
    voice = Voice(catalogue, language, played.story.zone, played.story.starts)
    customers = {place for company in played.story.companies for place in company.conversations}
    shown = [
        replace(line, text=line.text.splitlines()[0]) if line.kind == "page" else line
        for line in played.lines
        if line.kind in ("customer", "engineer", "page") or (line.kind == "post" and line.place in customers)
    ]
    return Group(*_lines(replace(played, lines=shown), voice))


def _lines(played: Played, voice: Voice) -> Iterator[RenderableType]:
    zone = ZoneInfo(played.story.zone)
    day = None
    for line in played.lines:
        if line.kind in UNSHOWN:
            continue
        local = line.at.astimezone(zone)
        if local.date() != day:
            day = local.date()
            yield Text(f"── {day:%Y-%m-%d} ({played.story.zone})", style="dim")
        yield Text.assemble(
            (f"{local:%H:%M:%S}", "dim"), "  ", (_speaker(line, voice), STYLES.get(line.kind, ""))
        )
        words = "\n".join(line.text.splitlines()[: SHORT.get(line.kind)])
        yield Padding(Text(words, style="dim" if line.kind == "answer" else ""), (0, 0, 0, INDENT))


def _speaker(line: Line, voice: Voice) -> str:
    channel = line.place.partition(":")[0]
    key = f"play.{line.kind}"
    return voice.say(key, who=line.who, channel=channel, place=line.place)


def as_json(played: Played) -> dict[str, Any]:
    """The whole performance for a script; instants are ISO 8601 in UTC."""
    return {
        "title": played.story.title,
        "ok": not played.failures,
        "failures": played.failures,
        "transcript": [
            {
                "at": instant(line.at),
                "kind": line.kind,
                "who": line.who,
                "place": line.place,
                "text": line.text,
            }
            for line in played.lines
        ],
        "sla": report_json(report_of(played)),
    }
