"""A strict S3 on loopback: signatures, digests, the rules of multipart uploads. One bucket, path style.

async with FakeS3() as server:
    ... a client at server.host ...
assert server.violations == []
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.etree import ElementTree

from aiohttp import web

from tests.fakes.loopback import Loopback
from tests.fakes.s3_signature import Signed, wrong_signature

LEAST_PART = 5 * 1024 * 1024
"""Bytes of every part but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
_STATUS = {
    **dict.fromkeys(("NoSuchBucket", "NoSuchKey", "NoSuchUpload"), 404),
    **dict.fromkeys(("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"), 403),
}
Matches = Callable[[web.Request], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """The next request for which `at` holds fails: with the S3 error `code`, or without one the connection
    is cut after `after` bytes of the answer. `status` 200: the error stands in an answer that all is well."""

    at: Matches
    code: str = ""
    status: int = 0
    after: int = 0


@dataclass(slots=True)
class FakeS3:
    bucket: str = "desk-files"
    key: str = "AKIAEXAMPLE"
    secret: str = "wJalr/XUtn+FEMI=K7"
    region: str = "eu-central-1"
    objects: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """The objects' Content-Types."""
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    """Parts of what is not complete, by upload."""
    requests: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    host: str = ""
    _begun: int = 0
    _loopback: Loopback = field(default_factory=Loopback)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.host = f"127.0.0.1:{await self._loopback.open(app)}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._loopback.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.requests.append(f"{request.method} {request.path_qs}")
        if wrong := self._unfit(request, body):
            self.violations.append(f"{request.method} {request.path_qs}: {wrong}")
            return _error(wrong)
        if self.faults and self.faults[0].at(request):
            return await self._fails(request, self.faults.popleft())
        bucket, _, name = request.path.removeprefix("/").partition("/")
        if bucket != self.bucket:
            return _error("NoSuchBucket")
        return self._done(request, name, body)

    def _unfit(self, request: web.Request, body: bytes) -> str | None:
        headers = {name.lower(): value for name, value in request.headers.items()}
        digest = headers.get("content-md5")
        if digest is not None and digest != base64.b64encode(_md5(body)).decode():
            return "BadDigest"
        if request.method == "PUT" and "content-length" not in headers:
            return "MissingContentLength"
        path, _, query = request.raw_path.partition("?")
        signed = Signed(request.method, path, query, headers, body)
        # Where a bucket lies is asked before its region can be known.
        region = "us-east-1" if "location" in request.query else self.region
        return wrong_signature(signed, self.key, self.secret, region)

    def _done(self, request: web.Request, name: str, body: bytes) -> web.Response:
        if not name:
            return self._location() if "location" in request.query else _error("NotImplemented")
        match request.method:
            case "HEAD" | "GET":
                return self._get(name)
            case "PUT" if "uploadId" in request.query:
                return self._put_part(request, body)
            case "PUT":
                return self._put(request, name, body)
            case "POST" if "uploads" in request.query:
                return self._begin(request, name)
            case "POST" if "uploadId" in request.query:
                return self._complete(request.query["uploadId"], name, body)
            case "DELETE" if "uploadId" in request.query:
                known = self.uploads.pop(request.query["uploadId"], None)
                return web.Response(status=204) if known is not None else _error("NoSuchUpload")
        return _error("NotImplemented")

    def _location(self) -> web.Response:
        return _xml(f"<LocationConstraint>{self.region}</LocationConstraint>")

    def _get(self, name: str) -> web.Response:
        if name not in self.objects:
            return _error("NoSuchKey")
        content = self.objects[name]
        headers = {"ETag": _etag(content), "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        return web.Response(body=content, headers=headers, content_type=self.kinds[name])

    def _put(self, request: web.Request, name: str, body: bytes) -> web.Response:
        self.objects[name] = body
        self.kinds[name] = request.content_type
        return web.Response(headers={"ETag": _etag(body)})

    def _begin(self, request: web.Request, name: str) -> web.Response:
        self._begun += 1
        upload = f"upload-{self._begun}"
        self.uploads[upload] = {}
        self.kinds[name] = request.content_type
        where = f"<Bucket>{self.bucket}</Bucket><Key>{name}</Key>"
        return _xml(
            f"<InitiateMultipartUploadResult>{where}<UploadId>{upload}</UploadId>"
            "</InitiateMultipartUploadResult>"
        )

    def _put_part(self, request: web.Request, body: bytes) -> web.Response:
        parts = self.uploads.get(request.query["uploadId"])
        number = int(request.query["partNumber"])
        if parts is None or not 1 <= number <= 10_000:
            return _error("NoSuchUpload")
        parts[number] = body
        return web.Response(headers={"ETag": _etag(body)})

    def _complete(self, upload: str, name: str, body: bytes) -> web.Response:
        parts = self.uploads.get(upload)
        if parts is None:
            return _error("NoSuchUpload")
        listed = [
            (int(part.findtext("{*}PartNumber") or 0), part.findtext("{*}ETag"))
            for part in ElementTree.fromstring(body)  # noqa: S314 - a test's own client wrote it
        ]
        numbers = [number for number, _ in listed]
        if numbers != sorted(set(numbers)):
            return _error("InvalidPartOrder")
        if any(number not in parts or _etag(parts[number]) != etag for number, etag in listed):
            return _error("InvalidPart")
        if any(len(parts[number]) < LEAST_PART for number in numbers[:-1]):
            return _error("EntityTooSmall")
        self.objects[name] = b"".join(parts[number] for number in numbers)
        del self.uploads[upload]
        return _xml(
            f"<CompleteMultipartUploadResult><Bucket>{self.bucket}</Bucket><Key>{name}</Key>"
            f"<ETag>{_etag(self.objects[name])}</ETag></CompleteMultipartUploadResult>"
        )

    async def _fails(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.code:
            return _error(fault.code, fault.status)
        assert request.transport is not None
        if fault.after:
            answer = web.StreamResponse(headers={"Content-Length": str(fault.after * 2)})
            await answer.prepare(request)
            await answer.write(b"x" * fault.after)
        await asyncio.sleep(0)  # noqa: TID251 - what is written leaves before the connection does
        request.transport.abort()
        return web.Response()


def _xml(text: str, status: int = 200) -> web.Response:
    return web.Response(text=f"<?xml version='1.0'?>{text}", status=status, content_type="application/xml")


def _error(code: str, status: int = 0) -> web.Response:
    about = f"<Code>{code}</Code><Message>no</Message><Resource>/</Resource><RequestId>1</RequestId>"
    return _xml(f"<Error>{about}<HostId>1</HostId></Error>", status or _STATUS.get(code, 400))


def _etag(content: bytes) -> str:
    return f'"{_md5(content).hex()}"'


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()
