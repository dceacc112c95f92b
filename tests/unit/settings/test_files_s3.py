"""FILES_S3_URL: what it may be, each fault clear, and no secret in any of them."""

from pathlib import Path
from urllib.parse import quote

import pytest
from bot.configuration.s3_url import Bucket, s3_bucket
from bot.settings import load_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.settings.desks import env_faults

HOW = "a special character in key or secret is written as %XX (/ is %2F)"
FORM = "it must be s3://KEY:SECRET@HOST:PORT/BUCKET"


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        (
            "s3://AKIA1:s%2Fec%2Bret@s3.eu-central-1.amazonaws.com/desk-files?region=eu-central-1",
            Bucket("s3.eu-central-1.amazonaws.com", "desk-files", "AKIA1", "s/ec+ret", "eu-central-1"),
        ),
        (
            "s3://minio:hunter2+x@127.0.0.1:9000/desk.files/?secure=false",
            Bucket("127.0.0.1:9000", "desk.files", "minio", "hunter2+x", None, secure=False),
        ),
        ("s3://a:b@[::1]:9000/abc?secure=true", Bucket("[::1]:9000", "abc", "a", "b")),
        ("s3://a:b@Minio/abc?region=auto", Bucket("minio", "abc", "a", "b", "auto")),
    ],
)
def test_where_a_bucket_is(url: str, bucket: Bucket) -> None:
    assert s3_bucket(url) == bucket


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://AKIA:hunter2@s3.example.com/files", f"is no bucket's address; {FORM}"),
        ("hunter2", f"is no bucket's address; {FORM}"),
        ("s3://AKIA:hunter2@/files", f"names no host, or a port that cannot be; {FORM}; {HOW}"),
        ("s3://AKIA:hunter2@ho st/files", "names no host, or a port that cannot be"),
        ("s3://AKIA:hunter2@host:0/files", "names no host, or a port that cannot be"),
        ("s3://AKIA:hunter2@host:99999/files", f"cannot be read; {FORM}; {HOW}"),
        ("s3://AKIA:hunter2@[::1/files", "cannot be read"),
        ("s3://AKIA:hun/ter2@host/files", f"cannot be read; {FORM}; {HOW}"),
        ("s3://AKIA:1234/hunter2@host/files", "names a bucket that cannot be"),
        ("s3://AKIA:hunter2#x@host/files", f"cannot be read; {FORM}; {HOW}"),
        ("s3://AKIA:12#hunter2@host/files", f"has a #, which ends an address; {HOW}"),
        ("s3://AKIA:12?hunter2@host/files", f"names no bucket; {FORM}"),
        ("s3://AKIA:12/abc?hunter2@host/files", f"holds no key, or no secret; {FORM}; {HOW}"),
        ("s3://AKIA:hunter2@host", f"names no bucket; {FORM}"),
        (
            "s3://AKIA:hunter2@host/files/hunter2",
            "names a bucket that cannot be; it must be 3 to 63 of a-z 0-9 . -",
        ),
        ("s3://AKIA:hunter2@host/Files", "names a bucket that cannot be"),
        ("s3://AKIA:hunter2@host/ab", "names a bucket that cannot be"),
        ("s3://AKIA:hunter2@host/a..b", "names a bucket that cannot be"),
        ("s3://AKIA:hunter2@host/127.0.0.1", "names a bucket that cannot be"),
        ("s3://hunter2@host/files", "holds no key, or no secret"),
        ("s3://:hunter2@host/files", "holds no key, or no secret"),
        ("s3://host/files", "holds no key, or no secret"),
        (
            "s3://AKIA:hunter2%20@host/files",
            f"has a key or a secret with a space or a letter that none has; {HOW}",
        ),
        (
            "s3://AKIA:hunter2@host/files?regoin=x",
            "has an option 'regoin' that there is not; allowed: region, secure",
        ),
        ("s3://AKIA:hunter2@host/files?region=", "has a region that cannot be"),
        ("s3://AKIA:hunter2@host/files?region=EU Central", "has a region that cannot be"),
        ("s3://AKIA:hunter2@host/files?secure=no", "has secure='no'; allowed: true, false"),
    ],
)
def test_one_fault_and_no_secret(tmp_path: Path, url: str, message: str) -> None:
    (found,) = env_faults(tmp_path, f"FILES_S3_URL='{url}'")
    assert f".env: FILES_S3_URL: {message}" in found
    assert "hunter2" not in found


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=12, max_size=40))
def test_any_secret_written_as_it_should_be(secret: str) -> None:
    bucket = s3_bucket(f"s3://{quote(secret, safe='')}:{quote(secret, safe='')}@host/files")
    assert isinstance(bucket, Bucket)
    assert (bucket.key, bucket.secret) == (secret, secret)
    assert secret not in repr(bucket)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=12, max_size=40))
def test_no_secret_is_shown_however_it_is_written(secret: str) -> None:
    found = s3_bucket(f"s3://AKIA:{secret}@host/files?region=eu")
    if isinstance(found, str):
        parts = [secret[start : start + 6] for start in range(len(secret) - 5)]
        assert [each for each in parts if each in found] == []


def test_the_secret_is_kept_from_view(tmp_path: Path) -> None:
    url = "s3://AKIA:hunter%2F2@host/files"
    settings = load_settings(tmp_path, {"FILES_S3_URL": url})
    assert settings.secrets() == (url, "hunter%2F2", "hunter/2")
    assert settings.files_bucket == Bucket("host", "files", "AKIA", "hunter/2")
    shown = f"{settings!r} {settings.model_dump_json()} {settings.files_bucket!r}"
    assert [secret for secret in (*settings.secrets(), "AKIA") if secret in shown] == []


def test_without_it_files_are_kept_on_disk(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}).files_bucket is None
