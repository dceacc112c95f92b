"""winmail.dat: the text and the files that Outlook puts into it instead of into the mail."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.filenames import safe_name
from adapters.email.reading.files import File, held
from adapters.email.reading.html_text import html_to_text
from adapters.email.reading.plain_text import tidy
from adapters.email.reading.rtf import rtf_to_text, unpacked
from adapters.email.reading.tnef import Attribute, Malformed, Property, attributes, properties

_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef", "application/x-ms-tnef")
_BODY, _TITLE, _DATA, _CODEPAGE = 0x0002800C, 0x00018010, 0x0006800F, 0x00069007
_BEGINS_FILE, _OF_MAIL, _OF_FILE = 0x00069002, 0x00069003, 0x00069005
_PLAIN, _HTML, _RTF, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_UTF_16 = 0x1F


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`text` is "" when there is none."""

    text: str
    files: tuple[File, ...]


@dataclass(slots=True)
class _Attached:
    """One file while its attributes come in."""

    title: str = ""
    type: str = "application/octet-stream"
    content_id: str | None = None
    data: bytes = b""


@dataclass(slots=True)
class _Letter:
    """`codepage` of its 8-bit strings; `bodies` by property."""

    charsets: Charsets
    codepage: str = "cp1252"
    plain: str = ""
    bodies: dict[int, Property] = field(default_factory=dict)
    attached: list[_Attached] = field(default_factory=list)

    def words(self, found: Property) -> str:
        if found.type == _UTF_16:
            return found.data.decode("utf-16-le", "replace").rstrip("\0")
        return self.charsets.text(found.data.rstrip(b"\0"), self.codepage)


def is_tnef(file: File) -> bool:
    return file.content_type in _TYPES or (file.name or "").lower() == "winmail.dat"


def read_tnef(file: File, charsets: Charsets, budget: Budget) -> Unpacked:
    """Raises OutOfTime."""
    data = b"".join(file.pieces())
    letter = _Letter(charsets)
    if not budget.takes_bytes(len(data)):
        return Unpacked("", ())
    try:
        for attribute in attributes(data):
            budget.check()
            _take(letter, attribute)
    except Malformed:
        budget.note("winmail.dat is broken: read as far as it goes")
    return Unpacked(_text(letter, budget), tuple(_files(letter, budget)))


def _take(letter: _Letter, attribute: Attribute) -> None:
    data = attribute.data
    if attribute.id == _BEGINS_FILE:
        letter.attached.append(_Attached())
    elif attribute.id == _CODEPAGE:
        letter.codepage = f"cp{int.from_bytes(data[:4], 'little')}"
    elif attribute.id == _BODY:
        letter.plain = letter.charsets.text(data.rstrip(b"\0"), letter.codepage)
    elif attribute.id == _OF_MAIL:
        letter.bodies.update((each.id, each) for each in properties(data))
    elif letter.attached:
        _take_file(letter, letter.attached[-1], attribute)


def _take_file(letter: _Letter, attached: _Attached, attribute: Attribute) -> None:
    if attribute.id == _TITLE:
        attached.title = attached.title or letter.charsets.text(attribute.data.rstrip(b"\0"), letter.codepage)
    elif attribute.id == _DATA:
        attached.data = attribute.data
    elif attribute.id == _OF_FILE:
        for each in properties(attribute.data):
            _take_property(letter, attached, each)


def _take_property(letter: _Letter, attached: _Attached, found: Property) -> None:
    """PidTagAttach... of [MS-OXPROPS]."""
    match found.id:
        case 0x3707:  # LongFilename; the title is cut to eight letters and three
            attached.title = letter.words(found)
        case 0x370E:  # MimeTag
            attached.type = letter.words(found).lower() or attached.type
        case 0x3712:  # ContentId
            attached.content_id = letter.words(found).strip("<>")
        case 0x3701 if not attached.data:  # DataBinary
            attached.data = found.data


def _text(letter: _Letter, budget: Budget) -> str:
    """The plain body before the HTML one before the RTF one."""
    bodies = letter.bodies
    if _INTERNET_CODEPAGE in bodies:
        letter.codepage = f"cp{int.from_bytes(bodies[_INTERNET_CODEPAGE].data[:4], 'little')}"
    plain = letter.words(bodies[_PLAIN]) if _PLAIN in bodies else letter.plain
    if plain.strip():
        return tidy(plain)
    if _HTML in bodies:
        return tidy(html_to_text(letter.words(bodies[_HTML]), budget))
    if _RTF in bodies:
        source = unpacked(bodies[_RTF].data, budget.limits.text * 2)
        return (
            tidy(rtf_to_text(source, letter.codepage, letter.charsets))
            if budget.takes_bytes(len(source))
            else ""
        )
    return ""


def _files(letter: _Letter, budget: Budget) -> Iterator[File]:
    for each in letter.attached:
        if each.data:
            name = safe_name(each.title, budget)
            yield File(name, each.type, held(each.data), each.content_id)
