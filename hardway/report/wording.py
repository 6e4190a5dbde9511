"""What all reports say alike: names of resources and operations, values, sentences. Plain text, not escaped yet."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hardway.report.danger import kind_of, rolls_machines
from hardway.report.model import Edit, Operation, PolicyFinding, PropertyChange, ResourceChange
from hardway.report.values import FileReference, Special, Value, holds, plain

LONGEST_VALUE: Final = 160
"""Characters of a value on one line; files and long texts are shown as differences."""

VERBS: Final[Mapping[Operation, str]] = {
    Operation.DELETE: "delete",
    Operation.REPLACE: "replace",
    Operation.FORGET: "forget",
    Operation.UPDATE: "update",
    Operation.CREATE: "create",
    Operation.IMPORT: "import",
}
DRIFTED: Final[Mapping[Operation, str]] = {Operation.DELETE: "gone", Operation.UPDATE: "changed"}
"""What happened to a resource behind the engine's back."""

SYMBOLS: Final[Mapping[Operation, str]] = {
    Operation.DELETE: "-",
    Operation.REPLACE: "±",
    Operation.FORGET: "∅",
    Operation.UPDATE: "~",
    Operation.CREATE: "+",
    Operation.IMPORT: "=",
}
EDITS: Final[Mapping[Edit, str]] = {Edit.ADD: "+", Edit.REMOVE: "-", Edit.CHANGE: "~"}


def visible(text: str) -> str:
    """`text` with every character that a terminal or a browser would obey instead of show written as its code.

    Control characters could rewrite a terminal, and those that turn the direction of writing could make a line say
    something else than it does (https://trojansource.codes).
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
        else f"\\u{ord(character):04x}"
        for character in text
    )


def value_text(value: Value, longest: int = LONGEST_VALUE) -> str:
    """A value on one line."""
    if isinstance(value, Special):
        return value.value
    if isinstance(value, FileReference):
        return f"file {value.sha256[:12]}"
    if isinstance(value, str) and "\n" in value and len(value) > longest:
        return f"a text of {len(value.splitlines())} lines"
    text = visible(json.dumps(plain(value), ensure_ascii=False))
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text)} characters)"


def type_text(resource_type: str) -> str:
    """`aws:ec2:Instance` for `aws:ec2/instance:Instance`, as the engine prints it."""
    package, _, rest = resource_type.partition(":")
    module, _, name = rest.partition(":")
    parts = [package, *([module.split("/")[0]] if module.split("/")[0] not in ("", "index") else []), name]
    return visible(":".join(part for part in parts if part))


def name_text(urn: str) -> str:
    """The resource's name out of its URN."""
    return visible(urn.rsplit("::", 1)[-1])


def label(urn: str) -> str:
    """Type and name of a resource, out of its URN."""
    parts = urn.split("::")
    return f"{type_text(parts[2].split('$')[-1])} {name_text(urn)}" if len(parts) >= 4 else visible(urn)


def property_text(change: PropertyChange) -> str:
    """`size: 20 → 25`; the values only where they are not shown as a difference below."""
    path = visible(change.path)
    if change.files and change.edit is Edit.CHANGE:
        return path
    if change.edit is Edit.ADD:
        return path if change.files else f"{path}: {value_text(change.new)}"
    if change.edit is Edit.REMOVE:
        return f"{path}: {value_text(change.old)} is removed"
    if change.old is Special.SECRET and change.new is Special.SECRET:
        return f"{path}: [secret] → another [secret]"
    return f"{path}: {value_text(change.old)} → {value_text(change.new)}"


def marks(change: ResourceChange) -> list[str]:
    """What else has to be known of a dangerous change."""
    found = []
    if kind := kind_of(change):
        found.append(kind)
    if change.operation is Operation.REPLACE:
        found.append("the old one goes first" if change.deleted_first else "the new one comes first")
    if change.protected:
        found.append("protected: the engine refuses")
    if change.retained and change.operation is Operation.REPLACE:
        found.append("the cloud keeps the old one")
    if rolls_machines(change):
        found.append("its machines are replaced one after the other")
    return found


def unknown_paths(change: ResourceChange) -> list[str]:
    """Paths of changed properties that only the update will tell."""
    return [visible(each.path) for each in change.properties if holds(each.new, Special.UNKNOWN)]


def finding_text(finding: PolicyFinding) -> str:
    """How grave a finding is and what it means for the update."""
    return f"{finding.severity.value}, {'stops this' if finding.mandatory else 'advice'}"


def grouped(findings: Iterable[PolicyFinding]) -> list[tuple[PolicyFinding, list[str]]]:
    """Findings that say the same of several resources as one, with the URNs of all, in the given order."""
    groups: dict[PolicyFinding, list[str]] = {}
    for finding in findings:
        urns = groups.setdefault(replace(finding, urn=""), [])
        if finding.urn:
            urns.append(finding.urn)
    return list(groups.items())


def listed(urns: Sequence[str], most: int) -> str:
    """The first resources of a list, and how many more there are."""
    more = f" and {len(urns) - most} more" if len(urns) > most else ""
    return ", ".join(label(urn) for urn in urns[:most]) + more
