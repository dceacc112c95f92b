"""`dawnline version`."""

from importlib.metadata import version

import typer

app = typer.Typer()


@app.command(epilog="Example: [cyan]dawnline version[/]")
def show_version() -> None:
    """Print the version."""
    print(f"dawnline {version('dawnline')}")


def print_version(wanted: bool) -> None:
    """The callback of --version."""
    if wanted:
        show_version()
        raise typer.Exit
