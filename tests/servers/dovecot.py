"""A real Dovecot, as a child process; works as root and without."""

import asyncio
import contextlib
import grp
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import time
from pathlib import Path
from tempfile import mkdtemp

from tests.servers.imap import PASSWORD, USER, ImapServer
from tests.servers.ports import free_port, wait_until_free

MISSING = "no Dovecot: install dovecot-imapd dovecot-lmtpd"
LONG = 20.0
_UID_LIST = re.compile(r"^3 V(\d+) ")


class NoDovecot(Exception):
    """There is none on this machine; the text says what to install."""


def binary() -> str:
    """Raises NoDovecot."""
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    modules = [Path("/usr/lib/dovecot") / each for each in ("imap", "lmtp")]
    if found is None or not all(each.exists() for each in modules):
        raise NoDovecot(MISSING)
    return found


class Dovecot(ImapServer):
    """IMAP on `port`, LMTP on `lmtp`. `others`: further users, with the same password at first."""

    def __init__(self, *others: str) -> None:
        self._binary = binary()
        self._others = others
        self._root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid()).pw_name
        self._owner = pwd.getpwnam("nobody" if self._root else me)
        self._internal = pwd.getpwnam("dovecot" if self._root else me)
        self._login = "dovenull" if self._root else me
        self.directory = Path(mkdtemp(prefix="dawnline-dovecot-"))
        self.directory.chmod(0o755)
        mails = self.directory / "mail"
        mails.mkdir()
        os.chown(mails, self._owner.pw_uid, self._owner.pw_gid)
        self.port, self.lmtp = free_port(), free_port()
        self._write_users(PASSWORD)
        (self.directory / "dovecot.conf").write_text(self._configuration())

    async def start(self) -> None:
        await asyncio.to_thread(self._start)

    async def stop(self) -> None:
        await asyncio.to_thread(self._stop)

    async def remove(self) -> None:
        await self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    async def set_password(self, password: str) -> None:
        """Dovecot looks for changes once a second; started anew it knows at once."""
        await self.stop()
        self.password = password
        self._write_users(password)
        await self.start()

    async def renumber(self) -> None:
        await self.stop()
        folder = self.directory / "mail" / USER
        uids = folder / "dovecot-uidlist"
        uids.write_text(_UID_LIST.sub(lambda found: f"3 V{int(found[1]) + 1} ", uids.read_text()))
        for index in folder.glob("dovecot.index*"):
            index.unlink()
        await self.start()

    async def bring(self, raw: bytes) -> None:
        """As another mail server does."""
        await asyncio.to_thread(self._bring, raw)

    def _bring(self, raw: bytes) -> None:
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail("customer@acme.example", [USER], raw)

    def _write_users(self, password: str) -> None:
        users = self.directory / "users"
        known = {**dict.fromkeys(self._others, PASSWORD), USER: password}
        users.write_text("".join(f"{user}:{{PLAIN}}{secret}\n" for user, secret in known.items()))
        users.chmod(0o644)

    def _start(self) -> None:
        """Nothing of ours is inherited: Dovecot's children would hold it open. Sockets that a killed one left
        behind would make it wait."""
        shutil.rmtree(self.directory / "run", ignore_errors=True)
        words = [self._binary, "-F", "-c", str(self.directory / "dovecot.conf")]
        void = subprocess.DEVNULL
        self._process = subprocess.Popen(words, stdin=void, stdout=void, stderr=void, start_new_session=True)
        until = time.monotonic() + LONG
        while not (_answers(self.port) and _answers(self.lmtp)):
            if self._process.poll() is not None or time.monotonic() > until:
                log = self.directory / "log"
                raise NoDovecot(log.read_text() if log.exists() else "Dovecot does not start")

    def _stop(self) -> None:
        """At once, with all its children: asked kindly it takes a second."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(LONG)
        wait_until_free(self.port, self.lmtp)

    def _configuration(self) -> str:
        chroot = "" if self._root else "chroot ="
        owner, internal = self._owner, self._internal
        return f"""
base_dir = {self.directory}/run
state_dir = {self.directory}/state
log_path = {self.directory}/log
protocols = imap lmtp
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
auth_failure_delay = 0
default_internal_user = {internal.pw_name}
default_internal_group = {grp.getgrgid(internal.pw_gid).gr_name}
default_login_user = {self._login}
auth_mechanisms = plain login
mail_location = maildir:{self.directory}/mail/%u
mail_uid = {owner.pw_uid}
mail_gid = {owner.pw_gid}
first_valid_uid = 1
first_valid_gid = 1
mailbox_list_index = no
{"" if self._root else "default_vsz_limit = 0"}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {self.directory}/users
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.directory}/mail/%u
}}
service imap-login {{
  {"chroot = login" if self._root else "chroot ="}
  inet_listener imap {{
    address = 127.0.0.1
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {self.lmtp}
  }}
}}
service anvil {{
  {chroot}
}}
service stats {{
  {chroot}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


def _answers(port: int) -> bool:
    """With its greeting: one that is killed before it gave any may hang when it is started again."""
    try:
        with socket.create_connection(("127.0.0.1", port), LONG) as found:
            return bool(found.recv(1))
    except OSError:
        return False
