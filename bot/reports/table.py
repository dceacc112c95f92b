"""The SLA report for people, on a terminal."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.messages.catalogue import Voice
from bot.reports.sla import Figures, Promises, SlaReport
from bot.reports.spread import Spread
from bot.tickets.sla import ClockKind


def render(report: SlaReport, voice: Voice) -> RenderableType:
    """What was promised and kept, then how long people waited; in the voice's language and zone."""
    period = {"start": _moment(report.start, voice), "end": _moment(report.end, voice)}
    if report.is_empty:
        return Group(Text(voice.say("report.empty", **period)), *_left_out(report, voice))
    title = Text(voice.say("report.title", **period), style="bold")
    return Group(
        title, _promised(report, voice), _waited(report, voice), _method(voice), *_left_out(report, voice)
    )


def _promised(report: SlaReport, voice: Voice) -> Table:
    table = Table(title_justify="left")
    table.add_column(_heading(report, voice))
    table.add_column(voice.say("report.tickets"), justify="right")
    for kind in ClockKind:
        head = f"{voice.say(f'clock.{kind.value}')}\n{voice.say('report.fates')}"
        table.add_column(head, justify="right")
    for name, figures in _rows(report, voice):
        cells = (_fates(figures.promises[kind]) for kind in ClockKind)
        table.add_row(Text(name), str(figures.tickets), *cells)
    return table


def _waited(report: SlaReport, voice: Voice) -> Table:
    table = Table()
    table.add_column(_heading(report, voice))
    table.add_column(voice.say("report.until"))
    for head in ("report.count", "p50", "p95", "p99", "report.max", "report.waiting", "report.longest"):
        table.add_column(voice.say(head) if "." in head else head, justify="right")
    for name, figures in _rows(report, voice):
        table.add_row(Text(name), voice.say("report.first_page"), *_cells(figures.first_page))
        table.add_row("", voice.say("report.acknowledged"), *_cells(figures.acknowledged))
        table.add_row("", voice.say("report.answered"), *_cells(figures.answered), end_section=True)
    return table


def _heading(report: SlaReport, voice: Voice) -> str:
    return voice.say(f"report.by.{report.by.value}") if report.by else ""


def _rows(report: SlaReport, voice: Voice) -> list[tuple[str, Figures]]:
    """The groups, and all of them together where there is more than one."""
    rows = [(group.name or voice.say("report.nobody"), group) for group in report.groups]
    return rows if len(rows) == 1 else [*rows, (voice.say("report.all"), report.total)]


def _fates(promises: Promises) -> Text:
    broken = Text(str(promises.broken), style="bold red" if promises.broken else "")
    return Text.assemble(str(promises.kept), " / ", broken, " / ", str(promises.open))


def _cells(spread: Spread) -> list[str]:
    spans = (spread.p50, spread.p95, spread.p99, spread.max)
    return [str(spread.count), *map(_span, spans), str(spread.waiting), _span(spread.longest)]


def _method(voice: Voice) -> Text:
    return Text(voice.say("report.method"), style="dim")


def _left_out(report: SlaReport, voice: Voice) -> list[Text]:
    return [Text(voice.say("report.left_out", count=report.left_out), style="dim")] if report.left_out else []


def _moment(instant: datetime, voice: Voice) -> str:
    """With year and offset: reports are kept."""
    return instant.astimezone(ZoneInfo(voice.zone)).isoformat(" ", "minutes")


def _span(span: timedelta | None) -> str:
    """h:mm:ss, the same in every language; begun seconds count, so that no wait looks shorter than it was."""
    if span is None:
        return "-"
    seconds = -(-span // timedelta(seconds=1))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
