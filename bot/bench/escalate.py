"""How long it takes until everybody is paged when very many escalations are due at one instant.

The tickets are real, taken in by the desk, and every customer's page goes to one of many engineers, so that
conversations are served side by side. The workers run the real engine with a channel that takes everything;
measured is from the instant at which all are due until the last page is on record as delivered. On PostgreSQL
it is done again, with half of the workers killed in the middle: the others find them dead, take over what
they held, and page the rest.
"""

import asyncio
import platform
from dataclasses import dataclass

from bot.bench.crew import crew
from bot.bench.crowd import untaken
from bot.bench.place import Place, place
from bot.bench.progress import Stages, watched
from bot.bench.report import Figure, Goal, Report
from bot.bench.storm import Storm, storm, storm_with_losses

SECONDS, AFTER_KILL = 3.0, 10.0


@dataclass(frozen=True, slots=True)
class EscalateOptions:
    """`workers` on PostgreSQL; on SQLite there is one."""

    tickets: int = 6000
    workers: int = 4
    engineers: int = 200

    def __post_init__(self) -> None:
        if min(self.tickets, self.workers, self.engineers) <= 0:
            raise ValueError("every option must be above zero")


QUICK = EscalateOptions(tickets=600, engineers=50)


def run_escalate(server: str | None = None, options: EscalateOptions = EscalateOptions()) -> Report:
    """Takes about a minute. Without `server`: on SQLite."""
    with watched() as stages, place(server) as ours:
        first, second = asyncio.run(_measure(ours, options, stages))
    goals = [
        Goal(f"{options.tickets:,} escalations paged", first.paged, SECONDS, "s (at most)"),
        Goal("tickets without a page", first.unpaged, 0, "(at most)"),
    ]
    if second is not None:
        goals.append(Goal("the rest after half were killed", second.rest, AFTER_KILL, "s (at most)"))
        goals.append(Goal("tickets without a page after that", second.unpaged, 0, "(at most)"))
    return Report("escalate", _figures(options, first, second), tuple(goals))


def _figures(options: EscalateOptions, first: Storm, second: Storm | None) -> dict[str, Figure]:
    lost = {"killed_fired_s": second.fired, "killed_paged_s": second.paged} if second else {}
    return {
        "tickets": options.tickets,
        "workers": options.workers if second else 1,
        "engineers": options.engineers,
        "fired_s": first.fired,
        "fired_per_second": options.tickets / first.fired,
        "paged_s": first.paged,
        "paged_per_second": options.tickets / first.paged,
        **lost,
        "python": platform.python_version(),
    }


async def _measure(ours: Place, options: EscalateOptions, stages: Stages) -> tuple[Storm, Storm | None]:
    await untaken(ours, options.tickets, options.engineers, stages)
    count = options.workers if ours.shared else 1
    bar = stages.stage("paged", options.tickets)
    async with crew(ours) as hired:
        await hired.hire_all(count, "serve", engineers=options.engineers)
        first = await storm(ours, hired, options.tickets, bar)
    if not ours.shared:
        return first, None
    bar = stages.stage("paged, half of the workers killed", options.tickets)
    async with crew(ours) as hired:
        await hired.hire_all(count, "serve", engineers=options.engineers)
        return first, await storm_with_losses(ours, hired, options.tickets, bar)
