"""Short ways to write a desk's files and to say what is wrong with them."""

from collections.abc import Mapping
from pathlib import Path

from bot.configuration.platform_ids import platform_faults
from bot.configuration.policy_file import parse_policy
from bot.policy import Policy
from bot.settings import check

SMALL = """
[[engineers]]
id = "mei"
name = "Mei Tanaka"
tier = "architect"
region = "apac"
time_zone = "Asia/Shanghai"
identities = { slack = "U0MEI", telegram = "501" }

[[engineers]]
id = "ada"
name = "Ada Brandt"
tier = "senior"
region = "emea"
time_zone = "Europe/Berlin"
identities = { slack = "U0ADA" }

[[teams]]
name = "everybody"
schedule = "sun"

[[schedules]]
name = "sun"
rotation_start = 2026-01-05

[[schedules.shifts]]
name = "all-day"
region = "emea"
time_zone = "Europe/Berlin"
start = "00:00"
end = "00:00"
roles = { senior = ["ada", "mei"], support = ["ada"] }
"""


def policy(extra: str = "", *, desk: str = SMALL) -> Policy:
    """A small desk with more in its file; it must be without fault."""
    built, faults = parse_policy(f"{extra}\n{desk}".encode(), "dawnline.toml")
    assert faults == ()
    assert built is not None
    return built


def faults(extra: str = "", *, swap: tuple[str, str] | None = None) -> dict[str, str]:
    """Key to message of everything wrong with a small desk that has more, or something else, in its file."""
    desk = SMALL
    if swap is not None:
        assert swap[0] in desk
        desk = desk.replace(*swap)
    built, found = parse_policy(f"{extra}\n{desk}".encode(), "dawnline.toml", platform_faults)
    assert (built is None) == bool(found)
    assert {fault.file for fault in found} <= {"dawnline.toml"}
    return {fault.key: fault.message for fault in found}


def env_faults(directory: Path, env: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """Everything wrong with a `.env` beside a sound policy."""
    (directory / ".env").write_text(env, encoding="utf-8")
    (directory / "dawnline.toml").write_text(SMALL, encoding="utf-8")
    _, settings, found = check(directory, environ or {})
    assert (settings is None) == bool(found)
    return [str(fault) for fault in found]
