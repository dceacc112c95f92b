"""A disk of a few megabytes, which can be filled to the last byte, and emptied."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LONG = 60.0
_BLOCK = b"\0" * 4096


class NoDisk(Exception):
    """This machine does not allow mounting one."""


@dataclass(frozen=True, slots=True)
class SmallDisk:
    path: Path

    def fill(self) -> None:
        """Until nothing more can be written."""
        try:
            with self._ballast.open("ab", buffering=0) as ballast:
                while ballast.write(_BLOCK):
                    pass
        except OSError:
            return

    def empty(self) -> None:
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mounted at `path`, which is made. Raises NoDisk."""
    path.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=1777", "dawnline-test", str(path)]
    try:
        subprocess.run(words, check=True, capture_output=True, timeout=LONG)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NoDisk(f"no disk of our own can be mounted here: {error}") from error
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", str(path)], check=True, timeout=LONG)
