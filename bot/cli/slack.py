"""`dawnline slack manifest`."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from adapters.slack.manifest import manifest as slack_manifest
from adapters.slack.settings import EVENTS_PATH
from bot.cli.options import Language
from bot.cli.screen import show_json
from bot.messages.catalogue import Catalogue

app = typer.Typer(
    add_completion=False, no_args_is_help=True, epilog="Example: [cyan]dawnline slack manifest[/]"
)


def address(text: str) -> str:
    """A public address, without the path. Raises BadParameter."""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.netloc or parts.path.strip("/"):
        raise typer.BadParameter(f"{text!r} is not a public address; write https://desk.example.com")
    return f"https://{parts.netloc}"


@app.callback()
def slack() -> None:
    """What Slack must be told about Dawnline."""


@app.command(
    epilog="Example: [cyan]dawnline slack manifest --url https://desk.example.com > manifest.json[/]"
)
def manifest(
    url: Annotated[
        str | None,
        typer.Option(parser=address, metavar="PUBLIC_URL", help="Signed HTTP there; default: Socket Mode."),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="Describe the commands in it.")] = Language.EN,
) -> None:
    """Print the app's manifest: every scope, event and command, as JSON to paste at api.slack.com/apps."""
    show_json(slack_manifest(Catalogue.load(), url + EVENTS_PATH if url else None, lang.value))
