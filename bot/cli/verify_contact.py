"""`dawnline verify-contact`."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.bootstrap.ways_out import ways_out
from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import show, show_json, show_table
from bot.cli.waking import KINDS, waking_contacts
from bot.clock import SystemClock
from bot.contacts.contact import VALID_FOR, Contact
from bot.contacts.verifying import begin, code_words, confirm
from bot.errors import DeliveryError, Refused
from bot.identities import channels_of, kind_of
from bot.inbound import Address
from bot.outgoing import Post, Spoken
from bot.policy import Engineer
from bot.ports import Transaction
from bot.reports.as_json import instant
from bot.work import unique

app = typer.Typer(add_completion=False)


class Means(StrEnum):
    SMS = "sms"
    CALL = "call"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Meant:
    """Whose contact it is, and by which channel the code goes there."""

    engineer: Engineer
    channel: str
    value: str

    @property
    def kind(self) -> str:
        return kind_of(self.channel)


@app.command(
    "verify-contact",
    epilog="Example: [cyan]dawnline verify-contact mei[/]  ·  "
    "[cyan]dawnline verify-contact mei --code 123456[/]  ·  [cyan]dawnline verify-contact --list[/]",
)
def verify_contact(
    engineer: Annotated[str, typer.Argument(metavar="ENGINEER", help="By id.", show_default=False)] = "",
    via: Annotated[
        Means | None,
        typer.Option("--via", help="How the code goes there. Default: sms, else push.", show_default=False),
    ] = None,
    code: Annotated[
        str, typer.Option("--code", metavar="CODE", help="The code that came.", show_default=False)
    ] = "",
    every: Annotated[
        bool, typer.Option("--list", help="Every contact, and since when it is confirmed.")
    ] = False,
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Send a code to an engineer's telephone or push topic; with --code, confirm it.

    Nobody is called, texted or pushed to on a contact that its owner has not confirmed. A number that was
    confirmed by text counts for calls too. On a terminal the code is asked for at once.

    Exit code 1: the code is wrong or too old, or it could not be sent.
    """
    desk = Desk.at(directory)
    if every:
        _list(desk, as_json)
        return
    meant = _meant(desk, engineer, via)
    if code:
        _confirm(desk, meant, code, as_json)
        return
    _send(desk, meant)
    if not as_json and sys.stdin.isatty():
        _confirm(desk, meant, typer.prompt("The code that came").strip(), as_json)
        return
    if as_json:
        show_json({**_said(meant), "sent": True})
    else:
        minutes = int(VALID_FOR.total_seconds() // 60)
        show(f"A code is on its way to {meant.value} ({meant.channel}); it counts for {minutes} minutes.")
        show(f"Then: dawnline verify-contact {meant.engineer.id} --via {meant.channel} --code CODE")


def _meant(desk: Desk, name: str, via: Means | None) -> Meant:
    """Raises BadParameter with what is allowed."""
    found = desk.policy.engineer(name)
    if found is None:
        known = ", ".join(each.id for each in desk.policy.engineers)
        raise typer.BadParameter(f"there is no engineer {name!r}; there are: {known}", param_hint="ENGINEER")
    possible = [each for kind in KINDS if kind in found.identities for each in channels_of(kind)]
    preferred = [each for each in ("sms", "push") if each in possible]
    channel = via.value if via else next(iter(preferred), "")
    if channel not in possible:
        has = ", ".join(possible) or "neither a phone nor a push topic in dawnline.toml"
        raise typer.BadParameter(f"{found.id} has {has}", param_hint="--via")
    if channel not in desk.house.channels:
        needs = "TWILIO_ACCOUNT_SID" if kind_of(channel) == "phone" else "NTFY_URL"
        raise typer.BadParameter(f"{channel} is not configured; it needs {needs} in .env", param_hint="--via")
    return Meant(found, channel, found.identities[kind_of(channel)])


def _send(desk: Desk, meant: Meant) -> None:
    now = SystemClock().now()
    code = desk.with_store(lambda store: store.write(lambda tx: begin(tx, meant.kind, meant.value, now)))
    try:
        asyncio.run(_sent(desk, meant, code))
    except DeliveryError as error:
        complain(f"The code could not be sent to {meant.value}: {error}")
        raise typer.Exit(NO) from None


async def _sent(desk: Desk, meant: Meant, code: str) -> None:
    clock = SystemClock()
    voice = desk.house.at(None, clock.now()).to_engineer(meant.engineer)  # type: ignore[arg-type]  # only words
    text = code_words(voice, code, spoken=desk.house.channels[meant.channel].spoken)
    at, spoken = Address(meant.channel, meant.value), Spoken(language=voice.language)
    async with ways_out(desk.settings, desk.policy, clock) as channels:
        await channels[meant.channel].send(Post(unique("contact"), at, text, spoken=spoken))


def _confirm(desk: Desk, meant: Meant, code: str, as_json: bool) -> None:
    now = SystemClock().now()

    async def unit(tx: Transaction) -> Refused | None:
        return await confirm(tx, meant.kind, meant.value, code, now)

    refused = desk.with_store(lambda store: store.write(unit))
    if refused is not None:
        raise refused
    if as_json:
        show_json({**_said(meant), "confirmed": True})
    else:
        show(f"{meant.engineer.name}: {meant.value} is confirmed.")


def _said(meant: Meant) -> dict[str, Any]:
    return {"engineer": meant.engineer.id, "contact": meant.value, "via": meant.channel}


def _list(desk: Desk, as_json: bool) -> None:
    rows = [(each, kind, value) for each, kind, value in waking_contacts(desk.policy.engineers)]

    async def unit(tx: Transaction) -> list[Contact | None]:
        return [await tx.contacts.get(kind, value) for _, kind, value in rows]

    known = desk.read(unit) if desk.has_store else [None] * len(rows)
    since = [each.confirmed_at if each else None for each in known]
    if as_json:
        show_json([_row(*row, at) for row, at in zip(rows, since, strict=True)])
    else:
        voice = desk.voice(None, None)
        said = [voice.instant(at) if at else "not confirmed" for at in since]
        cells = [(each.id, kind, value, at) for (each, kind, value), at in zip(rows, said, strict=True)]
        show_table(("engineer", "kind", "contact", "confirmed"), cells)


def _row(engineer: Engineer, kind: str, value: str, at: datetime | None) -> dict[str, Any]:
    return {
        "engineer": engineer.id,
        "kind": kind,
        "contact": value,
        "confirmed_at": instant(at) if at else None,
    }
