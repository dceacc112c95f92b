"""Where files that people hand in are kept. The library for S3 takes half a second to import and 10 MB: only
where there is a bucket."""

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from bot.configuration.s3_url import Bucket
from bot.ports import Uploads
from storage.uploads.disk import DiskUploads


class _S3(Protocol):
    def open_bucket(self, bucket: Bucket, directory: Path) -> Uploads: ...


def open_uploads(directory: Path, bucket: Bucket | None = None) -> Uploads:
    """In the bucket, or without one in `directory`; what is not whole yet lies there in either case. Nothing
    is asked of the bucket before a file comes. Raises ConfigurationError for one that cannot be used at all.
    """
    if bucket is None:
        return DiskUploads(directory)
    return cast(_S3, import_module("storage.uploads.s3")).open_bucket(bucket, directory)
