"""Who covers what in a week, and standing in for somebody."""

import secrets
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.web.console import acting, in_their_time, ours
from adapters.web.guard import policy as csp
from adapters.web.reader import zone_of
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
        schedules = list(self._site.window.house.schedules)
        schedule = asked(request, "schedule") or schedules[0]
        if schedule not in schedules:
            raise Refused("no_schedule", given=schedule, known=", ".join(schedules))
        today, zone = reader.voice.now.astimezone(zone_of(reader)).date(), reader.voice.zone
        first = _day(asked(request, "week"), today)
        view = await self._site.window.look(lambda work: week(work, schedule, first, zone))
        nonce = secrets.token_urlsafe(12)
        return self._site.pages.show(
            request,
            "console/on_call.html",
            reader,
            headers={"content-security-policy": csp(nonce)},
            nonce=nonce,
            view=view,
            today=today,
            schedules=schedules,
            earlier=_step(first, -7),
            later=_step(first, 7),
        )

    async def override(self, request: Request) -> Response:
        """Somebody stands in for somebody, from then until then."""
        reader = await ours(self._site, request)
        engineer = acting(reader)
        form = await self._site.form(request, reader)
        said = {name: form.fields.get(name, "").strip() for name in ("schedule", "role", "from", "until")}
        times = {name: in_their_time(said[name], reader) for name in ("from", "until") if said[name]}
        options = tuple((name, value) for name, value in {**said, **times}.items() if value)
        instead, person = form.fields.get("instead", "").strip(), form.fields.get("person", "").strip()
        words = f"{person} for {instead}" if instead else person
        command, key = Command("override", (), options, words), self._site.key(request, reader, form)
        item = ordered(engineer, command, key, self._site.clock.now())
        answer = await self._site.inbox.receive(item)
        back = f"/desk/on-call?schedule={said['schedule']}&week={form.fields.get('week', '')}"
        return self._site.pages.go(back, answer.text, refused=answer.refused)


def _day(given: str, today: date) -> date:
    """The day the week begins with: as asked, or the Monday of this one."""
    try:
        return min(max(date.fromisoformat(given), date(2000, 1, 3)), date(2200, 1, 6))
    except ValueError:
        return today - timedelta(days=today.weekday())


def _step(first: date, days: int) -> date:
    return first + timedelta(days=days)
