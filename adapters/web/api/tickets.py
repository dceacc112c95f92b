"""Tickets: listed, looked at, filed."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import (
    Cursor,
    Facts,
    Handed,
    Limit,
    MailAddress,
    Name,
    Said,
    TicketNumber,
    Title,
    Truth,
    Words,
    pairs,
)
from adapters.web.api.once import Change, Key, digest_of
from adapters.web.api.operation import By, Operation, Takes
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import TicketShape, TicketsShape
from adapters.web.programs import PREFIX
from adapters.web.site import CHANNEL, at_of
from bot.access.session import Scope
from bot.access.signing_in import visitor_of
from bot.errors import Refused
from bot.inbound import Filed, Person
from bot.policy import Priority
from bot.tickets.board import Wanted
from bot.tickets.ticket import State
from bot.work import Work


class Listing(Said):
    """What is left empty does not narrow the list."""

    state: State | None = None
    priority: Priority | None = None
    customer: Annotated[str, Field(max_length=100, description="By id.")] = ""
    assignee: Annotated[str, Field(max_length=100, description="An engineer, by id.")] = ""
    untaken: Annotated[Truth, Field(description="Only those that no engineer has acknowledged.")] = False
    limit: Limit = 50
    cursor: Annotated[Cursor, Field(description="As the last page's `next` has it.")] = ""


class Reporter(Said):
    """Whose words these are. Whoever has an address is also written to by mail, where the desk mails. A
    customer's token can name only addresses of that customer."""

    name: Name = ""
    email: MailAddress | None = None


class NewTicket(Said):
    """`customer`: whose ticket it is; a customer's token may leave it out. `attachments`: ids of uploads."""

    title: Title
    text: Words = ""
    customer: Annotated[str, Field(max_length=100)] = ""
    reporter: Reporter = Reporter()
    facts: Facts = Facts()
    attachments: Handed


class Tickets:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "GET", "/tickets", self.list, "listTickets", "List tickets, the newest first", "tickets",
                Scope.READ, TicketsShape, fails=(422,),
            ),
            Operation(
                "POST", "/tickets", self.create, "createTicket", "Open a ticket", "tickets",
                Scope.WRITE, TicketShape, status=201, takes=Takes.JSON,
                fails=(400, 408, 409, 413, 415, 422), headers={"Location": "Where it is."},
            ),
            Operation(
                "GET", "/tickets/{ticket}", self.one, "getTicket", "One ticket", "tickets",
                Scope.READ, TicketShape, fails=(404,),
            ),
        ]  # fmt: skip

    async def list(self, request: Request, caller: By, asked: Annotated[Listing, Query()]) -> Response:
        """A page stays where it is when tickets are opened meanwhile: they come before the first page. Where
        few tickets are what is asked for, a page may hold fewer than `limit`, even none, and still have a
        `next`."""
        question = {**asked.model_dump(mode="json", exclude={"limit", "cursor"}), "of": caller.customer}
        before = self._desk.cursors.place(asked.cursor, question) if asked.cursor else 0
        if caller.customer is not None and asked.customer not in ("", caller.customer):
            return self._desk.page(request, TicketsShape, [], None)
        wanted = Wanted(
            caller.customer or asked.customer, asked.assignee, asked.priority, untaken=asked.untaken
        )
        found = await self._desk.site.window.look(
            lambda work: work.tx.tickets.newest(wanted, state=asked.state, before=before, limit=asked.limit)
        )
        further = self._desk.cursors.at(found.further, question) if found.further else None
        shown = [self._desk.shape(caller, each) for each in found.tickets]
        return self._desk.page(request, TicketsShape, shown, further)

    async def one(self, caller: By, ticket: TicketNumber) -> Response:
        """With its clocks, what the customer was told last, and where its pages are."""
        return await self._desk.show_ticket(caller, ticket)

    async def create(self, request: Request, caller: By, said: NewTicket, key: Key = "") -> Response:
        """It is open at once: its clock runs, and whoever is on call is paged."""

        async def file(event_key: str) -> Response:
            return await self._file(caller, said, event_key)

        return await self._desk.once.answer(request, Change(caller, key, digest_of(request), file))

    async def _file(self, caller: Caller, said: NewTicket, event_key: str) -> Response:
        customer = await self._customer(caller, said.customer)
        author = await author_of(self._desk, caller, customer, said.reporter)
        item = Filed(
            event_key=event_key,
            at=at_of(author.id),
            author=author,
            customer=customer,
            title=said.title.strip() or said.title,
            text=said.text.strip(),
            filed_at=self._desk.site.clock.now(),
            facts=pairs(said.facts),
            attachments=self._desk.handles.opened(caller.token.id, said.attachments),
        )
        entry = await self._desk.received(item, CHANNEL)
        if entry is None or entry.ticket is None:
            raise Problem(500, "bug")
        location = f"{self._desk.site.settings.base}{PREFIX}/tickets/T-{entry.ticket}"
        return await self._desk.show_ticket(caller, entry.ticket, 201, {"location": location})

    async def _customer(self, caller: Caller, asked: str) -> str:
        customer = asked or caller.customer or ""
        if not customer:
            raise Problem(409, "customer_needed")
        if caller.customer not in (None, customer) or not await self._is_known(customer):
            raise Problem(409, Refused("unknown_customer", given=customer, near=""))
        return customer

    async def _is_known(self, customer: str) -> bool:
        found = await self._desk.site.window.look(lambda work: work.tx.customers.get(customer))
        return found is not None


async def author_of(desk: ApiDesk, caller: Caller, customer: str, reporter: Reporter) -> Person:
    """Whose words they are: somebody's with a mail address, else the program's. Raises Problem when a
    customer's token names an address that is not that customer's: the desk writes there."""
    name = " ".join(reporter.name.split())
    if reporter.email is None:
        return Person(CHANNEL, caller.token.id, name or caller.token.name)
    address = reporter.email.lower()

    async def theirs(work: Work) -> bool:
        visitor = await visitor_of(work, address)
        return visitor is not None and visitor.customer is not None and visitor.customer.id == customer

    if not caller.is_ours and not await desk.site.window.look(theirs):
        raise Problem(409, Refused("unknown_address", address=address))
    return Person(CHANNEL, address, name or address)
