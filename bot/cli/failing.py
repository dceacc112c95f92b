"""What a command says when it cannot do its work, and the exit code for scripts.

0 done · 1 the answer is no · 2 wrong use or configuration. Everything raised on purpose becomes a line or
more on stderr; a traceback means a bug.
"""

import sys
from collections.abc import Iterator

from bot.errors import ConfigurationError, CopyRefused, DawnlineError, MustWait, Refused
from bot.messages.catalogue import FALLBACK, Catalogue

NO = 1
WRONG = 2


def complaint(error: DawnlineError | OSError) -> tuple[int, list[str]]:
    """The exit code and the lines that say what is wrong."""
    match error:
        case ConfigurationError():
            return WRONG, [str(fault) for fault in error.faults]
        case Refused():
            return NO, [_refusal(error)]
        case MustWait() | CopyRefused():
            return NO, [str(error)]
        case OSError():
            return WRONG, [": ".join(_parts(error))]
        case _:
            return WRONG, [str(error)]


def complain(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)


def _refusal(refused: Refused) -> str:
    """In English: whoever runs a command reads the rest of it in English too."""
    catalogue = Catalogue.load()
    near = f"refused.{refused.key}_near"
    key = near if refused.words.get("near") and catalogue.has(near) else f"refused.{refused.key}"
    return catalogue.template(FALLBACK, key).format_map(
        {name: str(word) for name, word in refused.words.items()}
    )


def _parts(error: OSError) -> Iterator[str]:
    """ "/etc/x: Permission denied", rather than "[Errno 13] Permission denied: '/etc/x'"."""
    if error.filename is not None:
        yield str(error.filename)
    yield error.strerror or str(error)
