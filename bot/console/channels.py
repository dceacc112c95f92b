"""How the ways in and out are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.durable import Outage, Worker
from bot.work import Work

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChannelsView:
    """`names`: the channels that run; `outages`: of the last week, the newest first."""

    names: tuple[str, ...]
    outages: tuple[Outage, ...]
    workers: tuple[Worker, ...]
    since: datetime


async def channels(work: Work) -> ChannelsView:
    since = work.now - LATELY
    outages = await work.tx.outages.since(since)
    workers = await work.tx.workers.all()
    return ChannelsView(tuple(work.house.channels), outages[::-1], workers, since)
