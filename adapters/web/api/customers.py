"""Who the customers are."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from adapters.web.api.desk import ApiDesk
from adapters.web.api.fields import Cursor, Limit, Said
from adapters.web.api.once import shown
from adapters.web.api.operation import By, Operation
from adapters.web.api.problems import Problem
from adapters.web.api.shapes import CustomerShape, CustomersShape
from bot.access.session import Scope
from bot.errors import Refused


class Paging(Said):
    limit: Limit = 50
    cursor: Annotated[Cursor, Field(description="As the last page's `next` has it.")] = ""


class Customers:
    def __init__(self, desk: ApiDesk) -> None:
        self._desk = desk

    def operations(self) -> list[Operation]:
        return [
            Operation(
                "GET", "/customers", self.list, "listCustomers", "List customers, by id", "customers",
                Scope.CUSTOMERS, CustomersShape, fails=(422,),
            ),
            Operation(
                "GET", "/customers/{customer}", self.one, "getCustomer", "One customer", "customers",
                Scope.CUSTOMERS, CustomerShape, fails=(404,),
            ),
        ]  # fmt: skip

    async def list(self, request: Request, caller: By, asked: Annotated[Paging, Query()]) -> Response:
        """A customer's token sees that customer alone."""
        question = {"customers": caller.customer}
        after = self._desk.cursors.place(asked.cursor, question) if asked.cursor else ""
        look = self._desk.site.window.look
        if (own := caller.customer) is not None:
            mine = await look(lambda work: work.tx.customers.get(own))
            items = [CustomerShape.of(mine)] if mine and not asked.cursor else []
            return self._desk.page(request, CustomersShape, items, None)
        found = await look(lambda work: work.tx.customers.after(after, asked.limit + 1))
        shown = found[: asked.limit]
        further = self._desk.cursors.at(shown[-1].id, question) if len(found) > asked.limit else None
        return self._desk.page(request, CustomersShape, [CustomerShape.of(each) for each in shown], further)

    async def one(self, caller: By, customer: Annotated[str, Path(max_length=100)]) -> Response:
        """By id. For a customer's token there is no other."""
        found = await self._desk.site.window.look(lambda work: work.tx.customers.get(customer))
        if found is None or caller.customer not in (None, customer):
            raise Problem(404, Refused("unknown_customer", given=customer, near=""))
        return shown(CustomerShape.of(found))
