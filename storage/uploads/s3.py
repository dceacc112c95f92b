"""Files that people hand in, in a bucket of any storage that speaks S3.

They go onto the disk first, and then as a whole into the bucket, under their own name. The other way, to
stream them into the bucket under a name for the time being and copy them there, costs requests for what is
refused in the end, needs a copy in parts for what is large, and leaves objects behind that nobody can tell
from those of a worker in the middle of it. It takes no less memory: a part is held until it has arrived.
"""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from minio import Minio
from minio.error import MinioException, S3Error
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from bot.configuration.s3_url import Bucket
from bot.errors import ConfigurationError, Fault, StoreAway, StoreError
from bot.inbound import Attachment
from storage.content import ContentDirectory, Draft
from storage.threads import finished, finished_on
from storage.uploads.receiving import PIECE, received

PART = 5 * 1024 * 1024
"""Bytes of a file that are sent at once, and held meanwhile: the least that S3 takes."""
THREADS = 8
"""Requests at the same time; threads of their own, so that a slow storage holds up nothing else."""
_TIMEOUT = Timeout(connect=5, read=30)
"""Seconds."""
_RETRY = Retry(total=2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504))


def open_bucket(bucket: Bucket, directory: Path) -> "S3Uploads":
    """Raises ConfigurationError."""
    try:
        return S3Uploads(bucket, directory)
    except ValueError as error:
        raise ConfigurationError([Fault(".env", "FILES_S3_URL", f"cannot be used: {error}")]) from None


class S3Uploads:
    """Keeps `bot.ports.Uploads`; `directory` is for what is not whole yet."""

    def __init__(self, bucket: Bucket, directory: Path) -> None:
        self._bucket = bucket
        self._content = ContentDirectory(directory)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="uploads")
        self._http = PoolManager(
            maxsize=THREADS, timeout=_TIMEOUT, retries=_RETRY, ssl_context=ssl.create_default_context()
        )
        self._client = Minio(
            bucket.host,
            bucket.key,
            bucket.secret,
            secure=bucket.secure,
            region=bucket.region,
            http_client=self._http,
        )

    async def take(self, chunks: AsyncIterator[bytes], name: str, most: int) -> Attachment:
        async with received(self._content, chunks, name, most) as (draft, attachment):
            await finished_on(self._threads, partial(self._keep, draft))
        return attachment

    async def open(self, id: str) -> AsyncGenerator[bytes, None] | None:
        self._content.path(id)
        size = await finished_on(self._threads, partial(self._size, id))
        return None if size is None else self._pieces(id)

    async def sweep(self) -> int:
        return await finished(self._content.sweep)

    async def close(self) -> None:
        await finished(self._threads.shutdown)
        self._http.clear()

    def _keep(self, draft: Draft) -> None:
        """An object of that name that is whole already stays. S3 may say 200 and then that it failed
        (CompleteMultipartUpload), so it is asked what it has."""
        name, place = draft.name, self._bucket.name
        if self._size(name) == draft.size:
            return
        with self._told():
            content = cast(BinaryIO, _Reader(draft))
            self._client.put_object(place, name, content, draft.size, part_size=PART, num_parallel_uploads=1)
        if self._size(name) != draft.size:
            raise StoreError(f"{self._where} did not keep what it was sent")

    def _size(self, name: str) -> int | None:
        with self._told():
            try:
                return self._client.stat_object(self._bucket.name, name).size
            except S3Error as error:
                if error.code == "NoSuchKey":
                    return None
                raise

    async def _pieces(self, name: str) -> AsyncGenerator[bytes, None]:
        opened = ExitStack()
        try:
            object = await finished_on(self._threads, partial(self._open, name, opened))
            while piece := await finished_on(self._threads, partial(self._next_piece, object)):
                yield piece
        finally:
            await finished_on(self._threads, opened.close)

    def _open(self, name: str, opened: ExitStack) -> BaseHTTPResponse:
        with self._told():
            object = self._client.get_object(self._bucket.name, name)
            opened.callback(object.release_conn)
            opened.callback(object.close)
            return object

    def _next_piece(self, object: BaseHTTPResponse) -> bytes:
        with self._told():
            return object.read(PIECE)

    @property
    def _where(self) -> str:
        return f"the bucket {self._bucket.name} at {self._bucket.host}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong on the way, as a StoreError. Only the kind of it is told: a server may answer with
        anything."""
        try:
            yield
        except S3Error as error:
            raise StoreError(f"{self._where} refuses: {error.code}") from error
        except (MinioException, HTTPError, OSError) as error:
            raise StoreAway(f"{self._where} does not answer as it should: {type(error).__name__}") from error


class _Reader:
    """A draft as the library reads files."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._at = 0

    def read(self, size: int) -> bytes:
        content = self._draft.read(self._at, size)
        self._at += len(content)
        return content
