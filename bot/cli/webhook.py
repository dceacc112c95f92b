"""`dawnline webhook add | list | remove | test | enable | secret`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.bootstrap.ways_out import webhooks_out
from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory, Zone
from bot.cli.screen import line, show, show_json, show_table
from bot.cli.times import moment
from bot.clock import SystemClock
from bot.errors import DeliveryError
from bot.ports import Store, Unit
from bot.webhooks import managing
from bot.webhooks.as_json import state_of, webhook_json
from bot.webhooks.events import TYPES
from bot.webhooks.managing import Wish
from bot.webhooks.webhook import ANY, ROTATION, Webhook

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: [cyan]dawnline webhook add https://example.com/hooks/desk[/]  ·  "
    "[cyan]dawnline webhook list[/]",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.", show_default=False)]


@app.callback()
def webhook() -> None:
    """Programs that are told of what happens to tickets (docs/webhooks.md). The desk may run meanwhile."""


@app.command(
    epilog="Example: [cyan]dawnline webhook add https://example.com/hooks/desk --event ticket.opened "
    "--event ticket.resolved --customer acme[/]"
)
def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where the desk posts to, by https.", show_default=False)
    ],
    events: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="NAME", help=f"One of {', '.join(TYPES)}. Default: all of them."),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="Only their tickets, and only what they may know."),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who makes it, for the record.")
    ] = "operator",
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Have the desk post to a program. The secret it signs with is shown once, now.

    Exit code 1: the address leads to no public host, or there is no such customer.
    """
    desk, wish = Desk.at(directory), Wish(url, by, _known(events or []), customer)
    made = desk.with_store(lambda store: _added(desk, store, wish))
    if as_json:
        show_json({**webhook_json(made), "secret": made.secret})
        return
    show(f"{made.id} posts {_events(made)} to {line(made.url, 200)}.")
    show(f"Its secret, shown only now: {made.secret}")
    show(f"Try it: dawnline webhook test {made.id}")


async def _added(desk: Desk, store: Store, wish: Wish) -> Webhook:
    clock = SystemClock()
    async with webhooks_out(desk.policy, store, clock) as out:
        await managing.look(wish.url, out.lookup, desk.policy.webhooks)
    return await store.write(lambda tx: managing.add(tx, wish, clock.now()))


@app.command("list", epilog="Example: [cyan]dawnline webhook list --json[/]")
def list_all(as_json: AsJson = False, zone: Zone = None, directory: Directory = HERE) -> None:
    """Every webhook, and how it goes."""
    desk = Desk.at(directory)
    found = desk.read(managing.listed)
    if as_json:
        show_json([webhook_json(each) for each in found])
    elif found:
        heads, zone = ("id", "state", "since", "events", "customer", "url"), desk.voice(None, zone).zone
        show_table(heads, [_row(each, zone) for each in found])
    else:
        show("There are no webhooks; `dawnline webhook add URL` makes one.")


@app.command(epilog="Example: [cyan]dawnline webhook remove wh_3f9a01bc52d14e77[/]")
def remove(name: Id, as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Nothing is posted there any more, also not what still waits.

    Exit code 1: there is no such webhook.
    """
    removed = _changed(directory, lambda tx: managing.remove(tx, name))
    if as_json:
        show_json(webhook_json(removed))
    else:
        show(f"{removed.id} is removed.")


@app.command("test", epilog="Example: [cyan]dawnline webhook test wh_3f9a01bc52d14e77[/]")
def try_one(name: Id, as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Post a `webhook.test` now, once, and say what came of it.

    Exit code 1: it did not arrive, or there is no such webhook.
    """
    desk = Desk.at(directory)
    tried = desk.read(lambda tx: managing.get(tx, name))
    reason = desk.with_store(lambda store: _tried(desk, store, tried))
    if as_json:
        show_json({"id": tried.id, "arrived": reason is None, "reason": reason})
    elif reason is None:
        show(f"{tried.id} took it.")
    if reason is not None:
        complain(f"{tried.id} did not take it: {reason}")
        raise typer.Exit(NO)


async def _tried(desk: Desk, store: Store, tried: Webhook) -> str | None:
    """Why it did not arrive; None when it did."""
    clock = SystemClock()
    async with webhooks_out(desk.policy, store, clock) as out:
        try:
            await out.courier.deliver(tried, managing.trial(tried, clock.now()))
        except DeliveryError as error:
            return str(error)
    return None


@app.command(epilog="Example: [cyan]dawnline webhook enable wh_3f9a01bc52d14e77[/]")
def enable(name: Id, as_json: AsJson = False, directory: Directory = HERE) -> None:
    """Post there again: what waits goes out now, in order, and begins its tries anew.

    Exit code 1: there is no such webhook.
    """
    enabled = _changed(directory, lambda tx: managing.enable(tx, name, SystemClock().now()))
    if as_json:
        show_json(webhook_json(enabled))
    else:
        show(f"{enabled.id} is active.")


@app.command(epilog="Example: [cyan]dawnline webhook secret wh_3f9a01bc52d14e77 --rotate[/]")
def secret(
    name: Id,
    rotate: Annotated[bool, typer.Option("--rotate", help="Make a new one.")] = False,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """A new secret, shown once. For a day, messages are signed with the one before as well.

    Exit code 1: there is no such webhook.
    """
    if not rotate:
        raise typer.BadParameter(
            "a secret is shown only when it is made; --rotate makes a new one", param_hint="--rotate"
        )
    rotated = _changed(directory, lambda tx: managing.rotate(tx, name, SystemClock().now()))
    if as_json:
        show_json({**webhook_json(rotated), "secret": rotated.secret})
        return
    hours = int(ROTATION.total_seconds() // 3600)
    show(f"The new secret of {rotated.id}, shown only now: {rotated.secret}")
    show(f"For {hours} hours the one before signs too.")


def _changed(directory: Path, unit: Unit[Webhook]) -> Webhook:
    """Raises Refused, StoreError."""
    desk = Desk.at(directory)
    return desk.with_store(lambda store: store.write(unit))


def _known(events: list[str]) -> tuple[str, ...]:
    """Raises BadParameter with what is allowed."""
    for name in events:
        if name not in (*TYPES, ANY):
            wrong = f"there is no event {name!r}; there are: {', '.join(TYPES)}"
            raise typer.BadParameter(wrong, param_hint="--event")
    return tuple(events)


def _events(made: Webhook) -> str:
    return "every event" if ANY in made.events else ", ".join(made.events)


def _row(each: Webhook, zone: str) -> tuple[str, ...]:
    since = each.disabled_at or each.failing_since or each.created_at
    return (
        each.id,
        state_of(each),
        moment(since, zone),
        _events(each),
        line(each.customer or "", 40),
        line(each.url, 100),
    )
