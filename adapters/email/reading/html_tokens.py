"""HTML cut into tags and text in one pass. Pure rules.

No tree is built: in HTML, 27 kB of unclosed formatting stand for a tree of 36 MB (measured with nh3), and
only the words are wanted. Every character is looked at a bounded number of times.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(
    r"<(/?)([A-Za-z][^\s/><]{0,40}+)"
    r"((?:[^>\"']{1,4000}+|\"[^\"]{0,4000}+\"|'[^']{0,4000}+'){0,200}?)>"
)
_QUOTE_OR_END = re.compile(r"[\"'>]")
_NAME = re.compile(r"<(/?)([A-Za-z][^\s/><]{0,40}+)")
_ATTRIBUTE = re.compile(r"([^\s=\"'/>]{1,60}+)\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>]++))")
_RAW = {
    name: re.compile(f"</{name}", re.IGNORECASE)
    for name in ("script", "style", "title", "textarea", "xmp", "noframes", "iframe", "noembed")
}
"""What is in them is no HTML (https://html.spec.whatwg.org/#parsing); it ends at its closing tag only."""


@dataclass(frozen=True, slots=True)
class Tag:
    """`name` in lower case; `written`: what stands behind the name."""

    name: str
    is_closing: bool
    written: str

    def attributes(self) -> dict[str, str]:
        """Names in lower case. The first of each name counts."""
        found: dict[str, str] = {}
        for each in _ATTRIBUTE.finditer(self.written):
            value = each[2] or each[3] or each[4] or ""
            found.setdefault(each[1].lower(), unescaped(value))
        return found


def tokens(source: str) -> Iterator[Tag | str]:
    """Tags and the text between them, entities replaced. Comments, scripts and styles are left out."""
    at = 0
    while at < len(source):
        opened = source.find("<", at)
        if opened < 0:
            yield unescaped(source[at:])
            return
        if opened > at:
            yield unescaped(source[at:opened])
        tag, at = _tag_at(source, opened)
        if tag is not None:
            yield tag
            if isinstance(tag, Tag) and tag.name in _RAW and not tag.is_closing:
                at = _behind_raw(source, at, tag.name)


def _tag_at(source: str, at: int) -> tuple[Tag | str | None, int]:
    """What the "<" at `at` begins, and where it ends."""
    found = _TAG.match(source, at)
    if found:
        return Tag(found[2].lower(), bool(found[1]), found[3]), found.end()
    if source.startswith("<!--", at):
        return None, _behind(source, "-->", at + 4)
    if source.startswith(("<!", "<?", "</"), at):
        return None, _behind(source, ">", at + 2)
    name = _NAME.match(source, at)
    if name is None:
        return "<", at + 1
    end = _end_of_tag(source, name.end())
    return Tag(name[2].lower(), bool(name[1]), source[name.end() : end]), end + 1


def _end_of_tag(source: str, at: int) -> int:
    """Its ">": not one in quotes, but a quote that nobody closes is a character like any other."""
    while found := _QUOTE_OR_END.search(source, at):
        if found[0] == ">":
            return found.start()
        closing = source.find(found[0], found.end())
        if closing < 0:
            return _until(source, ">", found.end())
        at = closing + 1
    return len(source)


def _until(source: str, end: str, at: int) -> int:
    found = source.find(end, at)
    return len(source) if found < 0 else found


def _behind(source: str, end: str, at: int) -> int:
    """Behind `end`; the whole rest if it never comes, as browsers have it."""
    return _until(source, end, at) + len(end)


def _behind_raw(source: str, at: int, name: str) -> int:
    closing = _RAW[name].search(source, at)
    return closing.start() if closing else len(source)


def unescaped(text: str) -> str:
    """With entities replaced. Python refuses numbers of thousands of digits: such text stays as it is."""
    if "&" not in text:
        return text
    try:
        return html.unescape(text)
    except ValueError:
        return text
