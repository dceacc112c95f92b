"""Options that several commands share, so that they read the same everywhere."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.times import zone_named


class Language(StrEnum):
    """Those of `bot.messages`; a test holds them together."""

    EN = "en"
    ZH = "zh"


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone",
        parser=zone_named,
        metavar="ZONE",
        help="Show (and read) times in this IANA zone, such as Europe/Berlin. Default: the desk's own.",
    ),
]
Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang", help="Say it in this language, as far as it is translated. Default: the desk's own."
    ),
]
Directory = Annotated[
    Path,
    typer.Option("--directory", help="Where .env and dawnline.toml are.", file_okay=False, exists=True),
]
HERE = Path()
