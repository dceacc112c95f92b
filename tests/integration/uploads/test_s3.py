"""A bucket in trouble, and how large files get there."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web
from bot.configuration.s3_url import Bucket
from bot.errors import ConfigurationError, StoreAway, StoreError
from bot.ports import Uploads
from storage.uploads.opening import open_uploads

from tests.fakes.s3_server import LEAST_PART, FakeS3, Fault

MOST = 50_000_000
LARGE = 2 * LEAST_PART + 3


async def content(size: int) -> AsyncGenerator[bytes, None]:
    for start in range(0, size, 65_536):
        yield bytes(min(65_536, size - start))


def bucket_of(server: FakeS3) -> Bucket:
    return Bucket(server.host, server.bucket, server.key, server.secret, server.region, secure=False)


@asynccontextmanager
async def bucket(directory: Path, server: FakeS3, **other: str | None) -> AsyncIterator[Uploads]:
    """`other`: what is configured wrongly."""
    uploads = open_uploads(directory, replace(bucket_of(server), **other))  # type: ignore[arg-type]
    try:
        yield uploads
    finally:
        await uploads.close()
        assert halves(directory) == []


def halves(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


@dataclass(frozen=True)
class At:
    """A request by this method, with this in its query."""

    method: str
    query: str = ""

    def __call__(self, request: web.Request) -> bool:
        return request.method == self.method and (not self.query or self.query in request.query)


async def test_a_large_file_goes_in_parts(tmp_path: Path) -> None:
    async with FakeS3() as server, bucket(tmp_path, server) as uploads:
        taken = await uploads.take(content(LARGE), "a.bin", MOST)
        place = f"/desk-files/{taken.id}"
        assert server.requests == [
            f"HEAD {place}",
            f"POST {place}?uploads=",
            *(f"PUT {place}?partNumber={number}&uploadId=upload-1" for number in (1, 2, 3)),
            f"POST {place}?uploadId=upload-1",
            f"HEAD {place}",
        ]
        assert server.objects == {taken.id: bytes(LARGE)}
        assert server.kinds == {taken.id: "application/octet-stream"}
        again = await uploads.take(content(LARGE), "a.bin", MOST)
        assert (again.id, len(server.requests)) == (taken.id, 8)
    assert server.violations == []


async def test_the_storage_is_asked_for_its_region(tmp_path: Path) -> None:
    async with FakeS3() as server, bucket(tmp_path, server, region=None) as uploads:
        await uploads.take(content(10), "a", MOST)
        assert server.requests[0] == "GET /desk-files?location="
    assert server.violations == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"secret": "hunter2"}, "AccessDenied"),
        ({"key": "AKIAOTHER"}, "AccessDenied"),
        ({"name": "other-files"}, "NoSuchBucket"),
        ({"region": "us-east-1"}, "refuses|does not answer"),
    ],
)
async def test_what_is_configured_wrongly(tmp_path: Path, wrong: dict[str, str], code: str) -> None:
    async with FakeS3() as server, bucket(tmp_path, server, **wrong) as uploads:
        with pytest.raises(StoreError, match=code) as caught:
            await uploads.take(content(10), "a", MOST)
        assert server.objects == {}
        assert "hunter2" not in f"{caught.value} {caught.value.__cause__}"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(At("HEAD"), "AccessDenied"),
        Fault(At("POST", "uploads"), "InternalError", 400),
        Fault(At("PUT", "partNumber"), "QuotaExceeded", 403),
        Fault(At("POST", "uploadId"), "InternalError", 200),
        Fault(At("POST", "uploadId"), "InternalError", 400),
        Fault(At("POST", "uploadId")),
    ],
    ids=lambda fault: f"{fault.at.method} {fault.at.query} {fault.code}",
)
async def test_what_the_bucket_refuses_leaves_nothing(tmp_path: Path, fault: Fault) -> None:
    async with FakeS3() as server, bucket(tmp_path, server) as uploads:
        server.faults.append(fault)
        with pytest.raises(StoreError, match="the bucket desk-files at 127"):
            await uploads.take(content(LARGE), "a", MOST)
        assert (server.objects, list(server.faults)) == ({}, [])
        assert server.uploads == {} or fault.status == 200
        assert (await uploads.take(content(LARGE), "a", MOST)).size == LARGE


@pytest.mark.parametrize("fault", [Fault(At("PUT")), Fault(At("PUT"), "SlowDown", 503)])
async def test_what_passes_is_tried_again(tmp_path: Path, fault: Fault) -> None:
    async with FakeS3() as server, bucket(tmp_path, server) as uploads:
        server.faults.append(fault)
        assert (await uploads.take(content(10), "a", MOST)).size == 10
        assert [each.partition(" ")[0] for each in server.requests] == ["HEAD", "PUT", "PUT", "HEAD"]


async def test_an_answer_that_breaks_off_is_no_file(tmp_path: Path) -> None:
    async with FakeS3() as server, bucket(tmp_path, server) as uploads:
        taken = await uploads.take(content(1_000_000), "a", MOST)
        server.faults.append(Fault(At("GET"), after=300_000))
        pieces = await uploads.open(taken.id)
        assert pieces is not None
        with pytest.raises(StoreAway, match="does not answer as it should"):
            [piece async for piece in pieces]


async def test_nobody_there(tmp_path: Path) -> None:
    async with FakeS3() as server:
        nobody = bucket_of(server)
    uploads = open_uploads(tmp_path, nobody)
    with pytest.raises(StoreAway):
        await uploads.take(content(10), "a", MOST)
    with pytest.raises(StoreAway):
        await uploads.open("0" * 64)
    await uploads.close()


def test_a_bucket_that_no_client_can_be_made_for(tmp_path: Path) -> None:
    impossible = Bucket("files.amazonaws.com", "files", "AKIA", "hunter2", secure=False)
    with pytest.raises(ConfigurationError, match="FILES_S3_URL: cannot be used") as caught:
        open_uploads(tmp_path, impossible)
    assert "hunter2" not in str(caught.value)
