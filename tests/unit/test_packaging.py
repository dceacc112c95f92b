"""The promises of a fresh machine: what is pinned, how, and that the lint bans cover code and tests alike."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-uv.lock"]
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+", re.MULTILINE)


def toml(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


def pinned_names(lock: str) -> set[str]:
    return set(PINNED.findall((ROOT / lock).read_text(encoding="utf-8")))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ;]", requirement, maxsplit=1)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.findall(r"://|--(?:extra-)?index|--find-links|--trusted| @ |^-", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_hashes(lock: str) -> None:
    pins = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)
    unhashed = [pin for pin in pins if PINNED.match(pin) and "--hash=sha256:" not in pin]
    assert pinned_names(lock)
    assert unhashed == []


def test_what_is_declared_is_pinned() -> None:
    project = toml("pyproject.toml")
    groups = project["dependency-groups"]
    declared = names(project["project"]["dependencies"] + groups["dev"] + project["build-system"]["requires"])
    assert declared <= pinned_names("requirements.lock")
    assert names(groups["installer"]) == pinned_names("requirements-uv.lock")


def test_tests_are_banned_from_all_but_the_environment() -> None:
    code = toml("pyproject.toml")["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]
    tests = toml("tests/ruff.toml")["lint"]["flake8-tidy-imports"]["banned-api"]
    assert set(code) - set(tests) == {"os.environ", "os.getenv"}
