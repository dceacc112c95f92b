"""A directory of files named by their content: whole or not at all, and what a dead worker left is swept."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from bot.errors import StoreError
from storage.content import ContentDirectory

HALF = """
import sys, pathlib
from storage.content import ContentDirectory
draft = ContentDirectory(pathlib.Path(sys.argv[1])).draft()
draft.write(b"half a file")
print("written", flush=True)
sys.stdin.read()
"""

SWEEPING = """
import sys, pathlib
from storage.content import ContentDirectory
content = ContentDirectory(pathlib.Path(sys.argv[1]))
print("sweeping", flush=True)
while True:
    content.sweep()
"""


def halves(directory: Path) -> list[Path]:
    return list((directory / ".half").iterdir())


def test_a_draft_becomes_the_file_named_by_its_content(tmp_path: Path) -> None:
    content = ContentDirectory(tmp_path)
    draft = content.draft()
    draft.write(b"one ")
    draft.write(b"two")
    assert (draft.size, draft.read(2, 100)) == (7, b"e two")
    name = content.keep(draft)
    draft.discard()
    assert name == hashlib.sha256(b"one two").hexdigest()
    assert content.path(name).read_bytes() == b"one two"
    assert content.path(name).stat().st_mode & 0o077 == 0
    assert halves(tmp_path) == []


def test_what_is_discarded_is_gone(tmp_path: Path) -> None:
    draft = ContentDirectory(tmp_path).draft()
    draft.discard()
    assert not (tmp_path / ".half").exists()
    draft.write(b"x")
    assert len(halves(tmp_path)) == 1
    draft.discard()
    draft.discard()
    assert halves(tmp_path) == []


def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    content = ContentDirectory(tmp_path)
    assert content.sweep() == 0
    draft = content.draft()
    draft.write(b"x")
    assert ContentDirectory(tmp_path).sweep() == 0
    draft.write(b"y")
    assert content.path(content.keep(draft)).read_bytes() == b"xy"


def test_what_a_killed_worker_left_is_swept(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HALF, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"written\n"
        assert ContentDirectory(tmp_path).sweep() == 0
        worker.kill()
        worker.wait()
    assert len(halves(tmp_path)) == 1
    assert ContentDirectory(tmp_path).sweep() == 1
    assert halves(tmp_path) == []


def test_many_are_written_while_others_sweep(tmp_path: Path) -> None:
    """Whoever sweeps between the making of a file and its locking takes nobody's work away."""
    content = ContentDirectory(tmp_path)
    words = [sys.executable, "-c", SWEEPING, str(tmp_path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"sweeping\n"
        for number in range(5_000):
            draft = content.draft()
            draft.write(b"x")
            assert len(halves(tmp_path)) == 1, f"the draft number {number} is gone"
            draft.discard()
        other.kill()


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / ".half").write_text("a file where the directory should be")
    with pytest.raises(StoreError, match="cannot be written"):
        ContentDirectory(tmp_path).draft().write(b"x")
