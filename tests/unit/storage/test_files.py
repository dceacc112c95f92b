"""Whole messages on disk."""

import hashlib
from pathlib import Path

import pytest
from bot.errors import StoreError
from storage.files import DiskFiles


async def test_it_comes_back_as_it_was_under_the_name_of_its_content(tmp_path: Path) -> None:
    files, content = DiskFiles(tmp_path / "files"), b"From: a\r\n\r\n\x00\xff"
    name = await files.keep(content)
    assert name == hashlib.sha256(content).hexdigest()
    assert await files.read(name) == content
    assert await files.keep(content) == name
    assert [each.name for each in (tmp_path / "files" / name[:2]).iterdir()] == [name]


async def test_half_a_file_is_written_anew(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    name = await files.keep(b"whole")
    files.path(name).write_bytes(b"wh")
    assert await files.keep(b"whole") == name
    assert await files.read(name) == b"whole"


async def test_what_is_not_there_and_what_is_no_name(tmp_path: Path) -> None:
    files = DiskFiles(tmp_path)
    assert await files.read("0" * 64) is None
    with pytest.raises(ValueError, match="not the name of a kept file"):
        await files.read("../../etc/passwd")


async def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("a file where the directory should be")
    with pytest.raises(StoreError, match="cannot be written"):
        await DiskFiles(tmp_path / "files").keep(b"x")
