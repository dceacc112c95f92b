"""Which lines with ">" are quotes, and which the sender put there (a log, a prompt). Pure rules."""

from collections.abc import Iterator, Sequence

from adapters.email.reading.attributions import attributions, is_marked
from adapters.email.reading.marks import introduces

Span = tuple[int, int]
"""Lines, from the first up to the last."""


def quoted(lines: Sequence[str], attributed: Sequence[Span]) -> list[Span]:
    """Blocks of ">" that stand below an attribution (`attributed`), have one within, end the mail as its last
    paragraph, or begin it, with all that follow (an answer piece by piece); not below "The log says:"."""
    known = {place for span in attributed for place in range(*span)}
    blocks = list(_blocks(lines, known))
    below = 0 if blocks and blocks[0][0] == 0 else min((end for _, end in attributed), default=len(lines))
    last = max((place + 1 for place, line in enumerate(lines) if line.strip()), default=0)
    return [
        (start, end)
        for start, end in blocks
        if (
            start >= below
            or (end == last and not lines[start - 1].strip())
            or _has_attribution(lines[start:end])
        )
        and not _is_introduced(lines, start, known)
    ]


def _blocks(lines: Sequence[str], known: set[int]) -> Iterator[Span]:
    """Runs of ">" without anything but blank lines within. `known`: lines of attributions, which may have one
    where an address is broken."""
    start = end = 0
    for place, line in enumerate(lines):
        if is_marked(line) and place not in known:
            start, end = (start if end > start else place), place + 1
        elif line.strip() and end > start:
            yield start, end
            start = end = place
    if end > start:
        yield start, end


def _has_attribution(block: Sequence[str]) -> bool:
    """As iOS quotes its own "On ... wrote:"."""
    return any(each.sure for each in attributions([line.lstrip(" >|＞") for line in block[:8]]).values())


def _is_introduced(lines: Sequence[str], start: int, known: set[int]) -> bool:
    above = next((place for place in range(start - 1, max(start - 3, -1), -1) if lines[place].strip()), None)
    return above is not None and above not in known and introduces(lines[above])
