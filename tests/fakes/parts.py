"""What /readyz asks of the parts of a desk."""

from collections.abc import Callable, Mapping

from adapters.web.health import Parts


def parts_of(ways_in: Callable[[], Mapping[str, bool]] = dict) -> Parts:
    async def parts() -> Mapping[str, bool]:
        return ways_in()

    return parts
