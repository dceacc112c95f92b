"""A directory of files that are named by what is in them (SHA-256, hex). Nobody ever sees half of one.

What is being written lies in `.half/` and is locked for as long as its worker lives, so that another one that
starts on the same directory can tell what a dead worker left. Everything here blocks.
"""

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import StoreError

_NAME = re.compile(r"[0-9a-f]{64}")
_HALF = ".half"


class Draft:
    """A file being written, by one thread at a time. Whatever became of it, `discard` it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._hash = hashlib.sha256()
        self._half: tuple[Path, BinaryIO] | None = None
        self.size = 0
        """Bytes."""

    @property
    def name(self) -> str:
        """Of what is written so far."""
        return self._hash.hexdigest()

    def write(self, content: bytes) -> None:
        """Raises StoreError."""
        with told(self._directory, "cannot be written"):
            _, file = self._half = self._half or _begun(self._directory)
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
        self._hash.update(content)
        self.size += len(content)

    def read(self, start: int, size: int) -> bytes:
        """At most `size` bytes from `start`. Raises StoreError."""
        with told(self._directory, "cannot be read"):
            return os.pread(self._half[1].fileno(), size, start) if self._half else b""

    def become(self, path: Path) -> None:
        """The file at `path`, safe also when the machine loses power. Raises OSError."""
        self._half = half, file = self._half or _begun(self._directory)
        os.fsync(file.fileno())
        os.replace(half, path)
        file.close()
        self._half = None

    def discard(self) -> None:
        """Gone, unless it has become a file; again changes nothing."""
        if self._half is not None:
            half, file = self._half
            half.unlink(missing_ok=True)
            file.close()
            self._half = None


class ContentDirectory:
    """Made when it is first written to. All workers may share it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, name: str) -> Path:
        """Where the file of that name lies. Raises ValueError for what is no such name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a kept file")
        return self._directory / name[:2] / name

    def draft(self) -> Draft:
        """Nothing is on disk before something is written."""
        return Draft(self._directory / _HALF)

    def keep(self, draft: Draft) -> str:
        """Its name, once it is safe; a file of that name that is whole already stays. Raises StoreError."""
        path = self.path(draft.name)
        with told(path.parent, "cannot be written"):
            if not (path.exists() and path.stat().st_size == draft.size):
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                draft.become(path)
                _sync_entries(path.parent)
                _sync_entries(self._directory)
        return draft.name

    def sweep(self) -> int:
        """Delete the half files that no living worker is writing; how many. Raises StoreError."""
        half = self._directory / _HALF
        with told(half, "cannot be swept"):
            return sum(_swept(path) for path in half.iterdir()) if half.is_dir() else 0


@contextmanager
def told(path: Path, trouble: str) -> Iterator[None]:
    """What the system says of a disk, as a StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path} {trouble}: {error.strerror}") from error


def _begun(directory: Path) -> tuple[Path, BinaryIO]:
    """A new file that is ours. One who sweeps between its making and its locking takes it away again."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    while True:
        descriptor, path = tempfile.mkstemp(dir=directory)
        file = os.fdopen(descriptor, "r+b", buffering=0)
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return Path(path), file
        file.close()


def _swept(path: Path) -> bool:
    """Deleted while it is locked, so that it cannot become anybody's in between."""
    try:
        with path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            return True
    except (FileNotFoundError, BlockingIOError):
        return False


def _sync_entries(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
