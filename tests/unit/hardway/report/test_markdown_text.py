from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from hardway.report.markdown_text import code, fence, fold, prose, tag

HOSTILE = [
    "`",
    "``` ```",
    "```\n# heading\n````\n# heading",
    "a `b` ``c``",
    "</code></details><script>alert(1)</script>",
    "[link](javascript:alert(1))",
    "![image](https://evil.example/track.png)",
    "**bold** _it_ ~~gone~~ | cell | # head",
    "<!-- hidden -->",
    "@everyone and #1 and GH-1",
    "1. list",
    "- list",
    "> quote",
    "---",
    "https://evil.example/",
    "a\n\n# heading\n\nb",
    "trailing \\",
    "&lt;b&gt; &#64;x",
    "\N{RIGHT-TO-LEFT OVERRIDE}txet",
    "\x1b[31mred",
    " padded ",
]


def html(markdown: str) -> str:
    """As GitHub's renderer would: HTML in it, tables and links of bare addresses on."""
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


def shown(rendered: str) -> str:
    """What a reader sees of the text."""
    text = re.sub(r"<[^>]+>", "", rendered)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_code_span_holds_anything_as_text(text: str) -> None:
    rendered = html(f"before {code(text)} after")
    assert re.fullmatch(r"<p>before <code>[^<]*</code> after</p>\n", rendered), rendered
    assert " ".join(shown(rendered).split()) == " ".join(
        f"before {text} after".replace("\N{RIGHT-TO-LEFT OVERRIDE}", "\\u202e").replace("\x1b", "\\u001b").split()
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_is_nothing_but_text(text: str) -> None:
    rendered = html(f"- before {prose(text)}")
    assert re.fullmatch(r"<ul>\n<li>before[^<]*</li>\n</ul>\n", rendered), rendered
    assert not re.search(r"[@#][A-Za-z0-9]", shown(rendered))


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_at_the_start_of_a_line_is_nothing_but_text(text: str) -> None:
    assert re.fullmatch(r"<p>[^<]*</p>\n", html(prose(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_fence_holds_anything_as_text(text: str) -> None:
    rendered = html(fence(text.split("\n"), "diff") + "\n\nafter")
    assert re.fullmatch(r'<pre><code class="language-diff">[^<]*</code></pre>\n<p>after</p>\n', rendered), rendered


@pytest.mark.parametrize("text", HOSTILE)
def test_a_summary_closes_nothing(text: str) -> None:
    rendered = html(fold(tag(text), "body"))
    assert re.fullmatch(r"<details><summary><code>[^<]*</code></summary>\n<p>body</p>\n</details>", rendered.strip()), (
        rendered
    )


def test_nothing_is_still_a_code_span() -> None:
    assert html(code("")) == "<p><code> </code></p>\n"
