"""Keys, tokens and passwords that have a form of their own: what reports mask, and what the policy pack finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple


class KeyText(NamedTuple):
    """One form. Where its pattern has a group `key`, that is the secret, and the rest says whose it is."""

    parts: tuple[str, ...]
    """One of them is in each: they are looked for first, as few texts have any, and there are many texts."""
    pattern: re.Pattern[str]

    def may_be_in(self, text: str) -> bool:
        """Whether the pattern is worth its time."""
        return any(part in text for part in self.parts)


KEY_TEXTS: Final[Mapping[str, KeyText]] = {
    "a private key": KeyText(
        ("PRIVATE KEY",),
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----.*?"
            r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z)",
            re.DOTALL,
        ),
    ),
    "an AWS access key": KeyText(
        ("AKIA", "ASIA"), re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])")
    ),
    "an AWS secret key": KeyText(
        ("ecret", "ECRET"),
        re.compile(r"(?i)secret[_-]?(?:access[_-]?)?key\W{1,6}(?P<key>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])"),
    ),
    "a JSON web token": KeyText(("eyJ",), re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*")),
    "a bootstrap token": KeyText(
        (".",), re.compile(r"(?<![\w.])(?=[a-z0-9.]*\d[a-z0-9.]*\d)[a-z0-9]{6}\.[a-z0-9]{16}(?![\w.])")
    ),
    "a token of a git server": KeyText(
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"),
        re.compile(r"(?<!\w)(?:gh[pousr]_\w{30,}|github_pat_\w{30,}|glpat-[\w-]{20,})"),
    ),
    "an age identity": KeyText(("AGE-SECRET-KEY-1",), re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{50,}")),
    "a password in a URL": KeyText(
        ("://",), re.compile(r"[a-z][a-z0-9+.-]*://(?P<key>[^\s/:@]+:[^\s/@]+)@", re.IGNORECASE)
    ),
}
"""By what each is."""


@lru_cache(maxsize=8192)
def without_keys(text: str, mask: str) -> str:
    """The text with `mask` in place of each of them."""
    for key_text in KEY_TEXTS.values():
        if key_text.may_be_in(text):
            text = key_text.pattern.sub(_masked(key_text.pattern, mask), text)
    return text


def _masked(pattern: re.Pattern[str], mask: str) -> Callable[[re.Match[str]], str]:
    group = "key" if "key" in pattern.groupindex else 0

    def replacement(found: re.Match[str]) -> str:
        before, after = found.start(group) - found.start(), found.end(group) - found.start()
        return found[0][:before] + mask + found[0][after:]

    return replacement
