"""The measurements run, with hardly anything to measure, and say what they must."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from tempfile import gettempdir

import asyncpg
import pytest
from bot.bench.escalate import EscalateOptions, run_escalate
from bot.bench.history import HistoryOptions, run_history
from bot.bench.http import HttpOptions, run_http
from bot.bench.idle import IdleOptions, run_idle
from bot.bench.intake import IntakeOptions, run_intake
from bot.bench.lateness import LatenessOptions, run_lateness
from bot.bench.phone import PhoneOptions, run_phone
from bot.bench.place import place
from bot.bench.report import CannotMeasure, Goal, Report, percentile
from bot.bench.server import PREFIX, named
from bot.bench.shared_intake import SharedIntakeOptions, run_shared_intake
from bot.bench.shared_timers import SharedTimersOptions, run_shared_timers
from bot.bench.timers import TimersOptions, run_timers


def left_behind() -> set[Path]:
    return set(Path(gettempdir()).glob("dawnline-bench-*"))


def shape(report: Report) -> dict[str, object]:
    told = report.as_json()
    assert json.loads(json.dumps(told)) == told
    assert set(told) == {"name", "figures", "goals"}
    assert all(set(goal) == {"name", "value", "goal", "unit", "met"} for goal in told["goals"])
    assert len(report.as_tables()) == 2
    figures: dict[str, object] = told["figures"]
    return figures


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_intake_tells_its_figures_and_cleans_up() -> None:
    before = left_behind()
    options = IntakeOptions(tickets=20, slices=2, callers=4, stored=300, offered=100, seconds=0.3)
    report = run_intake(options)
    figures = shape(report)
    assert (figures["tickets"], figures["stored"]) == (40, 300)
    assert figures["rows_per_ticket"] == pytest.approx(9.5, abs=1.5)
    assert [goal.goal for goal in report.goals] == [0.8, 25.0]
    assert left_behind() <= before


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_phone_tells_its_figures_and_cleans_up() -> None:
    before = left_behind()
    report = run_phone(PhoneOptions(calls=5, messages=10, seconds=0.6))
    figures = shape(report)
    assert figures["webhooks"] % 5 == 0  # type: ignore[operator]  # every call was walked to its end
    assert figures["webhooks"] > 0  # type: ignore[operator]
    for prefix in ("", "alone_", "while_paging_", "chat_"):
        waits = [figures[f"{prefix}{name}_ms"] for name in ("p50", "p95", "p99", "max")]
        assert 0 < waits[0] <= waits[1] <= waits[2] <= waits[3]  # type: ignore[operator]
    assert [goal.goal for goal in report.goals] == [200.0, 200.0]
    assert left_behind() <= before


@pytest.mark.usefixtures("quiet_logs")
def test_timers_tells_its_figures_and_cleans_up() -> None:
    before = left_behind()
    report = run_timers(TimersOptions(few=100, many=1000, due=5, cycles=2))
    figures = shape(report)
    assert (figures["few_pending"], figures["many_pending"]) == (100, 1000)
    assert figures["messages_a_cycle"] >= 10  # type: ignore[operator] # a receipt and a page each
    assert [goal.goal for goal in report.goals] == [1.3]
    assert left_behind() <= before


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_idle_tells_its_figures_and_cleans_up() -> None:
    before = left_behind()
    figures = shape(report := run_idle(IdleOptions(starts=1, seconds=0.1)))
    assert figures["store"] == "sqlite"
    for name in (
        "desk_start_seconds",
        "desk_memory_mb",
        "bare_python_start_seconds",
        "bare_python_memory_mb",
    ):
        assert figures[name] > 0  # type: ignore[operator]
    assert [goal.goal for goal in report.goals] == [120.0, 2.0]
    assert left_behind() <= before


FEW = HistoryOptions(small=200, large=400, customers=100, tickets=10, slices=2, callers=4)


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_history_tells_its_figures_and_cleans_up() -> None:
    before = left_behind()
    figures = shape(report := run_history(FEW))
    assert (figures["small_stored"], figures["large_stored"], figures["store"]) == (200, 400, "sqlite")
    assert [(goal.name, goal.goal) for goal in report.goals] == [("cost per ticket, 400 ÷ 200 stored", 1.3)]
    assert left_behind() <= before


def test_history_that_no_disk_holds_is_refused() -> None:
    with pytest.raises(CannotMeasure, match="say a smaller --large"):
        run_history(replace(FEW, large=10**13))


def test_history_needs_a_customer_for_every_ticket() -> None:
    with pytest.raises(ValueError, match="more customers"):
        replace(FEW, slices=50)


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_http_tells_its_figures_and_loses_nothing_when_the_desk_is_killed() -> None:
    before = left_behind()
    report = run_http(HttpOptions(events=40, slices=2, many=8, waits=30, few=4))
    figures = shape(report)
    assert (figures["events"], figures["requests_per_event"]) == (80, 1.1)
    assert figures["confirmed"] == figures["ledger_rows"] == figures["tickets"] == 190
    assert 170 <= figures["confirmed_when_killed"] < 190  # type: ignore[operator]
    assert [goal.goal for goal in report.goals] == [4000.0, 25.0]
    assert left_behind() <= before


async def databases_left_behind(server: str) -> list[str]:
    admin = await asyncpg.connect(server)
    try:
        found = await admin.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", PREFIX)
    finally:
        await admin.close()
    return [row[0] for row in found]


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_workers_take_in_together(postgres_server: str) -> None:
    options = SharedIntakeOptions(
        workers=2, callers=2, warming=0.1, seconds=0.3, offered=20, customers=2000, plain=5, connections=2
    )
    report = run_shared_intake(postgres_server, options)
    figures = shape(report)
    assert {"worker_1_per_second", "worker_2_p99_ms", "plain_loop_per_second"} <= set(figures)
    assert [goal.goal for goal in report.goals] == [5000, 50]
    assert asyncio.run(databases_left_behind(postgres_server)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_killed_workers_fire_every_timer_once(postgres_server: str) -> None:
    options = SharedTimersOptions(timers=400, workers=2, batch=20, kills=2, tickets=4, engineers=2)
    report = run_shared_timers(postgres_server, options)
    figures = shape(report)
    assert figures["real_engine_timers"] == 4
    assert [goal.met for goal in report.goals[1:]] == [True, True]
    assert asyncio.run(databases_left_behind(postgres_server)) == []


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
@pytest.mark.parametrize("shared", [False, True])
def test_lateness_of_timers(shared: bool, request: pytest.FixtureRequest) -> None:
    before, server = left_behind(), request.getfixturevalue("postgres_server") if shared else None
    options = LatenessOptions(pending=100, due=20, seconds=1, engineers=2)
    report = run_lateness(server, options)
    assert shape(report)["fired"] == 20
    assert [goal.goal for goal in report.goals] == [250 if shared else 100]
    assert left_behind() <= before


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_everybody_is_paged_by_one_worker() -> None:
    report = run_escalate(None, EscalateOptions(tickets=10, engineers=2))
    assert shape(report)["workers"] == 1
    assert [(goal.goal, goal.met) for goal in report.goals] == [(3, True), (0, True)]


@pytest.mark.slow
@pytest.mark.usefixtures("quiet_logs")
def test_everybody_is_paged_by_whoever_is_left(postgres_server: str) -> None:
    report = run_escalate(postgres_server, EscalateOptions(tickets=10, workers=2, engineers=2))
    assert shape(report)["workers"] == 2
    assert [goal.value for goal in report.goals if "without" in goal.name] == [0, 0]
    assert asyncio.run(databases_left_behind(postgres_server)) == []


@pytest.mark.usefixtures("quiet_logs")
def test_a_measurement_that_fails_leaves_no_database(postgres_server: str) -> None:
    with pytest.raises(RuntimeError, match="enough"), place(postgres_server):
        raise RuntimeError("enough")
    assert asyncio.run(databases_left_behind(postgres_server)) == []


@pytest.mark.parametrize(
    ("url", "other"),
    [
        (
            "postgresql://me:secret@host:5433/desk?sslmode=require",
            "postgresql://me:secret@host:5433/b?sslmode=require",
        ),
        ("postgresql:///desk?host=/run/postgresql", "postgresql:///b?host=/run/postgresql"),
    ],
)
def test_another_database_of_the_same_server(url: str, other: str) -> None:
    assert named(url, "b") == other


@pytest.mark.parametrize("wrong", [{"tickets": 0}, {"seconds": -1}])
def test_nothing_to_measure_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        IntakeOptions(**wrong)


@pytest.mark.parametrize(
    ("value", "unit", "met"),
    [(0.8, "× (at least)", True), (0.79, "× (at least)", False), (25, "ms (at most)", True)],
)
def test_a_goal_knows_which_way_it_counts(value: float, unit: str, met: bool) -> None:
    assert Goal("", value, 0.8 if "least" in unit else 25, unit).met is met


def test_percentiles_are_values_that_were_measured() -> None:
    ordered = [float(each) for each in range(1, 101)]
    assert [percentile(ordered, share) for share in (0.5, 0.99, 1.0)] == [51, 100, 100]
