"""What a desk has where its own file says nothing: `defaults.toml`, in the format of `dawnline.toml`."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def defaults() -> Mapping[str, Any]:
    """What `defaults.toml` says. Shared: do not change it."""
    return tomllib.loads(files("bot").joinpath("defaults.toml").read_text("utf-8"))


def over_defaults(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a desk's file gives, laid over the defaults table by table; a list or a value given replaces."""
    return _laid_over(defaults(), given)


def _laid_over(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _laid_over(base[key], value)
        for key, value in given.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    return {**base, **given, **both}
