"""What was said on a ticket, and saying more."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.commands import FAILS, order
from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import Cursor, Handed, Limit, Needed, Said, TicketNumber, Words
from adapters.web.api.once import Change, Key, digest_of
from adapters.web.api.operation import By, Operation, Takes
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import MessageShape, MessagesShape, TicketShape
from adapters.web.api.tickets import Reporter, author_of
from adapters.web.programs import PREFIX
from adapters.web.site import CHANNEL, at_of
from bot.access.session import Scope
from bot.inbound import Form as Command
from bot.inbound import Judged, Opinion, Wrote
from bot.tickets.conversation import for_customers, for_engineers


class Reading(Said):
    limit: Limit = 50
    cursor: Annotated[Cursor, Field(description="As the last page's `next` has it.")] = ""
    audience: Annotated[
        Literal["customer", "desk"] | None,
        Field(
            description="customer: as the ticket's customer reads it; desk: all that was said, notes and "
            "all, and whether it is solved. Left out: as the token may. A customer's token may not read the "
            "desk's."
        ),
    ] = None


class NewMessage(Said):
    """`author`: whose words they are, where they are the customer's."""

    text: Needed
    author: Reporter = Reporter()
    attachments: Handed


class OpinionSaid(Said):
    opinion: Opinion
    text: Words = ""
    author: Reporter = Reporter()


class Messages:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "GET", "/tickets/{ticket}/messages", self.list, "listMessages",
                "What was said, the oldest first", "messages",
                Scope.READ, MessagesShape, fails=(404, 422),
            ),
            Operation(
                "POST", "/tickets/{ticket}/messages", self.post, "postMessage", "Say something", "messages",
                Scope.WRITE, TicketShape, status=201, takes=Takes.JSON, fails=FAILS,
            ),
            Operation(
                "POST", "/tickets/{ticket}/opinion", self.judge, "giveOpinion",
                "It is solved, or it is not", "messages",
                Scope.WRITE, TicketShape, takes=Takes.JSON, fails=FAILS,
            ),
        ]  # fmt: skip

    async def list(
        self, request: Request, caller: By, ticket: TicketNumber, asked: Annotated[Reading, Query()]
    ) -> Response:
        """Words, and what happened between them."""
        inside = caller.is_ours if asked.audience is None else asked.audience == "desk"
        await self._desk.ticket(caller, ticket)
        if inside and not caller.is_ours:
            raise Problem(403, "desk_only")
        question = {"ticket": ticket, "inside": inside}
        start = self._desk.cursors.place(asked.cursor, question) if asked.cursor else 0
        events = await self._desk.site.window.look(lambda work: work.tx.events.of(ticket))
        lines = for_engineers(events) if inside else for_customers(events)
        end = start + asked.limit
        base = f"{self._desk.site.settings.base}{PREFIX}/tickets/T-{ticket}/attachments"
        policy = self._desk.site.window.house.policy
        said = [MessageShape.of(each, policy, base) for each in lines[start:end]]
        further = self._desk.cursors.at(end, question) if end < len(lines) else None
        return self._desk.page(request, MessagesShape, said, further)

    async def post(
        self, request: Request, caller: By, ticket: TicketNumber, said: NewMessage, key: Key = ""
    ) -> Response:
        """An engineer's token updates the customer; any other writes as the customer does. A closed ticket is
        open again when its customer writes."""

        async def write(event_key: str) -> Response:
            return await self._written(caller, ticket, said, event_key)

        return await self._desk.once.answer(request, Change(caller, key, digest_of(request), write))

    async def _written(self, caller: Caller, number: int, said: NewMessage, event_key: str) -> Response:
        ticket = await self._desk.ticket(caller, number)
        if caller.engineer is not None:
            command = Command("update", (number,), words=said.text.strip())
            await order(self._desk, caller, command, event_key, said.attachments)
            return await self._desk.show_ticket(caller, number, 201)
        author = await author_of(self._desk, caller, ticket.customer, said.author)
        item = Wrote(
            event_key=event_key,
            at=at_of(author.id),
            author=author,
            customer=ticket.customer,
            ticket=number,
            text=said.text.strip(),
            wrote_at=self._desk.site.clock.now(),
            attachments=self._desk.handles.opened(caller.token.id, said.attachments),
        )
        await self._desk.received(item, CHANNEL)
        return await self._desk.show_ticket(caller, number, 201)

    async def judge(
        self, request: Request, caller: By, ticket: TicketNumber, said: OpinionSaid, key: Key = ""
    ) -> Response:
        """Only a customer's token says so. What is not solved is open again, with its promises anew."""
        if caller.is_ours:
            raise Problem(403, "customers_only")

        async def opine(event_key: str) -> Response:
            return await self._judged(caller, ticket, said, event_key)

        return await self._desk.once.answer(request, Change(caller, key, digest_of(request), opine))

    async def _judged(self, caller: Caller, number: int, said: OpinionSaid, event_key: str) -> Response:
        ticket = await self._desk.ticket(caller, number)
        author = await author_of(self._desk, caller, ticket.customer, said.author)
        item = Judged(
            event_key=event_key,
            at=at_of(author.id),
            author=author,
            customer=ticket.customer,
            ticket=number,
            opinion=said.opinion,
            text=said.text.strip(),
            judged_at=self._desk.site.clock.now(),
        )
        await self._desk.received(item, CHANNEL)
        return await self._desk.show_ticket(caller, number)
