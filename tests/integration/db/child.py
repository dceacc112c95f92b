"""A copy that kills itself.

    python -m tests.integration.db.child FILE URL [POINT]

Every batch copied or compared is a point, and so is the beginning of each stage; at the POINT-th it ends with
SIGKILL. Without one it ends well.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from storage.upkeep.copying.copy import copy

BATCH = 250
"""Several batches of most tables."""


class Fate:
    """Keeps the copy's Stages and Bar."""

    def __init__(self, point: int) -> None:
        self._left = point

    def stage(self, name: str, total: int) -> "Fate":
        self.advance()
        return self

    def advance(self, count: int = 1) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    file, url, *point = sys.argv[1:]
    asyncio.run(copy(Path(file), url, Fate(int(point[0]) if point else 0), batch=BATCH))
