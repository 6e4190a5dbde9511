"""Values as the AWS provider takes them: booleans that may be text, blocks that may be one or many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policy.resource import is_known


def is_on(value: Any) -> bool:
    """Whether the value says yes: some inputs of the provider are booleans, some are the texts of booleans."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def is_off(value: Any) -> bool:
    """Whether the value is known and does not say yes."""
    return is_known(value) and not is_on(value)


def blocks(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every block, as far as they are known: the provider has a mapping where one is possible, otherwise a list."""
    if isinstance(value, Mapping):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from blocks(one)


def texts(value: Any) -> Iterator[str]:
    """Every known text in a text, a list or a mapping."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts(one)
