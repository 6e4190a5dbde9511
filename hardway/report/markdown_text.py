"""Foreign text in Markdown comments: shown as it is, and unable to format, link, mention or close anything."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Final

from hardway.report.wording import visible

LONGEST_SAYING: Final = 1_500
"""Bytes of one error, warning or finding."""

_SYNTAX: Final = re.compile(r"([\\`*_{}\[\]<>#+|~!$&:@^=-]|(?<=\A\d)[.)])")
_MENTION: Final = re.compile(r"([@#])")


def code(text: str) -> str:
    """A code span. Inside of one nothing means anything, whatever it holds; its ticks outnumber those within."""
    text = " ".join(visible(text).split("\n"))
    ticks = "`" * (_longest_run(text) + 1)
    padding = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{ticks}{padding}{text}{padding}{ticks}" if text else "` `"


def tag(text: str) -> str:
    """Text in an HTML `<code>` element, for the summaries of foldings, where Markdown is not read."""
    return f"<code>{html.escape(' '.join(visible(text).split()))}</code>"


def prose(text: str) -> str:
    """Text between other text. The invisible space after `@` and `#` keeps names and numbers from being links: both
    GitHub and Gitea look for them after Markdown is done."""
    escaped = _SYNTAX.sub(r"\\\1", " ".join(visible(text).split()))
    return _MENTION.sub("\\1\N{ZERO WIDTH SPACE}", escaped)


def cut(text: str) -> str:
    """The beginning of a foreign saying, in as many bytes as it may take once it is shown."""
    # A control character is one byte, and shown as six.
    shown = visible(text).encode()
    return text if len(shown) <= LONGEST_SAYING else shown[:LONGEST_SAYING].decode(errors="ignore") + "…"


def fence(lines: Iterable[str], language: str = "") -> str:
    """A fenced block whose fence is longer than any run of ticks in it."""
    body = "\n".join(visible(line) for line in lines)
    ticks = "`" * max(3, _longest_run(body) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"


def fold(summary: str, body: str) -> str:
    """A folding; `summary` is HTML and `body` Markdown, both made by the functions above."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
