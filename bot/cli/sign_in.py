"""`dawnline sign-in`."""

from typing import Annotated

import typer

from bot.access.session import LINK_LASTS
from bot.access.signing_in import make_link, visitor_of
from bot.bootstrap.pages import base_of
from bot.cli.desk import Desk
from bot.cli.failing import NO, complain
from bot.cli.options import HERE, AsJson, Directory
from bot.cli.screen import line, show, show_json
from bot.clock import SystemClock
from bot.identities import mailbox_of
from bot.links import Links
from bot.reports.as_json import instant
from bot.work import Work

app = typer.Typer(add_completion=False)


@app.command("sign-in", epilog="Example: [cyan]dawnline sign-in mei@example.com[/]")
def sign_in(
    address: Annotated[
        str,
        typer.Argument(metavar="ADDRESS", help="The mail address of whoever signs in.", show_default=False),
    ],
    as_json: AsJson = False,
    directory: Directory = HERE,
) -> None:
    """Print a link by which somebody signs in on the web, once, for a desk that does not send mail yet.

    Whoever has the link comes in as them. Exit code 1: nobody we know has that address, or the web is off.
    """
    desk, now = Desk.at(directory), SystemClock().now()
    if desk.settings.web == "off":
        complain("The web is off: see WEB in .env.")
        raise typer.Exit(NO)

    async def made(work: Work) -> str | None:
        return make_link(work, address) if await visitor_of(work, address) is not None else None

    secret = desk.with_store(lambda store: store.write(lambda tx: made(desk.house.at(tx, now))))
    if secret is None:
        complain(
            f"Nobody we know has the address {line(address, 100)}: it is no engineer's or auditor's in "
            "dawnline.toml, and no customer's."
        )
        raise typer.Exit(NO)
    link = Links(base_of(desk.settings), b"").sign_in(secret)
    if as_json:
        show_json({"address": mailbox_of(address), "link": link, "expires_at": instant(now + LINK_LASTS)})
        return
    minutes = int(LINK_LASTS.total_seconds() // 60)
    show(f"This link signs {line(address, 100)} in, once, within {minutes} minutes:")
    show(link)
