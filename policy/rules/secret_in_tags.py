"""Tags hold no secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.provider_values import blocks
from policy.rule import Resource, ResourceRule, Settings, Severity
from policy.secret_content import secrets_in

_OF_RESOURCES: Final = ("tags", "tagsAll", "volumeTags")
_OF_PARTS: Final = ("tagSpecifications", "rootBlockDevice", "ebsBlockDevices")
"""Properties that are tags, and blocks that have some."""


def _tags(resource: Resource) -> Iterator[tuple[str, Any]]:
    for place in _OF_RESOURCES:
        yield place, resource.at(place)
    for place in _OF_PARTS:
        for block in blocks(resource.at(place)):
            yield f"{place}.tags", block.get("tags")


def _lines(tags: Any) -> Iterator[str]:
    """Each tag as a line, so that a key like password says what its value is."""
    if isinstance(tags, Mapping):
        for key, value in tags.items():
            yield f"{key}: {value}"
    else:
        for block in blocks(tags):
            yield f"{block.get('key')}: {block.get('value')}"


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    found = {(place, kind) for place, tags in _tags(resource) for line in _lines(tags) for kind in secrets_in(line)}
    for place, kind in sorted(found):
        yield f"{place} seems to hold {kind}: take it out, and make a new one, as this one is in the state."


RULE = ResourceRule(
    name="secret-in-tags",
    what="Tags hold no key, password or token.",
    why="Tags are in invoices, in logs of every change, and before everybody who may list anything in the account.",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    fix="Keep it in Secrets Manager, and put the ARN into the tag.",
    severity=Severity.CRITICAL,
    reference="AWS: do not store personal or sensitive information in tags",
    types=("aws:*",),
    check=_check,
)
