"""When a means of waking people took nothing: told once, and kept for the record."""

from dataclasses import replace

from bot.durable import Outage
from bot.work import Work


async def away(work: Work, channel: str, reason: str) -> None:
    """A page could not leave by that channel now. Of channels that only chat nobody need be told: their pages
    go by other means as well, and they come and go."""
    able = work.able(channel)
    if able is None or not able.verified or await work.tx.outages.current(channel) is not None:
        return
    work.tx.outages.save(Outage(channel, work.now, reason))
    name = work.to_desk().say(f"way.{channel}")
    work.tell_desk(None, "nudge.channel_away", channel=name, reason=reason, at=work.now)


async def back(work: Work, channel: str) -> None:
    """A page has left by it."""
    able = work.able(channel)
    if able is None or not able.verified:
        return
    outage = await work.tx.outages.current(channel)
    if outage is not None:
        work.tx.outages.save(replace(outage, ended_at=work.now))
        span, name = work.now - outage.began_at, work.to_desk().say(f"way.{channel}")
        work.tell_desk(None, "nudge.channel_back", channel=name, since=outage.began_at, span=span)
