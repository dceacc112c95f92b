"""The address of a bucket as `.env` writes it. Pure rules; no fault shows it, since a secret is in it."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.configuration.saying import listed

_ALLOWED = "it must be s3://KEY:SECRET@HOST:PORT/BUCKET"
_HOW = "a special character in key or secret is written as %XX (/ is %2F)"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_REGION = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]")
_SECURE = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Bucket:
    """`host` with its port, if it has one. `region` None: the server is asked for it. `secure`: by TLS."""

    host: str
    name: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    region: str | None = None
    secure: bool = True


def s3_bucket(url: str) -> Bucket | str:
    """The bucket of FILES_S3_URL, or what is wrong with it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"cannot be read; {_ALLOWED}; {_HOW}"
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    wrong = _wrong_place(parts) or _wrong_user(parts) or _wrong_option(options)
    if wrong:
        return wrong
    return Bucket(
        host=_host(parts) + (f":{port}" if port else ""),
        name=parts.path.strip("/"),
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
        region=options.get("region"),
        secure=_SECURE[options.get("secure", "true")],
    )


def _wrong_place(parts: SplitResult) -> str | None:
    if parts.scheme != "s3":
        return f"is no bucket's address; {_ALLOWED}"
    if parts.fragment:
        return f"has a #, which ends an address; {_HOW}"
    if not _HOST.fullmatch(_host(parts)) or parts.port == 0:
        return f"names no host, or a port that cannot be; {_ALLOWED}; {_HOW}"
    bucket = parts.path.strip("/")
    if not bucket:
        return f"names no bucket; {_ALLOWED}"
    if not _BUCKET.fullmatch(bucket):
        return (
            "names a bucket that cannot be; it must be 3 to 63 of a-z 0-9 . -, without a folder behind it"
            f"; {_HOW}"
        )
    return None


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _wrong_user(parts: SplitResult) -> str | None:
    if not (parts.username and parts.password):
        return f"holds no key, or no secret; {_ALLOWED}; {_HOW}"
    if not all(re.fullmatch(r"[!-~]+", unquote(each)) for each in (parts.username, parts.password)):
        return f"has a key or a secret with a space or a letter that none has; {_HOW}"
    return None


def _wrong_option(options: dict[str, str]) -> str | None:
    for name in options:
        if name not in ("region", "secure"):
            return f"has an option {name!r} that there is not; allowed: region, secure"
    if not _REGION.fullmatch(options.get("region", "any")):
        return "has a region that cannot be; it must be as the provider writes it, such as eu-central-1"
    if options.get("secure", "true") not in _SECURE:
        return f"has secure={options['secure']!r}; allowed: {listed(_SECURE)}"
    return None
