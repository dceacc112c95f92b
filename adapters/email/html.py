"""A mail's words as simple HTML, for every mail program.

Tables and inline styles only (Outlook); nothing is fetched; no colour but the buttons' own, so that it is
legible on whichever ground the reader's program has, light or dark. Everything said is data: escaped.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

_FONT = "-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',Arial,sans-serif"
_WORDS = f"font-family:{_FONT};font-size:16px;line-height:1.5;word-break:break-word;overflow-wrap:anywhere;"
_PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>:root {{ color-scheme: light dark; }}</style>
</head>
<body style="margin:0;padding:16px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;">
<tr><td style="{style}">
{content}
</td></tr>
</table>
</body>
</html>
"""
_PARAGRAPH = '<p dir="auto" style="margin:0 0 16px;">{}</p>'
_FACTS = """\
<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-size:14px;">
{}
</table>"""
_CELL = "border-top:1px solid #8a8a8a;padding:6px 16px 6px 0;vertical-align:top;text-align:start;"
_FACT = (
    f'<tr><th scope="row" dir="auto" style="{_CELL}font-weight:600;">{{}}</th>'
    f'<td dir="auto" style="{_CELL}">{{}}</td></tr>'
)
# White on this blue is 6.4 : 1, and the blue stands out on white as on black.
_BUTTON = (
    '<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px;"><tr>'
    '<td bgcolor="#1a56db" style="background-color:#1a56db;border-radius:6px;">'
    '<a href="{href}" style="display:inline-block;padding:12px 24px;color:#ffffff;font-weight:600;'
    'text-decoration:none;"><span style="color:#ffffff;">{label}</span></a></td></tr></table>'
)


@dataclass(frozen=True, slots=True)
class Action:
    """A button; `href` is a mailto: address (RFC 6068)."""

    label: str
    href: str


def page(
    title: str, words: str, facts: Sequence[tuple[str, str]], actions: Sequence[Action], language: str
) -> str:
    """The whole document. `words`: lines end with a line feed; an empty line parts paragraphs."""
    blocks = [_PARAGRAPH.format(_lines(each)) for each in re.split(r"\n{2,}", words.strip("\n"))]
    blocks += [_BUTTON.format(href=_safe(each.href), label=_safe(each.label)) for each in actions]
    if facts:
        rows = (_FACT.format(_safe(label), _safe(value)) for label, value in facts)
        blocks.append(_FACTS.format("\n".join(rows)))
    content = "\n".join(blocks)
    return _PAGE.format(language=_safe(language), title=_safe(title), style=_WORDS, content=content)


def _safe(text: str) -> str:
    return html.escape(text, quote=True)


def _lines(paragraph: str) -> str:
    """Line ends and spaces as they are. (Outlook knows no white-space: pre-wrap.)"""
    kept = re.sub(r"^ | (?= )", "\N{NO-BREAK SPACE}", paragraph.replace("\t", "    "), flags=re.MULTILINE)
    return _safe(kept).replace("\n", "<br>\n")
