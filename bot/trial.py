"""The small example desk that somebody sees who has configured nothing yet."""

from datetime import timedelta

from bot.console.ordering import ordered
from bot.customers.customer import Customer, Identity
from bot.desk import Desk
from bot.inbound import Address, Filed, Form, Person
from bot.messages.catalogue import Voice
from bot.oncall.schedule import on_call
from bot.policy import Engineer, Policy, Tier
from bot.ports import Clock
from bot.work import Work

COMPANY = Customer(
    "acme",
    "Acme Live",
    tier="premium",
    industry="live-streaming",
    identities=(Identity("email-domain", "acme.example"),),
)
CUSTOMER = "sam@acme.example"
_OURS = "dawnline.example"


def address_of(engineer: Engineer) -> str:
    return f"{engineer.id}@{_OURS}"


def on_duty(policy: Policy, clock: Clock) -> Engineer:
    """The one to play: somebody who has the watch now, a lead if one has, who is paged for a P0 at once and
    sees every page there is."""
    duties = [duty for each in policy.schedules for duty in on_call(each.build(), (), clock.now())]
    named = (policy.engineer(name) for duty in duties for name in duty.engineers)
    people = [each for each in named if each is not None] or policy.engineers
    return next((each for each in people if each.tier is Tier.LEAD), people[0])


async def seed(desk: Desk, clock: Clock, voice: Voice, engineer: Engineer) -> None:
    """A customer and three tickets, through the desk's own door, so that both sides have something to show.
    A desk that has customers or tickets already stays as it is."""
    if not await desk.act(_is_new):
        return
    plays = {
        "done": (Form("resolve", words=voice.say("web.trial.done_answer")),),
        "at_work": (
            Form("ack"),
            Form("update", options=(("eta", "2h"),), words=voice.say("web.trial.at_work_answer")),
        ),
        "waits": (Form("ack"), Form("wait", words=voice.say("web.trial.waits_answer"))),
    }
    for number, (name, commands) in enumerate(plays.items(), start=1):
        await _play(desk, clock, voice.say(f"web.trial.{name}"), number, engineer, commands)


async def _is_new(work: Work) -> bool:
    if await work.tx.customers.all() or await work.tx.tickets.active(limit=1):
        return False
    work.tx.customers.save(COMPANY)
    return True


async def _play(
    desk: Desk, clock: Clock, text: str, number: int, engineer: Engineer, commands: tuple[Form, ...]
) -> None:
    at, author = Address("web", CUSTOMER), Person("web", CUSTOMER, "Sam (Acme Live)")
    filed_at = clock.now() - timedelta(minutes=7 * number)
    title, _, words = text.partition("\n")
    key = f"trial:{number}"
    await desk.receive(Filed(key, at, author, COMPANY.id, title, words, filed_at))
    entry = await desk.look(lambda work: work.tx.ledger.get("web", key))
    if entry is None or entry.ticket is None:
        return
    for step, command in enumerate(commands):
        form = Form(command.verb, (entry.ticket,), command.options, command.words)
        await desk.receive(ordered(engineer, form, f"{key}:{step}", clock.now()))
