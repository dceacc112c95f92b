"""Who covers what in a week, and standing in for somebody."""

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import NOTHING, Typed, acting, in_their_time, ours
from adapters.web.guard import policy as csp
from adapters.web.reader import ZONES, Reader, zone_of
from adapters.web.site import Site, asked
from bot.console.ordering import ordered
from bot.console.week import week
from bot.errors import Refused
from bot.inbound import Form as Command


class OnCall:
    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [
            Route("/desk/on-call", self.page, methods=["GET"]),
            Route("/desk/on-call", self.override, methods=["POST"]),
        ]

    async def page(self, request: Request) -> Response:
        reader = await ours(self._site, request)
        return await self._show(request, reader, asked(request, "schedule"), asked(request, "week"))

    async def _show(
        self,
        request: Request,
        reader: Reader,
        schedule: str,
        first: str,
        status: int = 200,
        typed: Typed = NOTHING,
    ) -> Response:
        """`schedule`: "" for the first; `first`: the day the week begins with, "" for this week."""
        schedules = list(self._site.window.house.schedules)
        schedule = schedule or schedules[0]
        if schedule not in schedules:
            raise Refused("no_schedule", given=schedule, known=", ".join(schedules))
        today, zone = reader.voice.now.astimezone(zone_of(reader)).date(), reader.voice.zone
        monday = _day(first, today)
        view = await self._site.window.look(lambda work: week(work, schedule, monday, zone))
        nonce = secrets.token_urlsafe(12)
        return self._site.pages.show(
            request,
            "console/on_call.html",
            reader,
            status,
            headers={"content-security-policy": csp(nonce)},
            here=f"/desk/on-call?{urlencode({'schedule': schedule, 'week': monday.isoformat()})}",
            nonce=nonce,
            view=view,
            today=today,
            schedules=schedules,
            earlier=_step(monday, -7),
            later=_step(monday, 7),
            typed=typed,
        )

    async def override(self, request: Request) -> Response:
        """Somebody stands in for somebody, from then until then; or no longer. What is refused stays in its
        form."""
        reader = await ours(self._site, request)
        engineer = acting(reader)
        form = await self._site.form(request, reader)
        command, key = _meant(form.fields, reader), self._site.key(request, reader, form)
        item = ordered(engineer, command, key, self._site.clock.now(), reading=reader.reading)
        answer = await self._site.inbox.receive(item)
        schedule, first = (form.fields.get(name, "") for name in ("schedule", "week"))
        if answer.refused:
            typed = Typed("override", form.fields, self._site.said(reader, answer))
            known = schedule if schedule in self._site.window.house.schedules else ""
            return await self._show(request, reader, known, first, 409, typed)
        return self._site.pages.go(
            f"/desk/on-call?{urlencode({'schedule': schedule, 'week': first})}", answer.text
        )


def _meant(fields: Mapping[str, str], reader: Reader) -> Command:
    if fields.get("cancel"):
        return Command("override", (), (("cancel", fields["cancel"]),))
    said = {name: fields.get(name, "").strip() for name in ("schedule", "role")}
    said |= {name: _time(fields, name, reader) for name in ("from", "until")}
    options = tuple((name, value) for name, value in said.items() if value)
    instead, person = fields.get("instead", "").strip(), fields.get("person", "").strip()
    return Command("override", (), options, f"{person} for {instead}" if instead else person)


def _time(fields: Mapping[str, str], name: str, reader: Reader) -> str:
    """As the calendar knows it where it was dragged over, else as it was typed, by the clock of the zone that
    the page was in then."""
    known, typed = fields.get(f"{name}-at", "").strip(), fields.get(name, "").strip()
    zone = fields.get("zone", "")
    return known or (in_their_time(typed, reader, zone if zone in ZONES else "") if typed else "")


def _day(given: str, today: date) -> date:
    """The day the week begins with: as asked, or the Monday of this one."""
    try:
        return min(max(date.fromisoformat(given), date(2000, 1, 3)), date(2200, 1, 6))
    except ValueError:
        return today - timedelta(days=today.weekday())


def _step(first: date, days: int) -> date:
    return first + timedelta(days=days)
