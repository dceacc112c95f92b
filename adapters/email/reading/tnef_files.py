"""winmail.dat: what Outlook puts its text and files into."""

from dataclasses import dataclass

from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.files import File


@dataclass(frozen=True, slots=True)
class Unpacked:
    text: str
    files: tuple[File, ...]


def is_tnef(file: File) -> bool:
    return False


def read_tnef(file: File, charsets: Charsets, budget: Budget) -> Unpacked:
    return Unpacked("", ())
