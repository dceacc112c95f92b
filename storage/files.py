"""Whole messages as they came in, on disk: one file each, named by what is in it."""

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

from bot.errors import StoreError

_NAME = re.compile(r"[0-9a-f]{64}")


class DiskFiles:
    """Keeps `bot.ports.Files` in a directory that all workers share."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def keep(self, content: bytes) -> str:
        return await asyncio.to_thread(self._keep, content)

    async def read(self, name: str) -> bytes | None:
        return await asyncio.to_thread(self._read, name)

    def path(self, name: str) -> Path:
        """Where the file of that name lies. Raises ValueError for what is no such name."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a kept file")
        return self._directory / name[:2] / name

    def _keep(self, content: bytes) -> str:
        """On disk before anybody is told; a file of that name that is whole already stays."""
        name = hashlib.sha256(content).hexdigest()
        path = self.path(name)
        try:
            if not (path.exists() and path.stat().st_size == len(content)):
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                _write(path, content)
        except OSError as error:
            raise StoreError(f"{path.parent} cannot be written: {error.strerror}") from error
        return name

    def _read(self, name: str) -> bytes | None:
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(f"{self.path(name)} cannot be read: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    """Wholly or not at all, also when the machine loses power."""
    descriptor, half = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
