"""A certificate for localhost that only those who are told trust."""

import ssl
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

_ASKED = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
_NAMES = "subjectAltName=DNS:localhost,IP:127.0.0.1"


class Certificate(NamedTuple):
    """`trusting`: of a client that knows the certificate. `pem`: key and certificate, for other programs."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext
    pem: bytes


@cache
def of_localhost() -> Certificate:
    with TemporaryDirectory() as directory:
        key, certificate = Path(directory, "key.pem"), Path(directory, "certificate.pem")
        words = [*_ASKED.split(), "-addext", _NAMES, "-keyout", str(key), "-out", str(certificate)]
        subprocess.run(["openssl", *words], check=True, capture_output=True)
        server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server.load_cert_chain(certificate, key)
        trusting = ssl.create_default_context(cafile=str(certificate))
        return Certificate(server, trusting, key.read_bytes() + certificate.read_bytes())
