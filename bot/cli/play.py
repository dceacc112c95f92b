"""`dawnline play`: a story through the real desk, on a virtual clock."""

import asyncio
import json
import logging
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.logs import configure
from bot.messages.catalogue import Catalogue
from bot.play.player import Played, Player
from bot.play.story import Story, read_story, speaking
from bot.play.transcript import as_json, picture, render
from bot.policy import Language, Policy
from bot.settings import load_policy
from storage.sqlite.store import open_store

app = typer.Typer()
WIDTH = 104


@app.command(
    epilog="Example: dawnline play stories/demo.toml --lang zh  ·  dawnline play a.toml --config desk.toml"
)
def play(
    story: Annotated[Path, typer.Argument(help="The story file; docs/stories.md explains the format.")],
    config: Annotated[
        Path | None, typer.Option(help="The policy to play with, instead of the one the story names.")
    ] = None,
    lang: Annotated[str, typer.Option(help="en or zh: the desk's own language and the summary's.")] = "en",
    as_json_: Annotated[
        bool, typer.Option("--json", help="Transcript, failures and figures as JSON.")
    ] = False,
    svg: Annotated[Path | None, typer.Option(help="Also draw what customers see into an SVG file.")] = None,
) -> None:
    """Play a story and say whether every expectation was met (exit code 1: one was not)."""
    configure(sys.stderr, level=logging.getLevelName(logging.ERROR).lower())
    told = read_story(story)
    language = _language(lang)
    policy = speaking(load_policy(config or story.parent / told.config), language)
    catalogue = Catalogue.load()
    played = asyncio.run(_perform(told, policy, catalogue))
    if as_json_:
        print(json.dumps(as_json(played), ensure_ascii=False, indent=2))
    else:
        _show(played, catalogue, language, svg)
    raise typer.Exit(1 if played.failures else 0)


def _language(lang: str) -> Language:
    if lang == "en":
        return "en"
    if lang == "zh":
        return "zh"
    raise typer.BadParameter(f"{lang!r} is no language of Dawnline; allowed: en, zh", param_hint="--lang")


async def _perform(story: Story, policy: Policy, catalogue: Catalogue) -> Played:
    with tempfile.TemporaryDirectory(prefix="dawnline-play-") as room:
        database = Path(room) / "desk.db"
        return await Player(story, policy, catalogue, lambda: open_store(database, alone=True)).play()


def _show(played: Played, catalogue: Catalogue, language: Language, svg: Path | None) -> None:
    Console(highlight=False).print(render(played, catalogue, language))
    if svg is not None:
        easel = Console(record=True, highlight=False, width=WIDTH, file=StringIO(), force_terminal=True)
        easel.print(picture(played, catalogue, language))
        svg.write_text(easel.export_svg(title=played.story.title, code_format=PICTURE), "utf-8")


# rich's own frame loads a font from the network; a picture in a README must not.
PICTURE = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: system-ui, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g>
</svg>
"""
