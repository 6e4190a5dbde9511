"""Finds what looks like a secret in a text, and says what it is without repeating it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final

from hardway.report.key_texts import KEY_TEXTS
from policy.packed_text import Layer, layers

_PUBLIC: Final = re.compile(
    r"-----BEGIN (?P<label>CERTIFICATE|CERTIFICATE REQUEST|(?:[A-Z]+ )?PUBLIC KEY)-----.*?-----END (?P=label)-----"
    r"|(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-nistp\d+) AAAA[A-Za-z0-9+/=]+"
    r"|(?i:sha(?:1|256|384|512))(?:: |[:-])[A-Za-z0-9+/]{27,88}={0,2}"
    r"|arn:aws[a-z-]*:[^\s\"']+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    re.DOTALL,
)
"""What is as random as a secret and is none: certificates, public keys, digests, names of resources."""

_HASH: Final = re.compile(r"(?<![A-Za-z0-9])(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})(?![A-Za-z0-9])")
_ASSIGNED: Final = re.compile(
    r"""(?ix) (?: password | passwd | passphrase | secret | token | api[_-]?key | access[_-]?key | private[_-]?key )
    [\w-]{0,24} ["']? \s* [:=] \s* ["']? (?P<value> [A-Za-z0-9+/_=.!@%^&*-]{12,})"""
)
_PIECE: Final = r"(?:[A-Z]?[a-z]+|[A-Z]+|v?[0-9]+[a-z]?)"
_NAME: Final = re.compile(rf"{_PIECE}(?:[-_.]{_PIECE})*")
_WORD: Final = re.compile(r"[A-Z]?[a-z]{3,}")
_RUN: Final = re.compile(r"(?<![\w+/-])[A-Za-z0-9+/_-]{24,}={0,2}(?![\w+/-])")

_LONG: Final = 24
_CHANGES: Final = 0.48
"""Share of neighbors of different kinds (capital, small letter, digit, sign): 0.65 in random base64, give or take 0.1
at 24 characters; under 0.3 in names that people make up."""

_CHANGES_WITHOUT_CAPITALS: Final = 0.3
"""The same for small letters and digits alone: 0.4 at random."""


def secrets_in(content: bytes | str) -> tuple[str, ...]:
    """What kinds of secrets seem to be in the content, each once; base64 and gzip are looked into."""
    return _kinds(content if isinstance(content, bytes) else content.encode())


@lru_cache(maxsize=4096)
def _kinds(content: bytes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(kind for layer in layers(content) for kind in _kinds_of_layer(layer)))


def _kinds_of_layer(layer: Layer) -> Iterator[str]:
    kinds = [
        kind
        for kind, form in KEY_TEXTS.items()
        if form.may_be_in(layer.text) and any(map(_is_given, form.pattern.finditer(layer.text)))
    ]
    if not kinds and any(_is_guarded(one["value"]) for one in _ASSIGNED.finditer(_PUBLIC.sub(" ", layer.text))):
        kinds.append("the value of a password or token")
    # A key of a known form is random, too: it is one finding.
    runs = [] if kinds else _RUN.findall(_HASH.sub(" ", _PUBLIC.sub(" ", layer.rest)))
    if any(_is_random(part) for run in runs for part in _parts(run)):
        kinds.append("a random text that may be a key")
    yield from kinds


def _is_given(found: re.Match[str]) -> bool:
    """Whether it is a key, and not the place of one, as in `https://user:${PASSWORD}@host`."""
    return not set("$<{") & set(found.groupdict().get("key") or "")


def _is_guarded(value: str) -> bool:
    """Whether what is assigned to a password's name is one, and not a name, a path or a number."""
    bare = value.rstrip("=.")
    if "/" in bare or _NAME.fullmatch(bare):
        return False
    digits, letters = sum(map(str.isdigit, bare)), sum(map(str.isalpha, bare))
    return digits >= 1 and letters >= 4 and _changes(bare) >= _CHANGES_WITHOUT_CAPITALS and _entropy(bare) >= 3


def _parts(run: str) -> Iterator[str]:
    """A run of characters, and its pieces: it may be a path, of which one piece is random, or base64 with slashes."""
    yield run
    if "/" in run:
        yield from run.split("/")


def _is_random(text: str) -> bool:
    """Whether nobody would have made the text up: all kinds of characters, often changing, seldom the same."""
    bare = text.rstrip("=")
    if len(bare) < _LONG:
        return False
    capitals, small, digits = (sum(map(kind, bare)) for kind in (str.isupper, str.islower, str.isdigit))
    if capitals >= 2 and small >= 2 and digits >= 2:
        if sum(map(len, _WORD.findall(bare))) > len(bare) / 2:
            return False
        return _changes(bare) >= _CHANGES and _entropy(bare) >= 3.9
    if bare.isalnum() and (not capitals or not small):
        return _changes(bare) >= _CHANGES_WITHOUT_CAPITALS and _entropy(bare) >= 3.8
    return False


def _changes(text: str) -> float:
    kinds = ["A" if one.isupper() else "a" if one.islower() else "0" if one.isdigit() else "-" for one in text]
    return sum(one != other for one, other in pairwise(kinds)) / max(len(kinds) - 1, 1)


def _entropy(text: str) -> float:
    """Bits per character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
