"""What every operation works with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.cursors import Cursors
from adapters.web.api.handles import Handles
from adapters.web.api.once import Once, shown
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import EngineerShape, LinksShape, TicketShape
from adapters.web.programs import PREFIX
from adapters.web.site import Site
from bot.inbound import Inbound
from bot.intake.ledger import Entry, Outcome
from bot.portal.views import seen
from bot.reports.ticket_json import customers_ticket_json, ticket_json
from bot.tickets.ticket import Ticket


@dataclass(frozen=True, slots=True)
class ApiDesk:
    site: Site
    once: Once
    cursors: Cursors
    handles: Handles

    async def ticket(self, caller: Caller, number: int) -> Ticket:
        """One that the caller may see. Raises Refused("unknown_ticket"), for one that does not exist as for
        one that is not theirs."""
        return await self.site.window.look(lambda work: seen(work, number, caller.may_see))

    async def received(self, item: Inbound, channel: str) -> Entry | None:
        """Hand it to the desk; its line of the ledger. Raises Refused when the answer is no, Problem when it
        was kept for a human."""
        answer = await self.site.inbox.receive(item)
        if answer.why is not None:
            raise answer.why
        entry = await self.site.window.look(lambda work: work.tx.ledger.get(channel, item.event_key))
        if entry is not None and entry.outcome is Outcome.QUARANTINED:
            raise Problem(500, "bug")
        return entry

    async def show_ticket(
        self, caller: Caller, number: int, status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """As it stands. Raises as `ticket` does."""
        return shown(self.shape(caller, await self.ticket(caller, number)), status, headers)

    def shape(self, caller: Caller, ticket: Ticket) -> TicketShape:
        now, policy = self.site.clock.now(), self.site.window.house.policy
        said = ticket_json(ticket, now) if caller.is_ours else customers_ticket_json(ticket, now)
        owner = EngineerShape.of(ticket.assignee, policy) if ticket.assignee else None
        return TicketShape.model_validate({**said, "owner": owner, "links": self._links(caller, ticket)})

    def _links(self, caller: Caller, ticket: Ticket) -> LinksShape:
        base, links = self.site.settings.base, self.site.window.house.links
        return LinksShape(
            api=f"{base}{PREFIX}/tickets/{ticket.id}",
            page=f"{base}/tickets/{ticket.id}",
            shared=links.ticket(ticket.number, ticket.customer) if links and caller.writes else None,
            console=f"{base}/desk/tickets/{ticket.id}" if caller.is_ours else None,
        )

    def page(
        self, request: Request, shape: type[BaseModel], items: Sequence[Any], cursor: str | None
    ) -> Response:
        """A list's page, with where it goes on in the body and, for programs that know RFC 8288, in Link."""
        if cursor is None:
            return shown(shape(items=list(items), next=None))
        here = URL(f"{self.site.settings.base}{request.url.path}").replace(query=request.url.query)
        further = str(here.include_query_params(cursor=cursor))
        return shown(shape(items=list(items), next=further), headers={"link": f'<{further}>; rel="next"'})
