"""Property paths as the engine writes them: `tags.Name`, `tags["hardway:role"]`, `targets[0].id`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from hardway.report.values import Special, Value

_PART: Final = re.compile(r'\.?([^.\["\]]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]')


def split(path: str) -> tuple[str | int, ...]:
    """The keys and positions of a path; the whole text as one key when it is no path."""
    parts: list[str | int] = []
    at = 0
    while at < len(path):
        found = _PART.match(path, at)
        if found is None:
            return (path,)
        name, position, quoted = found.groups()
        if position is not None:
            parts.append(int(position))
        else:
            parts.append(name if name is not None else re.sub(r"\\(.)", r"\1", quoted))
        at = found.end()
    return tuple(parts)


def look_up(properties: Value, path: Sequence[str | int]) -> Value:
    """The value at that path; `Special.ABSENT` when there is none. Below a special value there is only itself."""
    value = properties
    for part in path:
        value = _inside(value, part)
    return value


def _inside(value: Value, part: str | int) -> Value:
    if isinstance(value, Special):
        return value
    if isinstance(value, Mapping):
        return value.get(part, Special.ABSENT)
    if isinstance(value, list) and isinstance(part, int):
        return value[part] if part < len(value) else Special.ABSENT
    return Special.ABSENT
