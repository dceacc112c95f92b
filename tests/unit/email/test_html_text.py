"""HTML as plain text: what a reader sees of it."""

import pytest
from adapters.email.mail import Limits
from adapters.email.reading.budget import Budget
from adapters.email.reading.html_text import html_to_text


def text_of(source: str) -> str:
    return html_to_text(source, Budget.starting(Limits(), lambda: 0.0, len(source)))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<p>a <b>b</b>\n  c</p>", "a b c"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<ol><li>a<li>b<ul><li>c</ul></ol>", "1. a\n2. b\n  - c"),
        ("<table><tr><td>a</td><td></td><td>b</td></tr></table>", "a | b"),
        ("a<hr>b", "a\n________________________________\nb"),
        ("<div>a</div><div>&nbsp;&zwnj;&#847;</div><p>b", "a\n\nb"),
        ("x&lt;y&gt; &amp;amp; &euro;", "x<y> &amp; €"),
    ],
)
def test_lines(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a<blockquote>b<blockquote>c</blockquote>d</blockquote>e", "a\n\n> b\n>\n> > c\n>\n> d\n\ne"),
        ('<blockquote style="margin:0 0 0 40px;border:none">b</blockquote>', "b"),
        ('<blockquote class="gmail_quote" style="border:none">b</blockquote>', "> b"),
        ("</blockquote></blockquote>a", "a"),
    ],
)
def test_quotations(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<a href="https://x.example/a?b=1&amp;c=2">see</a>.', "see <https://x.example/a?b=1&c=2>."),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="javascript:alert(1)">see</a>', "see"),
        ('<a href="mailto:a@x.example?subject=b">a@x.example</a>', "a@x.example"),
        ('<a href="https://x.example"><img src="y"></a>', ""),
        ('<a href="https://x.example">see', "see"),
        ("<a name=top>see</a>", "see"),
    ],
)
def test_links(source: str, text: str) -> None:
    assert text_of(source) == text


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none">no<div>no</div></div>',
        '<span style="font-size:0px;line-height:0">no</span>',
        "<span hidden>no</span>",
        '<p style="mso-hide:all;DISPLAY: none !important">no<p>',
        '<div style="max-height:0;overflow:hidden">no</div>',
        "<script>no</script>",
        "<STYLE>no</style >",
        "<!-- no > no -->",
        "<!--[if mso]><p>no</p><![endif]-->",
        "<title>no</title>",
    ],
)
def test_what_nobody_sees(hidden: str) -> None:
    assert text_of(f"a {hidden} b").split() == ["a", "b"]


def test_what_is_shown_although_it_looks_hidden() -> None:
    assert text_of('<p style="font-size:0.9em">a</p>') == "a"
    assert text_of('<div style="opacity:0.8">a</div>') == "a"
    assert text_of('<!--[if !mso]><!--><p style="x">a</p><!--<![endif]-->') == "a"


def test_a_page_that_hides_itself_is_shown() -> None:
    assert text_of('<div style="display:none">a') == "a"


@pytest.mark.parametrize(
    "tag",
    [
        f'<img src="data:image/png;base64,{"A" * 9_000}">',
        f"<img alt='{'>' * 5_000}'>",
        '<img title="a > b" alt=\'c > d "\'>',
        "<img " + 'a="1" ' * 300 + ">",
        '<img alt="never closed>',
    ],
    ids=["picture within", "long", "quotes", "many", "open quote"],
)
def test_tags_end_where_they_end(tag: str) -> None:
    assert text_of(f"a {tag}b") == "a b"


def test_numbers_too_long_for_python() -> None:
    assert text_of(f"a&#{'9' * 5_000};b").startswith("a&#999")


@pytest.mark.parametrize(("alt", "text"), [("😀", "a 😀"), ("Logo", "a"), ("", "a")])
def test_pictures(alt: str, text: str) -> None:
    assert text_of(f'a <img src="cid:1" alt="{alt}">') == text
