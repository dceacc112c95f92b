"""Who is on call."""

from datetime import timedelta
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import Bounded, Said
from adapters.web.api.once import shown
from adapters.web.api.operation import By, Operation
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import (
    DutyShape,
    GapShape,
    OnCallShape,
    ScheduleShape,
    SpanShape,
    WeekShape,
)
from bot.access.session import Scope
from bot.errors import Refused
from bot.oncall.schedule import Schedule, gaps, on_call, timeline
from bot.work import Work

WEEK = timedelta(days=7)
BOUNDS = "Left out: now. Before 2000 and after 2200 count as those."


class When(Said):
    at: Annotated[Bounded, Field(description=BOUNDS)] | None = None


class Since(Said):
    start: Annotated[Bounded, Field(description=BOUNDS)] | None = None


class OnCall:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "GET", "/on-call", self.now, "getOnCall", "Who is on call at an instant", "on-call",
                Scope.ONCALL, OnCallShape, fails=(422,),
            ),
            Operation(
                "GET", "/on-call/{schedule}", self.week, "getOnCallWeek", "A week of one schedule", "on-call",
                Scope.ONCALL, WeekShape, fails=(404, 422),
            ),
        ]  # fmt: skip

    async def now(self, caller: By, asked: Annotated[When, Query()]) -> Response:
        """By every schedule, its shifts in their order; whoever stands in is there already."""
        at = asked.at or self._desk.site.clock.now()

        async def duties(work: Work) -> list[ScheduleShape]:
            shapes = []
            for name, schedule in work.house.schedules.items():
                overrides = await work.tx.overrides.around(name, at, at + WEEK)
                found = on_call(schedule, overrides, at)
                shapes.append(ScheduleShape(schedule=name, duties=[DutyShape.of(each) for each in found]))
            return shapes

        schedules = await self._desk.site.window.look(duties)
        return shown(OnCallShape(at=at, schedules=schedules))

    async def week(
        self,
        caller: By,
        schedule: Annotated[str, Path(max_length=100)],
        asked: Annotated[Since, Query()],
    ) -> Response:
        """Seven days from `start` in spans, and when nobody would be on call."""
        found = self._desk.site.window.house.schedules.get(schedule)
        if found is None:
            raise Problem(
                404,
                Refused(
                    "no_schedule", given=schedule, known=", ".join(self._desk.site.window.house.schedules)
                ),
            )
        start = asked.start or self._desk.site.clock.now()
        return shown(await self._desk.site.window.look(lambda work: _week(work, found, start)))


async def _week(work: Work, schedule: Schedule, start: Bounded) -> WeekShape:
    end = start + WEEK
    overrides = await work.tx.overrides.around(schedule.name, start, end)
    return WeekShape(
        schedule=schedule.name,
        start=start,
        end=end,
        spans=[SpanShape.of(each) for each in timeline(schedule, overrides, start, end)],
        gaps=[GapShape.of(each) for each in gaps(schedule, overrides, start, end)],
    )
