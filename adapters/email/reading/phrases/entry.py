"""What is known of each language. Pure data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Lower case throughout, one kind of space, no delimiters at the end.

    `wrote`: the verb of "On ... wrote:"; `on`: how such lines begin, if not with a date or a name.
    `sender`, `sent`, `to`, `subject`: field names of a quoted header; Cc is with `to`.
    `original`, `forwarded`: what stands between dashes above a quoted and above a forwarded mail.
    `mobile`: a program's own line below a mail; * is the device or the program.
    `above`: within the line below which nobody is to write. `below`: within words that say that there are
    answers further down, in the quote, or that the quote is to be read. `legal`: how a disclaimer begins.
    `away`: an automatic answer's subject, up to its colon; `absent`: within the text of one.
    `undelivered`: within a bounce's subject. `common`: words that every text of the language is full of.
    `letters`: signs that no other language here has.
    """

    wrote: tuple[str, ...]
    on: tuple[str, ...]
    sender: tuple[str, ...]
    sent: tuple[str, ...]
    to: tuple[str, ...]
    subject: tuple[str, ...]
    original: tuple[str, ...]
    forwarded: tuple[str, ...]
    mobile: tuple[str, ...]
    above: tuple[str, ...]
    below: tuple[str, ...]
    legal: tuple[str, ...]
    away: tuple[str, ...]
    absent: tuple[str, ...]
    undelivered: tuple[str, ...]
    common: str
    letters: str = ""
