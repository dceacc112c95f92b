"""What `dawnline doctor` looks at: the store, the time zones, every configured channel, single sign-on."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from adapters.email import doctor as email
from adapters.phone import doctor as phone
from adapters.push import doctor as push
from adapters.slack import doctor as slack
from adapters.telegram import doctor as telegram
from adapters.web.openid import doctor as openid
from bot.bootstrap import (
    email_settings,
    open_store,
    openid_settings,
    phone_settings,
    push_settings,
    slack_settings,
    telegram_settings,
)
from bot.cli.desk import Desk
from bot.cli.zones import disagreements, package_version, zones_of
from bot.customers.customer import Customer
from bot.durable import Timer, TimerKind
from bot.errors import StoreError
from bot.findings import Finding
from bot.ports import Clock, Transaction
from bot.settings import missing_channels


@dataclass(frozen=True, slots=True)
class Found:
    """`ok` is None for what was not tried."""

    area: str
    about: str
    ok: bool | None
    text: str


async def examine(desk: Desk, clock: Clock, groups: int) -> AsyncIterator[Found]:
    """Findings as they come. At most `groups` customers' groups of each channel are tried."""
    customers: tuple[Customer, ...] = ()
    try:
        customers = await _tried(desk, clock)
        text = f"{desk.settings.database_name} opens, and a write was committed"
        yield Found("store", "database", True, text)
    except StoreError as error:
        yield Found("store", "database", False, f"{error} (DATABASE_URL)")
    yield _zones(desk, clock)
    for missing in missing_channels(desk.settings):
        needs = "; ".join(f"{need.name}: {need.how}" for need in missing.needs)
        yield Found(missing.channel, "skipped", None, f"not configured. Missing in .env: {needs}")
    async for found in _channels(desk, clock, customers, groups):
        yield found
    sign_on = openid_settings(desk.settings)
    if sign_on is not None:
        async for finding in openid.examine(sign_on, clock):
            yield Found("single sign-on", finding.about, finding.ok, finding.text)


async def _tried(desk: Desk, clock: Clock) -> tuple[Customer, ...]:
    """Open the store beside a running desk, write to it, and read the customers back. Raises StoreError."""
    store = await open_store(desk.settings, worker="doctor")
    try:
        return await store.write(lambda tx: _write(tx, clock))
    finally:
        await store.close()


async def _write(tx: Transaction, clock: Clock) -> tuple[Customer, ...]:
    """A timer set and cancelled in one transaction: pages are written, and nobody ever sees it."""
    tx.timers.set(Timer("doctor", TimerKind.CLOSE, 0, clock.now() + timedelta(days=1)))
    tx.timers.cancel("doctor")
    return await tx.customers.all()


def _zones(desk: Desk, clock: Clock) -> Found:
    zones = zones_of(desk.policy)
    wrong = list(disagreements(zones, clock.now()))
    if not wrong:
        text = f"{len(zones)} of the desk agree with tzdata {package_version()} for two years"
        return Found("time zones", "database", True, text)
    mend = "bring the system's tzdata up to date, or set PYTHONTZPATH to nothing to use the packaged one"
    return Found("time zones", "database", False, f"{'; '.join(wrong)}: {mend}")


async def _channels(
    desk: Desk, clock: Clock, customers: tuple[Customer, ...], most: int
) -> AsyncIterator[Found]:
    for channel, doctor in _doctors(desk, clock):
        groups = _groups(channel, customers)
        people = {
            each.identities[channel]: each.name
            for each in desk.policy.engineers
            if channel in each.identities
        }
        async for finding in doctor(dict(islice(groups.items(), most)), people):
            yield Found(channel, finding.about, finding.ok, finding.text)
        if len(groups) > most:
            text = f"{len(groups) - most} of customers' groups were not tried; --groups tries more"
            yield Found(channel, "groups", None, text)


Doctor = Callable[[Mapping[str, str], Mapping[str, str]], AsyncIterator[Finding]]
"""Asked with customers' groups and engineers, each by their id on the platform."""


def _doctors(desk: Desk, clock: Clock) -> Iterator[tuple[str, Doctor]]:
    """Of the channels that are configured. Raises ConfigurationError for one that cannot be so."""
    own = desk.policy.desk.conversations.get("slack")
    ours = {own: "the engineers' own"} if own else {}
    workspace = slack_settings(desk.settings)
    if workspace is not None:
        yield "slack", lambda groups, people: slack.examine(workspace, clock, {**ours, **groups}, people)
    bot = telegram_settings(desk.settings, desk.policy)
    if bot is not None:
        yield "telegram", lambda groups, people: telegram.examine(bot, clock, groups, people)
    post = email_settings(desk.settings, desk.policy)
    if post is not None:
        yield "email", lambda groups, people: email.examine(post, clock, groups, people)
    provider = phone_settings(desk.settings, desk.policy)
    if provider is not None:
        yield "phone", lambda groups, people: phone.examine(provider, groups, people)
    pusher = push_settings(desk.settings)
    if pusher is not None:
        yield "push", lambda groups, people: push.examine(pusher, groups, people)


def _groups(channel: str, customers: tuple[Customer, ...]) -> dict[str, str]:
    return {
        identity.value: customer.id
        for customer in customers
        for identity in customer.identities
        if identity.kind == f"{channel}:conversation"
    }


def _people(channel: str, desk: Desk) -> dict[str, str]:
    return {
        engineer.identities[channel]: engineer.name
        for engineer in desk.policy.engineers
        if channel in engineer.identities
    }
