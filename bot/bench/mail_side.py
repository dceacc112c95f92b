"""Reads one large mail in a process of its own and says what it needed.

    python -m bot.bench.mail_side FILE

The answer is {"size", "peak", "seconds"}: bytes, and the most the process had in memory, the mail itself
included, beyond what it had before the mail was there.
"""

import json
import sys
from pathlib import Path
from time import perf_counter

from adapters.email.reading import read_mail
from bot.bench.letters import letters

_STATUS = Path("/proc/self/status")


def most() -> int:
    """Bytes it had in memory at the most. Not by getrusage(2): what it says begins with the parent's."""
    peak = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) * 1024


def main(file: str) -> None:
    for raw in letters(20):
        read_mail(raw)
    before, started = most(), perf_counter()
    content = Path(file).read_bytes()
    mail = read_mail(content)
    seconds = perf_counter() - started
    if len(mail.attachments) != 1:
        raise RuntimeError(f"the mail was not read whole: {mail.defects}")
    sys.stdout.write(json.dumps({"size": len(content), "peak": most() - before, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1])
