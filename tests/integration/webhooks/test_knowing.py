"""What a desk knows of its webhooks: without a question for every event, and soon after they changed."""

from datetime import timedelta

from bot.ports import Transaction
from bot.webhooks.known import FRESH, Subscriptions
from bot.webhooks.reporting import done
from bot.work import House, Work

from tests.contract.builders import put, saving
from tests.integration.webhooks.stage import Watched
from tests.unit.tickets.builders import START


async def test_another_worker_notices_within_seconds(desk: Watched) -> None:
    """Made by one process, reported by another, which works on."""
    known = Subscriptions()
    await known.renew(desk.store, START)
    made = await desk.subscribes("ticket.opened")
    assert known.to("ticket.opened") == ()
    await known.renew(desk.store, START + FRESH - timedelta(milliseconds=1))
    assert known.to("ticket.opened") == ()
    await known.renew(desk.store, START + FRESH)
    assert known.to("ticket.opened") == (made,)
    assert known.to("ticket.closed") == ()
    assert timedelta(seconds=10) >= FRESH


class Asked:
    """A transaction that tells what it was asked, beside what it is told to note."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.rooms: list[str] = []

    def __getattr__(self, room: str) -> object:
        self.rooms.append(room)
        return getattr(self._tx, room)


async def rooms_entered(desk: Watched, house: House) -> list[str]:
    """By a unit that puts one line on record."""
    await put(desk.store, saving(1))
    asked: list[Asked] = []

    async def unit(tx: Transaction) -> None:
        asked.append(Asked(tx))

        async def recording(work: Work) -> None:
            work.record(1, "opened", "Dana")

        await done(house, asked[-1], START, recording)  # type: ignore[arg-type]

    await desk.store.write(unit)
    return asked[-1].rooms


async def test_nothing_is_asked_while_nobody_listens(desk: Watched) -> None:
    house = desk.night.desk.house
    assert await rooms_entered(desk, house) == ["events"]
    await desk.subscribes("ticket.closed")
    assert await rooms_entered(desk, house) == ["events"]
    await desk.subscribes("ticket.opened")
    assert await rooms_entered(desk, house) == ["events", "tickets", "outbox"]
