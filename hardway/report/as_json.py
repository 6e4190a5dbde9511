"""A report as JSON: for programs, with a version that changes when the meaning of a field does."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from hardway.report.model import Report, ResourceChange, StackPreview
from hardway.report.values import FileReference, Special, plain

VERSION: Final = 1

_LEFT_OUT: Final = frozenset({(StackPreview, "unchanged"), (ResourceChange, "old"), (ResourceChange, "new")})
"""What estimates and gates need; every difference is among the properties."""


def render(report: Report) -> str:
    """The report as one JSON document. Special values are their text, such as `[secret]`."""
    document = {"version": VERSION, **_plain(report), "changed": report.changed, "succeeded": report.succeeded}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Special | FileReference):
        return plain(value)
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if (type(value), field.name) not in _LEFT_OUT)
        return {name: _plain(getattr(value, name)) for name in fields}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
