"""How many webhooks there may be."""

import pytest
from bot.errors import Refused
from bot.webhooks import managing
from bot.webhooks.managing import OF_A_CUSTOMER, OF_THE_DESK, Wish
from bot.webhooks.webhook import Webhook

from tests.integration.webhooks.stage import Watched
from tests.unit.tickets.builders import START


async def added(desk: Watched, customer: str | None, count: int = 1) -> list[Webhook]:
    wish = Wish("https://hooks.example/desk", "nora", (), customer)
    return [await desk.store.write(lambda tx: managing.add(tx, wish, START)) for _ in range(count)]


@pytest.mark.parametrize(("customer", "most"), [(None, OF_THE_DESK), ("acme", OF_A_CUSTOMER)])
async def test_there_are_not_too_many(desk: Watched, customer: str | None, most: int) -> None:
    first, *_ = await added(desk, customer, most)
    with pytest.raises(Refused, match="webhook_too_many"):
        await added(desk, customer)
    await added(desk, "beta" if customer else "acme")
    await desk.store.write(lambda tx: managing.remove(tx, first.id))
    await added(desk, customer)
