"""HTML reduced to plain text: what a reader sees, without layout, and with quotations as "> ".

Nothing is run and nothing is fetched. What is hidden from readers (previews for the list of mails, traps for
machines) is left out. Links keep their address behind their words.
"""

import re
from dataclasses import dataclass, field

from adapters.email.reading.budget import Budget, OutOfTime
from adapters.email.reading.html_tokens import Tag, tokens
from adapters.email.reading.page import Page

_BLOCKS = frozenset((
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "html", "legend", "li", "main", "nav",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr",
))  # fmt: skip
_PARAGRAPHS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "p"))
_CLOSES_LINKS = frozenset(("div", "li", "p", "td", "tr"))
"""Where the address of a link is told at the latest."""
_EMPTY = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"))
_ENDS_BY_ITSELF = frozenset(("p", "li", "td", "th", "tr", "dd", "dt", "option"))
"""Their closing tags may be missing: the next of the kind ends them."""
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|(?:max-height|opacity)\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_MAY_HIDE = re.compile(r"none|hid|font-size\s*:\s*0|max-height|opacity", re.IGNORECASE)
"""A quick look, since every other tag has a style."""
_NO_BORDER = re.compile(r"border\s*:\s*none", re.IGNORECASE)
_SHOWN = re.compile(r"(?:https?|ftp|tel):", re.IGNORECASE)
_LETTER = re.compile(r"[A-Za-z0-9]")
_CHECKED_EVERY = 256
_DEEPEST = 20
_LONGEST_SMILEY = 8


def html_to_text(source: str, budget: Budget) -> str:
    """At most about `budget.limits.text` characters, and as far as its time goes."""
    text = _Reading(budget, shows_all=False).read(source)
    # A page that hides itself as a whole does not mean it: some programs show such a page by a script.
    return text if text.strip() else _Reading(budget, shows_all=True).read(source)


@dataclass(slots=True)
class _Link:
    """`words` as said so far."""

    address: str
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """`hidden`: the name of the element that is passed over, "" for none; `nested`: its like within it."""

    budget: Budget
    shows_all: bool
    page: Page = field(default_factory=Page)
    lists: list[int] = field(default_factory=list)
    """Of each open list the number of its next item; -1: a list without numbers."""
    quotations: list[bool] = field(default_factory=list)
    link: _Link | None = None
    hidden: str = ""
    nested: int = 0
    is_dense: bool = False
    """No blank line between this paragraph and its neighbours."""

    def read(self, source: str) -> str:
        try:
            self._take(source)
        except OutOfTime:
            seconds = self.budget.limits.seconds
            self.budget.note(f"text: took more than {seconds:g} seconds; the rest is left out")
        return self.page.text()

    def _take(self, source: str) -> None:
        """Raises OutOfTime."""
        for number, token in enumerate(tokens(source)):
            if number % _CHECKED_EVERY == 0:
                self.budget.check()
            if self.page.length > self.budget.limits.text:
                self.budget.note("more text than is kept: the rest is left out")
                break
            if isinstance(token, Tag):
                self._tag(token)
            elif not self.hidden:
                self._say(token)

    def _say(self, text: str) -> None:
        self.page.say(text)
        if self.link is not None:
            self.link.words.append(text)

    def _tag(self, tag: Tag) -> None:
        if self.hidden:
            self._pass_over(tag)
            return
        if not tag.is_closing and self._hides(tag):
            self.hidden, self.nested = tag.name, 0
        else:
            self._show(tag)

    def _show(self, tag: Tag) -> None:
        match tag.name:
            case "br":
                self.page.end_line()
            case "a":
                self._anchor(tag)
            case "blockquote":
                self._quotation(tag)
            case "td" | "th":
                self.page.cell = not tag.is_closing
            case "hr":
                self.page.rule()
            case "img":
                self._picture(tag)
            case _:
                self._block(tag)

    def _pass_over(self, tag: Tag) -> None:
        """Until what is hidden ends."""
        if tag.name != self.hidden:
            return
        if tag.is_closing:
            self.nested -= 1
        elif tag.name in _ENDS_BY_ITSELF:
            self.hidden = ""
            self._tag(tag)
            return
        else:
            self.nested += 1
        if self.nested < 0:
            self.hidden = ""

    def _hides(self, tag: Tag) -> bool:
        written = tag.written
        if self.shows_all or not written or tag.name in _EMPTY or tag.name in ("html", "body"):
            return False
        if not _MAY_HIDE.search(written):
            return False
        attributes = tag.attributes()
        return bool(_HIDDEN.search(attributes.get("style", ""))) or written.strip(" /") == "hidden"

    def _block(self, tag: Tag) -> None:
        if tag.is_closing and tag.name in _CLOSES_LINKS:
            self._end_link()
        if tag.name in _PARAGRAPHS:
            self._paragraph(tag)
        elif tag.name == "pre":
            self.page.paragraph()
            self.page.pre = max(0, self.page.pre + (-1 if tag.is_closing else 1))
        elif tag.name in ("ul", "ol"):
            self._list(tag)
        elif tag.name in _BLOCKS:
            self.page.block()
            if tag.name == "li" and not tag.is_closing:
                self._item()

    def _paragraph(self, tag: Tag) -> None:
        """Word's paragraphs have no space between them; blank ones are there instead."""
        if not tag.is_closing:
            self.is_dense = "Mso" in tag.written or bool(self.lists)
        if self.is_dense:
            self.page.block()
        else:
            self.page.paragraph()

    def _list(self, tag: Tag) -> None:
        if tag.is_closing and self.lists:
            self.lists.pop()
        if self.lists:
            self.page.block()
        else:
            self.page.paragraph()
        if not tag.is_closing:
            self.lists.append(1 if tag.name == "ol" else -1)

    def _item(self) -> None:
        number = self.lists[-1] if self.lists else -1
        if number > 0:
            self.lists[-1] += 1
        indent = "  " * min(len(self.lists) - 1, 8)
        self.page.words.append(f"{indent}{number}. " if number > 0 else f"{indent}- ")

    def _quotation(self, tag: Tag) -> None:
        """Apple and Google indent with it too; then it says that it has no border."""
        if tag.is_closing:
            self.page.block()
            if self.quotations and self.quotations.pop():
                self.page.quotes -= 1
            self.page.paragraph()
            return
        self.page.paragraph()
        attributes = tag.attributes()
        is_indented = bool(_NO_BORDER.search(attributes.get("style", "")))
        is_cited = (
            attributes.get("type") == "cite" or "quote" in attributes.get("class", "") or not is_indented
        )
        is_deeper = is_cited and self.page.quotes < _DEEPEST
        self.quotations.append(is_deeper)
        self.page.quotes += is_deeper

    def _anchor(self, tag: Tag) -> None:
        self._end_link()
        if not tag.is_closing:
            self.link = _Link(tag.attributes().get("href", "").strip())

    def _end_link(self) -> None:
        """The address behind the words, unless they are the address."""
        link, self.link = self.link, None
        if link is None:
            return
        words = "".join(link.words).strip()
        address = link.address.removeprefix("mailto:").partition("?")[0]
        shown = link.address if _SHOWN.match(link.address) else address if address != link.address else ""
        bare = shown.partition("://")[2].rstrip("/") or shown
        if words and bare and bare not in words:
            self.page.say(f" <{shown}>")

    def _picture(self, tag: Tag) -> None:
        """Smileys are pictures in many programs; other pictures say nothing that could be put into words."""
        alternative = tag.attributes().get("alt", "").strip()
        if alternative and len(alternative) <= _LONGEST_SMILEY and not _LETTER.search(alternative):
            self._say(alternative)
