"""The command as such: help, near misses, exit codes, and how quickly it answers."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from bot.cli.app import Commands, app
from bot.cli.failing import complaint
from bot.cli.options import Language
from bot.errors import (
    ConfigurationError,
    CopyRefused,
    Fault,
    MustWait,
    Refused,
    SchemaMismatch,
    StoreInUse,
)
from bot.messages.catalogue import LANGUAGES
from typer.main import get_command

from tests.integration.cli.terminal import Terminal

VENDORS = ("slack_bolt", "slack_sdk", "telegram", "aiohttp", "uvicorn", "starlette", "httpx")


def commands() -> list[tuple[str, ...]]:
    """Every command there is, and every command of every group."""
    found: list[tuple[str, ...]] = []
    for name in Commands.later:
        command = get_command(app).get_command(None, name)  # type: ignore[attr-defined]
        found.append((name,))
        found += [(name, each) for each in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_ends_with_an_example_that_calls_the_command(fresh: Terminal, words: tuple[str, ...]) -> None:
    said = fresh.run(*words, "--help")
    assert said.code == 0
    last = [line for line in said.out.splitlines() if line.strip()][-1]
    assert last.strip().startswith("Example: dawnline " + " ".join(words))


def test_the_list_tells_what_each_command_is_for(fresh: Terminal) -> None:
    said = fresh.run("--help")
    assert said.code == 0
    for name, later in Commands.later.items():
        assert f"{name} " in said.out
        assert later.help in said.out


def test_without_a_command_there_is_the_list_and_wrong_use(fresh: Terminal) -> None:
    said = fresh.run()
    assert said.code == 2
    assert "oncall" in said.out + said.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("oncal",), "Did you mean 'oncall'?"),
        (("costumers",), "Did you mean 'customers'?"),
        (("customers", "imprt"), "Did you mean 'import'?"),
        (("oncall", "--schedul", "x"), "--schedule"),
        (("xyzzy",), "No such command 'xyzzy'."),
    ],
)
def test_near_misses_get_the_likely_word(fresh: Terminal, words: tuple[str, ...], meant: str) -> None:
    said = fresh.run(*words)
    assert said.code == 2
    assert meant in said.err


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            ConfigurationError([Fault("a.toml", "x", "is wrong"), Fault(".env", "PORT", "is wrong too")]),
            2,
            ["a.toml: x: is wrong", ".env: PORT: is wrong too"],
        ),
        (Refused("unknown_ticket", ticket="T-7", near="T-1"), 1, ["There is no T-7. Did you mean T-1?"]),
        (Refused("unknown_ticket", ticket="T-7", near=""), 1, ["There is no T-7."]),
        (StoreInUse("another desk already runs on x"), 2, ["another desk already runs on x"]),
        (MustWait("0002 x must wait"), 1, ["0002 x must wait"]),
        (CopyRefused("the target is not empty"), 1, ["the target is not empty"]),
        (SchemaMismatch("the database has schema 9"), 2, ["the database has schema 9"]),
        (PermissionError(13, "Permission denied", "/etc/x"), 2, ["/etc/x: Permission denied"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_is_raised_on_purpose_has_words_and_a_code(
    error: Exception, code: int, lines: list[str]
) -> None:
    assert complaint(error) == (code, lines)  # type: ignore[arg-type]


def test_a_bug_is_not_hidden_and_not_dressed_up() -> None:
    """A traceback with local variables would show tokens; Python's plain one goes through the redaction."""
    assert app.pretty_exceptions_show_locals is False
    code = "from bot.cli.app import Commands, main; Commands.invoke = lambda *a: 1 / 0; main()"
    ran = subprocess.run([sys.executable, "-c", code, "version"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "event=crashed" in ran.stderr
    assert "ZeroDivisionError" in ran.stderr
    assert "locals" not in ran.stderr


@pytest.mark.parametrize(
    "words", [("tickets",), ("show", "T-1"), ("show", "T-9"), ("customers", "show", "x")]
)
def test_the_store_is_closed_whatever_came_of_it(desk: Terminal, words: tuple[str, ...]) -> None:
    """SQLite takes its -wal file away when the last connection closes in order."""
    desk.ask(*words)
    assert [path.name for path in desk.directory.glob("dawnline.db*")] == ["dawnline.db"]


def test_languages_are_those_of_the_catalogues() -> None:
    assert {language.value for language in Language} == set(LANGUAGES)


@pytest.mark.parametrize("words", [("--help",), ("check",), ("oncall",), ("tickets",), ("version",)])
def test_no_chat_platform_is_imported_for_what_needs_none(desk: Terminal, words: tuple[str, ...]) -> None:
    code = (
        "import sys; from bot.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"sys.exit(','.join(sorted(set(sys.modules) & set({VENDORS!r}))) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, cwd=desk.directory
    )
    assert ran.stderr == ""
    assert ran.returncode == 0


def test_the_console_script_is_this(fresh: Terminal) -> None:
    script = Path(sys.executable).with_name("dawnline")
    ran = subprocess.run([script, "version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"dawnline {version('dawnline')}\n", "")
    ran = subprocess.run(
        [sys.executable, "-m", "bot.cli", "version"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert fresh.run("version").out == fresh.run("--version").out == ran.stdout


def piped(desk: Terminal, command: str) -> subprocess.CompletedProcess[str]:
    """A shell's pipe, in the desk's directory; `dawnline` is the console script."""
    script = Path(sys.executable).with_name("dawnline")
    return subprocess.run(
        ["bash", "-c", "set -o pipefail; " + command.replace("dawnline", str(script))],
        capture_output=True,
        text=True,
        check=False,
        cwd=desk.directory,
    )


def test_a_reader_who_has_had_enough_is_no_error(desk: Terminal) -> None:
    """More than a pipe holds, read by nobody."""
    rows = "".join(f"c{n},{'x' * 100}\n" for n in range(2000))
    (desk.directory / "many.csv").write_text("id,name\n" + rows)
    assert desk.ask("customers", "import", str(desk.directory / "many.csv")).code == 0
    ran = piped(desk, "dawnline customers list --json | head -1")
    assert (ran.stdout, ran.stderr) == ("[\n", "")


def test_a_terminal_that_knows_no_chinese_gets_question_marks(desk: Terminal) -> None:
    ran = piped(desk, "PYTHONIOENCODING=ascii dawnline show T-1 --lang zh")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "T-1 ? P0 ?" in ran.stdout


def test_typer_is_the_one_we_know() -> None:
    """LazyGroup stands on three of its methods."""
    for method in ("get_command", "list_commands", "resolve_command", "format_help"):
        assert hasattr(typer.core.TyperGroup, method)
