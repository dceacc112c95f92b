"""Whether a request is signed as S3 demands; written from the specification, not from any client.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)/s3/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Signed:
    """What is signed. `path` and `query` as they stand on the wire; names of `headers` in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def wrong_signature(request: Signed, key: str, secret: str, region: str) -> str | None:
    """The code S3 answers with, or None when all is well."""
    said = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if said is None:
        return "AccessDenied"
    if said["key"] != key:
        return "InvalidAccessKeyId"
    if said["region"] != region:
        return "AuthorizationHeaderMalformed"
    return _wrong_content(request) or _wrong_proof(request, said, secret)


def _wrong_content(request: Signed) -> str | None:
    digest = request.headers.get("x-amz-content-sha256")
    # Over plain HTTP nobody else vouches for the body.
    right = digest == hashlib.sha256(request.body).hexdigest()
    return None if right else "XAmzContentSHA256Mismatch"


def _wrong_proof(request: Signed, said: re.Match[str], secret: str) -> str | None:
    names = said["headers"].split(";")
    moment = request.headers.get("x-amz-date", "")
    needed = {"host", *(name for name in request.headers if name.startswith("x-amz-"))}
    if names != sorted(names) or not needed <= {*names} or moment[:8] != said["day"]:
        return "AccessDenied"
    scope = f"{said['day']}/{said['region']}/s3/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", moment, scope, _hex(_canonical(request, names))))
    signing = f"AWS4{secret}".encode()
    for step in (said["day"], said["region"], "s3", "aws4_request", text):
        signing = hmac.new(signing, step.encode(), hashlib.sha256).digest()
    return None if hmac.compare_digest(signing.hex(), said["signature"]) else "SignatureDoesNotMatch"


def _canonical(request: Signed, names: list[str]) -> str:
    pairs = [part.partition("=") for part in request.query.split("&") if part]
    query = "&".join(sorted(f"{_escaped(name)}={_escaped(value)}" for name, _, value in pairs))
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    path = quote(unquote(request.path), safe="/-_.~")
    digest = request.headers["x-amz-content-sha256"]
    return "\n".join((request.method, path, query, headers, ";".join(names), digest))


def _escaped(written: str) -> str:
    return quote(unquote(written), safe="-_.~")


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
