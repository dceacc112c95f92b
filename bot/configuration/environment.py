"""The settings of `.env` and the environment: read, and everything wrong with them said. Pure rules.

No fault ever shows a secret, nor any part of one beyond Slack's public prefix of its kind.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dotenv.parser import Binding, parse_stream

from bot.configuration.saying import nearest
from bot.configuration.variables import MORE_MAILBOXES, VARIABLES, Variable
from bot.errors import Fault

ENV_FILE = ".env"
ENVIRONMENT = "the environment"


@dataclass(frozen=True, slots=True)
class Values:
    """What is set, by name, and the names among them that the environment set.

    `mailboxes`: the addresses of further mailboxes, which dawnline.toml calls by their names here.
    """

    by_name: Mapping[str, str] = field(repr=False)
    from_environment: frozenset[str] = frozenset()
    mailboxes: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, variable: Variable) -> str:
        """As set, else the default; "" when there is neither."""
        return self.by_name.get(variable.name, variable.default)

    def is_set(self, variable: Variable) -> bool:
        return variable.name in self.by_name

    def fault(self, variable: Variable, message: str) -> Fault:
        return Fault(self.file_of(variable.name), variable.name, message)

    def file_of(self, name: str) -> str:
        return ENVIRONMENT if name in self.from_environment else ENV_FILE


def merged(env_file: Mapping[str, str], environ: Mapping[str, str]) -> Values:
    """The environment wins, also with an empty value, which means "not set" as it does in `.env`."""
    from_environment = frozenset(name for name in environ if _is_ours(name))
    both = {**env_file, **{name: environ[name] for name in from_environment}}
    known = {name: value.strip() for name, value in both.items() if _is_ours(name) and value.strip()}
    by_name = {name: value for name, value in known.items() if name in VARIABLES}
    mailboxes = {name: value for name, value in known.items() if name not in VARIABLES}
    return Values(by_name, from_environment, mailboxes)


def _is_ours(name: str) -> bool:
    return name in VARIABLES or name.startswith(MORE_MAILBOXES)


def parse_env(raw: bytes) -> tuple[Mapping[str, str], tuple[Fault, ...]]:
    """The names and values of a `.env` file as they are written (a `$` is a dollar), and what is wrong."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return {}, (Fault(ENV_FILE, f"line {line}", "is not UTF-8; save the file as UTF-8"),)
    bindings = [each for each in parse_stream(io.StringIO(text)) if each.error or each.key is not None]
    values = {each.key: each.value for each in bindings if each.key is not None and each.value is not None}
    return values, tuple(_line_faults(bindings))


def _line_faults(bindings: list[Binding]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for each in bindings:
        line = _line(each)
        if each.error or each.key is None or each.value is None:
            yield Fault(ENV_FILE, f"line {line}", "cannot be read; write NAME=value, and quotes in pairs")
            continue
        if each.key in first:
            yield Fault(ENV_FILE, each.key, f"is set twice, on lines {first[each.key]} and {line}; keep one")
        elif not _is_ours(each.key) and (near := _near_miss(each.key)):
            yield Fault(ENV_FILE, each.key, f"there is no such setting (line {line}); did you mean {near}?")
        first.setdefault(each.key, line)


def _near_miss(name: str) -> str | None:
    """Only what is nearly ours: the file may hold other programs' settings too."""
    near = nearest(name, tuple(VARIABLES))
    is_near = near is not None and (name.startswith("DAWNLINE_") or _differ_little(name, near))
    return near if is_near else None


def _differ_little(name: str, other: str) -> bool:
    """By a slip of the fingers: the same letters but for one or two."""
    mine, theirs = Counter(name.upper()), Counter(other)
    return (mine - theirs).total() <= 2 and (theirs - mine).total() <= 2


def _line(binding: Binding) -> int:
    """The parser counts the blank lines before an entry to the entry."""
    text = binding.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return binding.original.line + len(blank.splitlines())
