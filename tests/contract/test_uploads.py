"""What every place for files that people hand in promises (`bot.ports.Uploads`)."""

import asyncio
import gc
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from bot.configuration.s3_url import Bucket
from bot.errors import Refused
from bot.ports import Uploads
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage.uploads.opening import open_uploads

from tests.fakes.s3_server import FakeS3

MOST = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(50)


@dataclass(frozen=True)
class Kept:
    """Uploads, and how to look at what they keep behind their back."""

    uploads: Uploads
    directory: Path
    server: FakeS3 | None

    def names(self) -> set[str]:
        """Of everything that is kept, halves too."""
        found = {path.name for path in self.directory.rglob("*") if path.is_file()}
        return found | ({*self.server.objects, *self.server.uploads} if self.server else set())


@pytest.fixture(params=["disk", "s3"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    if request.param == "disk":
        uploads = open_uploads(tmp_path)
        yield Kept(uploads, tmp_path, None)
        await uploads.close()
        return
    async with FakeS3() as server:
        uploads = open_uploads(tmp_path, bucket_of(server))
        yield Kept(uploads, tmp_path, server)
        await uploads.close()
        assert server.violations == []


def bucket_of(server: FakeS3) -> Bucket:
    return Bucket(server.host, server.bucket, server.key, server.secret, server.region, secure=False)


async def given_out(chunks: Iterable[bytes]) -> AsyncGenerator[bytes, None]:
    for chunk in chunks:
        yield chunk


async def all_of(uploads: Uploads, id: str) -> bytes:
    pieces = await uploads.open(id)
    assert pieces is not None
    return b"".join([piece async for piece in pieces])


async def test_it_comes_back_as_it_was(kept: Kept) -> None:
    content = PNG + bytes(range(256)) * 2_000
    taken = await kept.uploads.take(given_out([content[:7], b"", content[7:]]), "../屏幕 截图.png", MOST)
    assert taken.id == hashlib.sha256(content).hexdigest()
    assert (taken.name, taken.size, taken.content_type) == ("屏幕 截图.png", len(content), "image/png")
    assert taken.url is None
    assert await all_of(kept.uploads, taken.id) == content
    assert kept.names() == {taken.id}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(st.binary(max_size=300_000), min_size=1, max_size=5).filter(any))
async def test_however_it_is_cut(kept: Kept, chunks: list[bytes]) -> None:
    content = b"".join(chunks)
    taken = await kept.uploads.take(given_out(chunks), "a", len(content))
    assert (taken.id, taken.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert await all_of(kept.uploads, taken.id) == content


async def test_the_same_again_is_the_same(kept: Kept) -> None:
    first = await kept.uploads.take(given_out([PNG]), "a.png", MOST)
    again = await kept.uploads.take(given_out([PNG]), "b.exe", MOST)
    assert (again.id, again.name) == (first.id, "b.exe")
    assert kept.names() == {first.id}


async def test_at_most_so_many_bytes(kept: Kept) -> None:
    taken = await kept.uploads.take(given_out([b"x" * 999, b"x"]), "a", 1_000)
    with pytest.raises(Refused) as caught:
        await kept.uploads.take(given_out([b"x" * 1_000, b"x"]), "x/a\n.txt", 1_000)
    assert (caught.value.key, caught.value.words) == (
        "file_too_large",
        {"name": "a .txt", "most": "1000 bytes"},
    )
    assert kept.names() == {taken.id}


async def test_what_is_too_large_is_not_read_on(kept: Kept) -> None:
    given = 0

    async def endless() -> AsyncGenerator[bytes, None]:
        nonlocal given
        while True:
            given += 1
            yield bytes(100_000)

    with pytest.raises(Refused, match="file_too_large"):
        await kept.uploads.take(endless(), "a", MOST)
    assert given == 11
    assert kept.names() == set()


async def test_nothing_is_no_file(kept: Kept) -> None:
    for chunks in ([], [b"", b""]):
        with pytest.raises(Refused) as caught:
            await kept.uploads.take(given_out(chunks), "", MOST)
        assert (caught.value.key, caught.value.words) == ("file_empty", {"name": "file"})
    assert kept.names() == set()


class _Gone(Exception):
    """Whoever sends is gone."""


async def test_whoever_sends_is_gone_in_the_middle(kept: Kept) -> None:
    async def gone() -> AsyncGenerator[bytes, None]:
        yield bytes(700_000)
        raise _Gone

    with pytest.raises(_Gone):
        await kept.uploads.take(gone(), "a", MOST)
    assert kept.names() == set()


@pytest.mark.parametrize("given", [0, 10, 700_000])
async def test_whoever_takes_is_cancelled_in_the_middle(kept: Kept, given: int) -> None:
    waiting = asyncio.Event()

    async def stuck() -> AsyncGenerator[bytes, None]:
        yield bytes(given)
        waiting.set()
        await asyncio.Event().wait()

    taking = asyncio.create_task(kept.uploads.take(stuck(), "a", MOST))
    await waiting.wait()
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert kept.names() == set()


async def test_cancelled_at_any_moment_leaves_nothing_half(kept: Kept) -> None:
    """Also while a thread is at work on it."""
    content = bytes(400_000)
    whole = hashlib.sha256(content).hexdigest()
    for turns in range(40):
        taking = asyncio.create_task(
            kept.uploads.take(given_out([content[:300_000], content[300_000:]]), "a", MOST)
        )
        for _ in range(turns):
            await asyncio.wait([taking], timeout=0.0005)
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
        assert kept.names() <= {whole}
    gc.collect()


async def test_many_at_once(kept: Kept) -> None:
    contents = [b"%d" % number * 40_000 for number in range(20)]
    taken = await asyncio.gather(*(kept.uploads.take(given_out([each]), "a", MOST) for each in contents))
    assert [await all_of(kept.uploads, each.id) for each in taken] == contents
    same = await asyncio.gather(*(kept.uploads.take(given_out([PNG]), "a", MOST) for _ in range(20)))
    assert len({each.id for each in same}) == 1


async def test_what_is_not_there_and_what_is_no_id(kept: Kept) -> None:
    assert await kept.uploads.open("0" * 64) is None
    for id in ("../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n"):
        with pytest.raises(ValueError, match="not the name of a kept file"):
            await kept.uploads.open(id)


async def test_it_is_given_out_in_pieces_and_may_be_left(kept: Kept) -> None:
    taken = await kept.uploads.take(given_out([bytes(900_000)]), "a", MOST)
    pieces = await kept.uploads.open(taken.id)
    assert pieces is not None
    assert len(await anext(pieces)) <= 256 * 1024
    await pieces.aclose()
    never = await kept.uploads.open(taken.id)
    assert never is not None
    await never.aclose()
    gc.collect()


async def test_sweeping_leaves_what_is_whole_and_what_is_at_work(kept: Kept) -> None:
    taken = await kept.uploads.take(given_out([PNG]), "a", MOST)
    half, on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncGenerator[bytes, None]:
        yield bytes(300_000)
        half.set()
        await on.wait()
        yield b"the end"

    taking = asyncio.create_task(kept.uploads.take(slow(), "b", MOST))
    await half.wait()
    assert await kept.uploads.sweep() == 0
    on.set()
    assert (await taking).size == 300_007
    assert await all_of(kept.uploads, taken.id) == PNG
