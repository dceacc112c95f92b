"""A call with everything that is decided and said in it, looked up once: what a step has written it need not
read back, so that steps which come together can look together (storage/ahead.py)."""

from dataclasses import dataclass, replace

from bot.customers.customer import Customer
from bot.hotline.call import Call, Stage
from bot.messages.catalogue import Voice
from bot.telephone import Say
from bot.tickets.absorbed import followed
from bot.tickets.lifecycle import begin_paging, keep
from bot.tickets.progress import send_receipt
from bot.tickets.ticket import Ticket
from bot.work import Work


@dataclass(frozen=True, slots=True)
class Scene:
    """`ticket`: the call's own, or the one it has turned out to be about; `earlier`: the open one that the
    caller is asked about."""

    work: Work
    call: Call
    ticket: Ticket
    earlier: Ticket | None
    customer: Customer | None

    @property
    def voice(self) -> Voice:
        return self.work.voice(self.call.language, self.ticket.time_zone)

    @property
    def company(self) -> str:
        """ "" for whoever is not known."""
        return self.customer.name if self.customer is not None else ""

    def say(self, key: str, /, **words: object) -> Say:
        return Say(self.voice.say(key, **words), self.call.language)

    def at_stage(self, stage: Stage) -> "Scene":
        return replace(self, call=self.call.at_stage(stage))

    def again(self) -> "Scene":
        """Nothing was understood."""
        return replace(self, call=self.call.again())


async def scene_of(work: Work, call: str) -> Scene | None:
    """None for a call that nobody has begun."""
    found = await work.tx.calls.around(call)
    if found is None:
        return None
    record, opened, customer = found
    ticket = await followed(work, opened)
    earlier = record.earlier if record.asks_about_earlier else None
    asked_about = await work.tx.tickets.find(earlier) if earlier is not None else None
    return Scene(work, record, ticket, asked_about, customer)


async def current(work: Work, call: Call) -> Ticket:
    return await followed(work, await work.tx.tickets.get(call.ticket))


def settled(scene: Scene) -> Scene:
    """What it is about is known, as far as it will be: whoever is on call is paged now, and the caller has
    their receipt, where they can read one."""
    if scene.call.told:
        return scene
    work, ticket = scene.work, scene.ticket
    able = work.able(ticket.home.channel)
    readable = able is not None and not able.spoken
    after = keep(work, None, replace(ticket, silent=not readable))
    if after.is_untaken:
        begin_paging(work, after)
        send_receipt(work, after)
    work.tx.timers.cancel(f"call:{scene.call.id}")
    return replace(scene, call=replace(scene.call, told=True), ticket=after)
