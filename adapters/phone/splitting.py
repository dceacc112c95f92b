"""Long texts in parts."""


def parts(text: str, most: int) -> list[str]:
    """`text` in parts of at most `most` characters, which end at a line's end or else between words where
    there is one. None of them is blank, so a blank text has none."""
    found, rest = [], text.strip()
    while len(rest) > most:
        end = _end(rest, most)
        found.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*found, rest] if rest else found


def _end(text: str, most: int) -> int:
    ends = (text.rfind(mark, 1, most + 1) for mark in ("\n", " "))
    return next((end for end in ends if end > 0), most)
