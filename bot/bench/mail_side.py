"""Reads one large mail in a process of its own and says what it needed.

    python -m bot.bench.mail_side FILE

The answer is {"size", "peak", "seconds"}: bytes, and the most the process had in memory, the mail itself
included, beyond what it had before the mail was there.
"""

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

from adapters.email.reading import read_mail
from bot.bench.letters import letters

_UNIT = 1024 if sys.platform == "linux" else 1
"""getrusage(2): kilobytes on Linux, bytes on macOS."""


def most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


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
