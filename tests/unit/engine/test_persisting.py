"""Writing while the store is away for a moment."""

from datetime import timedelta
from typing import Any, cast

import pytest
from bot.engine.persisting import PAUSE, persist
from bot.errors import LeaseLost, StoreAway, StoreError
from bot.play.clock import VirtualClock
from bot.ports import Store

from tests.contract.builders import T0

PATIENCE = timedelta(seconds=10)


class Shaky:
    """As much of a store as can be away, or refuse, before it takes anything."""

    def __init__(self, *trouble: StoreError) -> None:
        self.trouble = list(trouble)
        self.asked = 0

    async def write(self, work: Any) -> Any:
        self.asked += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return await work(None)


async def unit(tx: Any) -> str:
    return "done"


async def kept(store: Shaky, clock: VirtualClock) -> str:
    return await persist(cast(Store, store), clock, unit, PATIENCE)


async def test_a_store_that_is_away_is_waited_for() -> None:
    store, clock = Shaky(StoreAway("gone"), StoreAway("gone")), VirtualClock(T0)
    assert await kept(store, clock) == "done"
    assert (store.asked, clock.now()) == (3, T0 + 2 * PAUSE)


async def test_not_for_ever() -> None:
    store, clock = Shaky(*[StoreAway("gone")] * 1000), VirtualClock(T0)
    with pytest.raises(StoreAway):
        await kept(store, clock)
    assert clock.now() == T0 + PATIENCE


@pytest.mark.parametrize("trouble", [LeaseLost("late"), StoreError("too large")])
async def test_what_time_does_not_mend_is_not_tried_again(trouble: StoreError) -> None:
    store = Shaky(trouble)
    with pytest.raises(type(trouble)):
        await kept(store, VirtualClock(T0))
    assert store.asked == 1
