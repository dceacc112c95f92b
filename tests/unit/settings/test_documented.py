"""Every setting and every key of the policy stands in the examples and in docs/configuration.md."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from bot.configuration.environment import parse_env
from bot.configuration.variables import VARIABLES
from bot.policy import Policy
from bot.settings import Settings
from pydantic import BaseModel

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs/configuration.md").read_text("utf-8")
ENV_EXAMPLE = (ROOT / ".env.example").read_text("utf-8")


def keys_of(annotation: Any) -> Iterator[str]:
    """Every key of a model and of the models within it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield name
            yield from keys_of(field.annotation)
    for inner in get_args(annotation):
        yield from keys_of(inner)


@pytest.mark.parametrize("name", VARIABLES)
def test_a_setting_is_in_the_example_with_how_to_obtain_it(name: str) -> None:
    block = re.search(rf"((?:^# .*\n)+){name}=(.*)$", ENV_EXAMPLE, re.MULTILINE)
    assert block is not None
    assert " ".join(block[1].replace("# ", "").split()) == VARIABLES[name].how
    assert block[2] == VARIABLES[name].default


@pytest.mark.parametrize("name", VARIABLES)
def test_a_setting_is_documented_with_its_default(name: str) -> None:
    default = VARIABLES[name].default
    assert f"| `{name}` | {f'`{default}` ' if default else ''}|" in DOCS


def test_the_example_has_no_more_and_no_fault() -> None:
    values, faults = parse_env(ENV_EXAMPLE.encode())
    assert (set(values), faults) == (set(VARIABLES), ())


def test_every_setting_is_read() -> None:
    assert len(Settings.model_fields) == len(VARIABLES) + 2  # and the directory, and further mailboxes


@pytest.mark.parametrize("key", sorted({*keys_of(Policy)}))
def test_a_key_of_the_policy_is_documented(key: str) -> None:
    assert f"`{key}`" in DOCS or f"[{key}" in DOCS
