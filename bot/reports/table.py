"""The SLA report for people, on a terminal."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.messages.catalogue import Voice
from bot.reports.sla import Figures, Promises, SlaReport
from bot.reports.spread import Spread
from bot.tickets.sla import ClockKind


def render(report: SlaReport, voice: Voice) -> RenderableType:
    """What was promised and kept, then how long people waited; in the voice's language and zone.

    Fits into 80 columns, where figures are never folded: names are.
    """
    period = {"start": _moment(report.start, voice), "end": _moment(report.end, voice)}
    if report.is_empty:
        return Group(Text(voice.say("report.empty", **period)), *_left_out(report, voice))
    title = Text(voice.say("report.title", **period), style="bold")
    tables = (_promised(report, voice), _waited(report, voice))
    return Group(title, Text(), *tables, _method(voice), *_left_out(report, voice))


def _promised(report: SlaReport, voice: Voice) -> Table:
    table = _table(voice.say("report.fates"))
    _figures(table, voice.say("report.tickets"), *(voice.say(f"clock.{kind.value}") for kind in ClockKind))
    for name, figures in _groups(report, voice):
        cells = (_fates(figures.promises[kind]) for kind in ClockKind)
        table.add_row(Text(name), str(figures.tickets), *cells)
    return table


def _waited(report: SlaReport, voice: Voice) -> Table:
    """A group's name stands above its three rows."""
    table = _table(voice.say("report.until"))
    heads = ("report.count", "p50", "p95", "p99", "report.max", "report.waiting", "report.longest")
    _figures(table, *(voice.say(head) if "." in head else head for head in heads))
    for name, figures in _groups(report, voice):
        if report.groups:
            table.add_row(Text(name, style="bold"))
        table.add_row(voice.say("report.first_page"), *_cells(figures.first_page))
        table.add_row(voice.say("report.acknowledged"), *_cells(figures.acknowledged))
        table.add_row(voice.say("report.answered"), *_cells(figures.answered), end_section=True)
    return table


def _table(first: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column(first, overflow="fold")
    return table


def _figures(table: Table, *heads: str) -> None:
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)


def _groups(report: SlaReport, voice: Voice) -> list[tuple[str, Figures]]:
    """The groups, and all of them together where there is more than one."""
    groups = [(group.name or voice.say("report.nobody"), group) for group in report.groups]
    return groups if len(groups) == 1 else [*groups, (voice.say("report.all"), report.total)]


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
