"""What the parts of a mail amount to: its text, its files, and the reports that come with bounces.

Which parts are text follows RFC 2046 and what mail programs do: of alternatives the plain one is read, unless
it only says that there is another; everything that is not text is a file, and no file is left out.
"""

import re
from dataclasses import dataclass, field

from adapters.email.reading.bounces import ReportPart
from adapters.email.reading.budget import Budget
from adapters.email.reading.charsets import Charsets
from adapters.email.reading.filenames import safe_name
from adapters.email.reading.files import File, held
from adapters.email.reading.html_text import html_to_text
from adapters.email.reading.part_files import part_file
from adapters.email.reading.plain_text import tidy, unflowed
from adapters.email.reading.structure import Part
from adapters.email.reading.tnef_files import is_tnef, read_tnef
from adapters.email.reading.transfer import decoded_pieces
from adapters.email.reading.uuencoded import enclosed_files

_RENDERINGS = frozenset(("text/plain", "text/html", "text/x-amp-html", "text/watch-html"))
_READ_AS_PLAIN = frozenset(("text/plain", "text/enriched", "text/markdown", "text/x-markdown"))
_REPORTS = frozenset((
    "message/delivery-status", "message/global-delivery-status", "message/feedback-report",
    "message/disposition-notification", "message/rfc822", "message/global", "text/rfc822-headers",
    "message/global-headers",
))  # fmt: skip
_LONGEST_REPORT = 128 * 1024
_NAMED = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<!doctype html|<html|<head|<body|<div|<table|<meta)\b", re.IGNORECASE)
_POINTER = re.compile(
    r"\bhtml\b.{0,80}(?:mail|view|client|reader|format|support|version|browser)"
    r"|(?:mail|view|client|reader|format|support|version|browser).{0,80}\bhtml\b|HTML.{0,20}(?:邮件|郵件|メール)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_POINTER = 400


@dataclass(slots=True)
class Contents:
    """Gathers what `raw` holds. `texts`: in order, plain; `shown`: Content-IDs that the HTML names."""

    raw: bytes
    charsets: Charsets
    budget: Budget
    texts: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reports: list[ReportPart] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    has_text: bool = False

    def gather(self, part: Part) -> None:
        """Whatever is in `part`. Raises OutOfTime; what was gathered before that stands."""
        self._read(part, self.texts, is_wanted=True)

    @property
    def text(self) -> str:
        """At most `limits.text` characters."""
        joined = "\n".join(text for text in self.texts if text.strip())
        most = self.budget.limits.text
        if len(joined) > most:
            self.budget.note("more text than is kept: the rest is left out")
        return joined[:most]

    def _read(self, part: Part, texts: list[str], is_wanted: bool) -> None:
        """Its texts are added to `texts`; not those that are not wanted, which may cost time."""
        self.budget.check()
        if part.type == "multipart/encrypted":
            self.budget.note("encrypted: the desk cannot read it")
        if not part.is_multipart:
            self._leaf(part, texts, is_wanted)
        elif part.type == "multipart/alternative":
            self._best(part.children, texts, is_wanted)
        else:
            for child in part.children:
                self._read(child, texts, is_wanted)

    def _best(self, children: list[Part], texts: list[str], is_wanted: bool) -> None:
        """The plain one if it says something, else the last that does."""
        said: list[str] = []
        better: list[str] = []
        try:
            for child in children:
                if child.type in _READ_AS_PLAIN:
                    self._read(child, said, is_wanted)
            is_enough = _says_something(said) and not _is_pointer(said)
            for child in children:
                if child.type not in _READ_AS_PLAIN:
                    found: list[str] = []
                    self._read(child, found, is_wanted and not is_enough)
                    better = found if _says_something(found) else better
        finally:  # also when the time is up
            texts += better or said

    def _leaf(self, part: Part, texts: list[str], is_wanted: bool) -> None:
        if part.type in _REPORTS:
            self._report(part)
        if not self._is_text(part):
            self._file(part, texts, is_wanted)
            return
        self.has_text = True
        if part.type == "text/html":
            self._html(part, texts, is_wanted)
        elif is_wanted:
            texts.append(self._plain(part))

    def _is_text(self, part: Part) -> bool:
        """A named text is the mail's own only at its beginning: some gateways name it "body.txt"."""
        name = part.disposition.parameters.get("filename") or part.parameters.get("name")
        if part.disposition.value == "attachment":
            return False
        if part.type in _RENDERINGS or part.type in _READ_AS_PLAIN:
            return not name or not (self.has_text or self.files)
        return False

    def _report(self, part: Part) -> None:
        data = self._beginning(part, _LONGEST_REPORT)
        self.reports.append(ReportPart(part.type, self.charsets.text(data, part.parameters.get("charset"))))

    def _plain(self, part: Part) -> str:
        data = self._beginning(part, 4 * self.budget.limits.text)
        text = self.charsets.text(data, part.parameters.get("charset"))
        if _MARKUP.match(text) and "</" in text:
            self.budget.note("HTML that says it is plain text: read as HTML")
            return self._from_html(text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, part.parameters.get("delsp", "").lower() == "yes")
        said = self._without_files(tidy(text))
        self._tell_of_pgp(said)
        self.reports.append(ReportPart("text/plain", said[:_LONGEST_REPORT]))
        return said

    def _html(self, part: Part, texts: list[str], is_wanted: bool) -> None:
        data = self._beginning(part, 8 * self.budget.limits.text)
        declared = part.parameters.get("charset")
        if declared is None and (meta := _META_CHARSET.search(data, 0, 4096)):
            declared = meta[1].decode("ascii", "replace")
        source = self.charsets.text(data, declared)
        self.shown.update(_NAMED.findall(source))
        if is_wanted:
            texts.append(self._from_html(source))

    def _from_html(self, source: str) -> str:
        return tidy(html_to_text(source, self.budget))

    def _beginning(self, part: Part, most: int) -> bytes:
        """Of its decoded body; text parts are read once, so nothing is kept beyond this."""
        pieces: list[bytes] = []
        size = 0
        for piece in decoded_pieces(self.raw, part.body, _encoding(part), self.budget):
            pieces.append(piece)
            size += len(piece)
            if size > most:
                self.budget.note("more text than is kept: the rest is left out")
                return _up_to(b"".join(pieces), most)
        return b"".join(pieces)

    def _without_files(self, text: str) -> str:
        """What was uuencoded into the text becomes files."""
        if "\nbegin" not in f"\n{text[:100]}" and "\nbegin" not in text:
            return text
        left, at = [], 0
        for each in enclosed_files(text):
            if not self.budget.takes_file():
                break
            left.append(text[at : each.start])
            at = each.end
            name = safe_name(each.name, self.budget)
            self.files.append(File(name, "application/octet-stream", held(each.data)))
        return "".join([*left, text[at:]]).strip("\n")

    def _tell_of_pgp(self, text: str) -> None:
        if "-----BEGIN PGP MESSAGE-----" in text:
            self.budget.note("encrypted with PGP: the desk cannot read it")

    def _file(self, part: Part, texts: list[str], is_wanted: bool) -> None:
        if not self.budget.takes_file():
            return
        file = part_file(self.raw, part, _encoding(part), self.charsets, self.budget)
        self.files.append(file)
        if not is_tnef(file):
            return
        unpacked = read_tnef(file, self.charsets, self.budget)
        self.files += [each for each in unpacked.files if self.budget.takes_file()]
        if is_wanted and not _says_something(texts):
            texts.append(unpacked.text)


def _up_to(data: bytes, most: int) -> bytes:
    """Whole lines where there are any: half a character would make the charset look wrong."""
    line = data.rfind(b"\n", 0, most) + 1
    return data[: line or most]


def _encoding(part: Part) -> str:
    return (part.block.get("content-transfer-encoding") or b"").decode("ascii", "replace")


def _says_something(texts: list[str]) -> bool:
    return any(text.strip() for text in texts)


def _is_pointer(texts: list[str]) -> bool:
    """Whether the plain text only says that there is something better."""
    said = " ".join(texts).strip()
    return len(said) < _LONGEST_POINTER and _POINTER.search(said) is not None
