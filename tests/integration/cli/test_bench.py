"""`dawnline bench`: the command round the measurements, which have tests of their own."""

import pytest
from bot.bench.report import Goal, Report
from bot.cli.bench import print_json, print_tables

from tests.integration.cli.terminal import Terminal


def report(ratio: float) -> Report:
    return Report(
        "intake", {"tickets": 3, "desk_per_second": 1234.5}, (Goal("ratio", ratio, 0.8, "× (at least)"),)
    )


def test_figures_and_goals_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(report(0.9))
    words = " ".join(capsys.readouterr().out.split())
    assert "desk per second 1230.0" in words
    assert "ratio 0.9 0.8 × (at least) met" in words


def test_a_missed_goal_is_said_and_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(report(0.7))
    assert '"met": false' in capsys.readouterr().out


def test_an_unknown_measurement(fresh: Terminal) -> None:
    said = fresh.run("bench", "intakes")
    assert said.code == 2
    assert "Did you mean 'intake'?" in said.err


@pytest.mark.parametrize("name", ["intake", "timers", "lateness", "escalate"])
def test_several_workers_need_postgresql(fresh: Terminal, name: str) -> None:
    said = fresh.run("bench", name, "--database", "sqlite:///desk.db")
    assert said.code == 2
    assert "postgresql://" in said.err


NAMES = ["escalate", "history", "http", "idle", "intake", "lateness", "mail", "peers", "phone", "timers"]


@pytest.mark.parametrize("name", NAMES)
def test_help_names_the_goals(fresh: Terminal, name: str) -> None:
    assert "--quick" in fresh.run("bench", name, "--help").out


@pytest.mark.parametrize("name", ["history", "idle", "peers"])
def test_a_server_that_is_not_there(fresh: Terminal, name: str) -> None:
    said = fresh.run("bench", name, "--quick", "--database", "postgresql://127.0.0.1:9/nothing")
    assert said.code == 2
    assert said.err.startswith("PostgreSQL: ")
