"""How many mails a second the desk reads, and takes in whole; and what a large one needs of memory.

Slices of the same mails are read in turn by the desk's reader and by the standard library's
(`email.message_from_bytes`, every header and every text decoded, nothing judged): whatever else the machine
does falls on both. Whole intake is what `POST /email/inbound` and the mailboxes do with a mail: kept on disk,
read in a thread, committed.

The large mail is read in a process of its own; what counts is the most that process ever had in memory, less
what it had before, beside the mail's size.
"""

import asyncio
import email
import email.policy
import gc
import json
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from statistics import median
from time import perf_counter

from adapters.email.channel import CAPABILITIES
from adapters.email.inbound import Translator
from adapters.email.intake import Intake
from adapters.email.reading import read_mail
from adapters.email.settings import CHANNEL, EmailSettings
from adapters.email.tokens import Tokens
from bot.bench.ground import CHANNEL as SLACK_CHANNEL
from bot.bench.ground import SLACK, policy, scratch
from bot.bench.letters import large, letters
from bot.bench.progress import Stages, watched
from bot.bench.report import CannotMeasure, Figure, Goal, Report, percentile
from bot.clock import SystemClock
from bot.configuration.mail_urls import MailServer, Tls
from bot.desk import Desk
from bot.messages.catalogue import Catalogue
from bot.work import House
from storage.files import DiskFiles
from storage.sqlite.store import open_store

MEMORY = 4.0
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class MailOptions:
    """`mails` a slice, of which there are `slices`; `taken` go through the whole intake, `callers` at once;
    `large_mb`: the size of the large one, in MiB."""

    mails: int = 700
    slices: int = 7
    taken: int = 3000
    callers: int = 16
    large_mb: int = 25

    def __post_init__(self) -> None:
        if min(self.mails, self.slices, self.taken, self.callers, self.large_mb) <= 0:
            raise ValueError("every option must be above zero")


QUICK = MailOptions(mails=210, slices=3, taken=300)


@dataclass(frozen=True, slots=True)
class Large:
    """Of the large mail: its size in bytes, the most it needed, and seconds."""

    size: int
    peak: int
    seconds: float


def run_mail(options: MailOptions = MailOptions()) -> Report:
    with scratch() as directory, watched() as stages:
        desk, plain, each = _reading(options, stages)
        seconds = asyncio.run(_intake(directory, options, stages))
        heavy = _large(directory, options, stages)
    figures: dict[str, Figure] = {
        "mails_read": options.mails * options.slices,
        "read_per_second": options.mails / median(desk),
        "standard_library_per_second": options.mails / median(plain),
        "read_p50_ms": percentile(each, 0.5) * 1000,
        "read_p99_ms": percentile(each, 0.99) * 1000,
        "read_max_ms": each[-1] * 1000,
        "mails_taken": options.taken,
        "callers": options.callers,
        "taken_per_second": options.taken / seconds,
        "large_mail_mb": heavy.size / MB,
        "large_mail_peak_mb": heavy.peak / MB,
        "large_mail_seconds": heavy.seconds,
        "python": platform.python_version(),
    }
    memory = Goal("memory for a large mail ÷ its size", heavy.peak / heavy.size, MEMORY, "× (at most)")
    return Report("mail", figures, (memory,))


def _reading(options: MailOptions, stages: Stages) -> tuple[list[float], list[float], list[float]]:
    """Seconds a slice by either reader, and seconds of single mails by ours, sorted."""
    mails, desk, plain, each = list(letters(options.mails)), [], [], []
    bar = stages.stage("mails beside the standard library", options.slices + 1)
    for _ in range(options.slices + 1):
        taken = _timed(read_mail, mails)
        desk.append(sum(taken))
        plain.append(sum(_timed(_plainly, mails)))
        each += taken
        bar.advance()
    return desk[1:], plain[1:], sorted(each[len(mails) :])  # the first round warms everything up


def _timed(read: Callable[[bytes], object], mails: Sequence[bytes]) -> list[float]:
    gc.collect()
    taken = []
    for raw in mails:
        started = perf_counter()
        read(raw)
        taken.append(perf_counter() - started)
    return taken


def _plainly(raw: bytes) -> None:
    """What a program without a reader of its own does."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "References"):
        str(message[name])
    for part in message.walk():
        if not part.is_multipart():
            part.get_payload(decode=True)


async def _intake(directory: Path, options: MailOptions, stages: Stages) -> float:
    """Seconds until all are on disk and accounted for."""
    clock, store = SystemClock(), await open_store(directory / "desk.db", alone=True)
    able = {CHANNEL: CAPABILITIES, SLACK_CHANNEL: SLACK}
    desk = Desk(store, clock, House.build(policy(), Catalogue.load(), able), lambda: None)
    settings = EmailSettings("support@ops.example", "Ops", b"secret", MailServer("localhost", 25, Tls.OFF))
    translator = Translator(settings, Tokens(settings.secret))
    files = DiskFiles(directory / "files")
    intake = Intake(settings, desk, clock, files, translator, lambda raw, sender: False)
    waiting, bar = iter(list(letters(options.taken))), stages.stage("mails taken in", options.taken)

    async def caller() -> None:
        for raw in waiting:
            await intake.take(raw, "bench")
            bar.advance()

    started = perf_counter()
    await asyncio.gather(*(caller() for _ in range(options.callers)))
    seconds = perf_counter() - started
    long_ago = clock.now() - timedelta(days=1)
    entries = await store.read(lambda tx: tx.ledger.since(long_ago, limit=options.taken + 1))
    await store.close()
    if len(entries) != options.taken:
        raise CannotMeasure(f"{options.taken} mails made {len(entries)} entries")
    return seconds


def _large(directory: Path, options: MailOptions, stages: Stages) -> Large:
    if not Path("/proc/self/status").exists():
        raise CannotMeasure("a process's memory is read from /proc, which this system does not have")
    bar, path = stages.stage("a large mail", 1), directory / "large.eml"
    path.write_bytes(large(options.large_mb * MB))
    words = [sys.executable, "-P", "-m", "bot.bench.mail_side", str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own file
    if done.returncode:
        raise CannotMeasure(f"the large mail was not read: {done.stderr.strip().splitlines()[-1:]}")
    bar.advance()
    return Large(**json.loads(done.stdout))
