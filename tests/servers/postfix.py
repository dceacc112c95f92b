"""A real Postfix on loopback that hands what it takes to a server of the test's own over LMTP. Only root can
start one."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from tests.servers.ports import free_port

MISSING = "install postfix (and be root, as Postfix must be)"
LOOK = 0.02
LONG = 30.0
_MAIN = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
mydestination =
virtual_mailbox_domains = {domains}
recipient_delimiter = +
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
relayhost =
default_transport = error:nothing leaves this machine in tests
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
message_size_limit = 1000000
maillog_file = {home}/log
maillog_file_prefixes = {home}
disable_dns_lookups = yes
smtp_host_lookup = native
smtputf8_enable = yes
smtpd_client_connection_rate_limit = 0
alias_maps =
alias_database =
local_recipient_maps =
smtpd_tls_security_level = may
smtpd_tls_chain_files = {pem}
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class NoPostfix(Exception):
    """It cannot be started here; the text says what is missing, or what it said."""


class Postfix:
    """Takes mail for `domains` and refuses all other. `lmtp`: the port of whom it hands it to; `pem`: its key
    and certificate."""

    def __init__(self, lmtp: int, pem: bytes, domains: Sequence[str]) -> None:
        if os.getuid() != 0 or shutil.which("postfix") is None:
            raise NoPostfix(MISSING)
        self.port = free_port()
        self._home = Path(mkdtemp(prefix="dawnline-postfix-"))
        self._home.chmod(0o755)
        for name, owner in (("queue", "root"), ("data", "postfix"), ("etc", "root")):
            self._made(name, owner)
        key = self._home / "key.pem"
        key.write_bytes(pem)
        said = {
            "home": self._home,
            "port": self.port,
            "lmtp": lmtp,
            "domain": domains[0],
            "domains": " ".join(domains),
            "pem": key,
        }
        (self._home / "etc/main.cf").write_text(_MAIN.format(**said))
        (self._home / "etc/master.cf").write_text(_MASTER.format(**said))
        # It keeps what it inherits open, for as long as it lives.
        self._process = subprocess.Popen(
            ["postfix", "-c", str(self._home / "etc"), "start-fg"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._until_ready()

    def stop(self) -> None:
        # `postfix start-fg` itself does not pass the signal on.
        with_pid = self._home / "queue/pid/master.pid"
        if self._process.poll() is None and with_pid.exists():
            os.kill(int(with_pid.read_text()), signal.SIGTERM)
        self._process.wait(LONG)
        shutil.rmtree(self._home, ignore_errors=True)

    def _made(self, name: str, owner: str) -> None:
        path = self._home / name
        path.mkdir()
        os.chown(path, pwd.getpwnam(owner).pw_uid, -1)

    def _until_ready(self) -> None:
        until = time.monotonic() + LONG
        while not self._answers():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK)
                until = 0.0
            if time.monotonic() > until:
                log = self._home / "log"
                raise NoPostfix(log.read_text()[-2000:] if log.exists() else "Postfix ended at once")

    def _answers(self) -> bool:
        """It listens before it is able to serve; the greeting comes when it is."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), LONG) as tried:
                return tried.recv(4).startswith(b"220")
        except OSError:
            return False


@contextmanager
def postfix(lmtp: int, pem: bytes, *domains: str) -> Iterator[Postfix]:
    """For acme.test, where no domains are named. Raises NoPostfix."""
    mine = Postfix(lmtp, pem, domains or ("acme.test",))
    try:
        yield mine
    finally:
        mine.stop()
