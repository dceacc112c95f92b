"""What engineers do with a ticket, by a program in their name."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.caller import Caller
from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import Handed, Instant, Needed, Said, TicketNumber, Words, plain
from adapters.web.api.once import Change, Key, digest_of
from adapters.web.api.operation import By, Operation, Takes
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import TicketShape
from bot.access.session import Scope
from bot.console.ordering import ordered
from bot.errors import Refused
from bot.inbound import Form as Command
from bot.policy import Priority
from bot.work import CONSOLE

FAILS = (400, 404, 408, 409, 413, 415, 422)


Need = Annotated[str, Field(max_length=2000), AfterValidator(plain)]


class Update(Said):
    """Something must be said. `eta`: by when it will be fixed, at most a year from now; `need`: what is
    needed from the customer ("" takes it back); `plan`: how it is going to be solved."""

    text: Words = ""
    eta: Instant | None = None
    complexity: Annotated[str, Field(pattern="^(low|medium|high)$")] | None = None
    need: Need | None = None
    plan: Words = ""
    attachments: Handed


class NewPriority(Said):
    priority: Priority


class Assignment(Said):
    to: Annotated[str, Field(min_length=1, max_length=100, description="An engineer, by id.")]


class Spoken(Said):
    """What the customer reads; it may be left out."""

    text: Words = ""


class Noted(Said):
    text: Needed
    attachments: Handed


class Merging(Said):
    into: TicketNumber


class Commands:
    """Each is one POST, needs a token of an engineer, and is answered with the ticket as it then stands."""

    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            self._operation("acknowledge", self.acknowledge, "Take it", Takes.NOTHING),
            self._operation("escalate", self.escalate, "Page the next people now", Takes.NOTHING),
            self._operation("update", self.update, "Tell the customer how it stands", Takes.JSON),
            self._operation("priority", self.priority, "Set another priority", Takes.JSON),
            self._operation("assign", self.assign, "Give it to somebody", Takes.JSON),
            self._operation("note", self.note, "Write for engineers only", Takes.JSON),
            self._operation("wait", self.wait, "Wait for the customer", Takes.JSON),
            self._operation("resolve", self.resolve, "It is solved", Takes.JSON),
            self._operation("reopen", self.reopen, "Open it again", Takes.NOTHING),
            self._operation("discard", self.discard, "It was no trouble", Takes.JSON),
            self._operation("merge", self.merge, "It goes on in another ticket", Takes.JSON),
        ]

    def _operation(self, name: str, endpoint: Callable[..., Any], summary: str, takes: Takes) -> Operation:
        return Operation(
            "POST",
            f"/tickets/{{ticket}}/{name}",
            endpoint,
            f"{name}Ticket",
            summary,
            "commands",
            Scope.WRITE,
            TicketShape,
            fails=FAILS,
            takes=takes,
        )

    async def acknowledge(
        self, request: Request, caller: By, ticket: TicketNumber, key: Key = ""
    ) -> Response:
        """Paging stops, the customer reads who has it, and the next update is promised."""
        return await self._do(request, caller, key, Command("ack", (ticket,)))

    async def escalate(self, request: Request, caller: By, ticket: TicketNumber, key: Key = "") -> Response:
        """You were paged and cannot take it."""
        return await self._do(request, caller, key, Command("escalate", (ticket,)))

    async def update(
        self, request: Request, caller: By, ticket: TicketNumber, said: Update, key: Key = ""
    ) -> Response:
        """Human words into the customer's thread; the next update is promised anew."""
        given = said.model_dump(exclude={"text", "plan", "attachments"}, exclude_none=True)
        given |= {"eta": said.eta.isoformat()} if said.eta else {}
        given |= {"plan": said.plan} if said.plan.strip() else {}
        options = tuple((name, str(value)) for name, value in given.items())
        command = Command("update", (ticket,), options, said.text.strip())
        return await self._do(request, caller, key, command, said.attachments)

    async def priority(
        self, request: Request, caller: By, ticket: TicketNumber, said: NewPriority, key: Key = ""
    ) -> Response:
        """Other promises, counted from the customer's first message."""
        return await self._do(request, caller, key, Command("priority", (ticket,), words=said.priority.value))

    async def assign(
        self, request: Request, caller: By, ticket: TicketNumber, said: Assignment, key: Key = ""
    ) -> Response:
        """They hear of it by every means."""
        return await self._do(request, caller, key, Command("assign", (ticket,), words=said.to))

    async def note(
        self, request: Request, caller: By, ticket: TicketNumber, said: Noted, key: Key = ""
    ) -> Response:
        """The customer never reads it."""
        command = Command("note", (ticket,), words=said.text.strip())
        return await self._do(request, caller, key, command, said.attachments)

    async def wait(
        self, request: Request, caller: By, ticket: TicketNumber, said: Spoken, key: Key = ""
    ) -> Response:
        """The clocks pause until the customer writes. `text`: what is needed from them."""
        return await self._do(request, caller, key, Command("wait", (ticket,), words=said.text.strip()))

    async def resolve(
        self, request: Request, caller: By, ticket: TicketNumber, said: Spoken, key: Key = ""
    ) -> Response:
        """It closes by itself after a while. `text`: what solved it."""
        return await self._do(request, caller, key, Command("resolve", (ticket,), words=said.text.strip()))

    async def reopen(self, request: Request, caller: By, ticket: TicketNumber, key: Key = "") -> Response:
        """The promises are made anew from now, and paging begins anew."""
        return await self._do(request, caller, key, Command("reopen", (ticket,)))

    async def discard(
        self, request: Request, caller: By, ticket: TicketNumber, said: Spoken, key: Key = ""
    ) -> Response:
        """`text`: why, as the customer reads it."""
        return await self._do(request, caller, key, Command("discard", (ticket,), words=said.text.strip()))

    async def merge(
        self, request: Request, caller: By, ticket: TicketNumber, said: Merging, key: Key = ""
    ) -> Response:
        """Its people follow the other, an open one of the same customer."""
        return await self._do(request, caller, key, Command("merge", (ticket, said.into)))

    async def _do(
        self, request: Request, caller: Caller, key: str, command: Command, handles: Sequence[str] = ()
    ) -> Response:
        caller.acting()

        async def perform(event_key: str) -> Response:
            await order(self._desk, caller, command, event_key, handles)
            return await self._desk.show_ticket(caller, command.tickets[0])

        return await self._desk.once.answer(request, Change(caller, key, digest_of(request), perform))


async def order(
    desk: ApiDesk, caller: Caller, command: Command, event_key: str, handles: Sequence[str] = ()
) -> None:
    """The command in the engineer's name, as the console brings it, with the files of these handles. Raises
    Problem, Refused."""
    engineer = caller.acting()
    number, *others = command.tickets
    await desk.ticket(caller, number)
    for other in others:
        await _other(desk, caller, other)
    files = desk.handles.opened(caller.token.id, handles)
    await desk.received(ordered(engineer, command, event_key, desk.site.clock.now(), files), CONSOLE)


async def _other(desk: ApiDesk, caller: Caller, number: int) -> None:
    """That the other ticket is not there is no fault of the address."""
    try:
        await desk.ticket(caller, number)
    except Refused as refused:
        raise Problem(409, refused) from None
