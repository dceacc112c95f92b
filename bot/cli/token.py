"""`dawnline token create | list | revoke`."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any, TypeVar

import typer

from bot.access.session import Scope, Token
from bot.access.tokens import make_token, revoke_token
from bot.cli.desk import Desk
from bot.cli.options import HERE, AsJson, Directory, Zone
from bot.cli.screen import line, show, show_json, show_table
from bot.cli.times import moment
from bot.clock import SystemClock
from bot.reports.as_json import instant, instant_or_none
from bot.work import Work

T = TypeVar("T")
MOST = 366
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    epilog="Example: [cyan]dawnline token create crm --scope tickets:read --customer acme[/]  ·  "
    "[cyan]dawnline token list[/]",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.", show_default=False)]


@app.callback()
def token() -> None:
    """What programs sign in with at /api/v1 (docs/api.md). The desk may run meanwhile."""


@app.command(
    epilog="Example: [cyan]dawnline token create pager --scope tickets:read --scope tickets:write "
    "--engineer mei --days 30[/]"
)
def create(
    name: Name,
    scopes: Annotated[
        list[Scope],
        typer.Option("--scope", help="What it may be used for; once for each.", show_default=False),
    ],
    engineer: Annotated[
        str | None, typer.Option("--engineer", metavar="ID", help="It acts as this engineer.")
    ] = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="It sees only this customer's tickets.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=MOST, help="So long it is good.")] = 90,
    by: Annotated[
        str, typer.Option("--by", metavar="NAME", help="Who makes it, for the record.")
    ] = "operator",
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Make a token. It is shown once, now; the desk keeps only its digest.

    Without --engineer and --customer it sees every ticket and files in customers' names. Exit code 1: there
    is no such engineer or customer.
    """
    if engineer is not None and customer is not None:
        raise typer.BadParameter(
            "a token is an engineer's or a customer's, not both", param_hint="--customer"
        )
    if not name.strip():
        raise typer.BadParameter("say what it is for", param_hint="NAME")
    wanted, lasts = tuple(dict.fromkeys(scopes)), timedelta(days=days)
    secret, made = _written(
        Desk.at(directory),
        lambda work: make_token(work, name.strip(), wanted, by, lasts, engineer=engineer, customer=customer),
    )
    if as_json:
        show_json({**token_json(made), "token": secret})
        return
    show(f"{made.id} may {', '.join(made.scopes)}{_whose(made)}, until {instant(made.expires_at)}.")
    show(f"The token, shown only now: {secret}")


@app.command("list", epilog="Example: [cyan]dawnline token list --json[/]")
def list_all(as_json: AsJson = False, zone: Zone = None, directory: Directory = HERE) -> None:
    """Every token, the newest first, also those that are no good any more."""
    desk = Desk.at(directory)
    found = desk.read(lambda tx: tx.tokens.all())
    if as_json:
        show_json([token_json(each) for each in found])
    elif found:
        voice = desk.voice(None, zone)
        heads = ("id", "name", "state", "scopes", "whose", "until", "last used")
        show_table(heads, [(*_row(each), *_times(each, voice.zone)) for each in found])
    else:
        show("There are no tokens; `dawnline token create NAME --scope tickets:read` makes one.")


@app.command(epilog="Example: [cyan]dawnline token revoke tok_3f9a01bc[/]")
def revoke(name: Id, as_json: AsJson = False, directory: Directory = HERE) -> None:
    """It is no good any more, from now on.

    Exit code 1: there is no such token.
    """
    revoked = _written(Desk.at(directory), lambda work: revoke_token(work, name))
    if as_json:
        show_json(token_json(revoked))
    else:
        show(f"{revoked.id} ({line(revoked.name, 60)}) is revoked.")


def token_json(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "state": _state(token),
        "scopes": [each.value for each in token.scopes],
        "engineer": token.engineer,
        "customer": token.customer,
        "made_at": instant(token.made_at),
        "made_by": token.made_by,
        "expires_at": instant(token.expires_at),
        "revoked_at": instant_or_none(token.revoked_at),
        "used_at": instant_or_none(token.used_at),
    }


def _state(token: Token) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "good" if token.is_good(SystemClock().now()) else "expired"


def _whose(token: Token) -> str:
    if token.engineer is not None:
        return f" as {token.engineer}"
    return f" for {token.customer}" if token.customer is not None else ""


def _row(token: Token) -> tuple[str, ...]:
    whose = token.engineer or token.customer or "the desk"
    return token.id, line(token.name, 40), _state(token), ", ".join(token.scopes), line(whose, 40)


def _times(token: Token, zone: str) -> tuple[str, str]:
    return moment(token.expires_at, zone), moment(token.used_at, zone) if token.used_at else "never"


def _written(desk: Desk, unit: Callable[[Work], Awaitable[T]]) -> T:
    """Raises Refused, StoreError."""
    now = SystemClock().now()
    return desk.with_store(lambda store: store.write(lambda tx: unit(desk.house.at(tx, now))))
