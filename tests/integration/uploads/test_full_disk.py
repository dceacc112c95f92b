"""The disk is full in the middle of a file."""

from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest
from bot.errors import StoreError
from storage.files import DiskFiles
from storage.uploads.disk import DiskUploads

from tests.servers.small_disk import NoDisk, SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    try:
        with small_disk(tmp_path / "small", 4) as disk:
            yield disk
    except NoDisk as missing:
        pytest.skip(str(missing))


async def content(pieces: int) -> AsyncGenerator[bytes, None]:
    for _ in range(pieces):
        yield bytes(300_000)


def left(disk: SmallDisk) -> list[Path]:
    return [path for path in (disk.path / "files").rglob("*") if path.is_file()]


async def test_it_is_said_and_nothing_is_left(disk: SmallDisk) -> None:
    uploads = DiskUploads(disk.path / "files")
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        await uploads.take(content(20), "a", 10_000_000)
    assert left(disk) == []
    assert (await uploads.take(content(10), "a", 10_000_000)).size == 3_000_000


async def test_a_mail_too(disk: SmallDisk) -> None:
    with pytest.raises(StoreError, match="No space left on device"):
        await DiskFiles(disk.path / "files").keep(bytes(5_000_000))
    assert left(disk) == []
