"""What the same desk takes under the same load when nothing happens to it."""

from dataclasses import dataclass
from pathlib import Path

from tests.chaos.desk import HANDED_OVER, chaos
from tests.chaos.waiting import until
from tests.contract.places import PostgresHome

WORKERS, TICKETS = 4, 12
LEAST = 1.0


@dataclass(frozen=True, slots=True)
class Calm:
    """`late`: by how many seconds the latest page was late."""

    late: float

    @property
    def slack(self) -> float:
        """What this machine may take more than a quick one."""
        return max(LEAST, 3 * self.late)

    @property
    def handed_over(self) -> float:
        return HANDED_OVER + self.slack


async def lived(server: str, directory: Path) -> Calm:
    home = await PostgresHome.made(server)
    try:
        async with chaos(directory, home.url, WORKERS) as desk:
            async with desk.customers.writing():
                await until(lambda: _enough(desk.customers.offered), lambda: "enough was written")
            audit = await desk.ends_well()
            return Calm(audit.latest_page())
    finally:
        await home.remove()


async def _enough(offered: set[str]) -> bool:
    return len(offered) >= TICKETS
