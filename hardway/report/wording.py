"""What all reports say alike: names of resources and operations, values, sentences. Plain text, not escaped yet."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hardway.report.danger import is_dangerous, kind_of, rolls_machines
from hardway.report.model import (
    CostChange,
    Edit,
    FileChange,
    Operation,
    PolicyFinding,
    PropertyChange,
    Report,
    ResourceChange,
    StackPreview,
)
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


def counts_text(counts: Mapping[str, int]) -> str:
    """`2 to replace, 8 to update, 260 stay`, in the engine's own numbers."""
    words = {
        "delete": "to delete",
        "replace": "to replace",
        "update": "to update",
        "create": "to create",
        "import": "to import",
        "same": "unchanged",
    }
    named = [f"{counts[name]} {word}" for name, word in words.items() if counts.get(name)]
    others = [f"{count} {visible(name)}" for name, count in counts.items() if name not in words and count]
    return ", ".join(named + others) or "nothing"


def total_counts(stacks: Iterable[StackPreview]) -> dict[str, int]:
    """The counts of all stacks together."""
    total: Counter[str] = Counter()
    for stack in stacks:
        total.update(stack.counts)
    return dict(total)


def headline(report: Report) -> str:
    """One sentence: the worst that would happen."""
    mandatory = sum(finding.mandatory for stack in report.stacks for finding in stack.findings)
    if mandatory:
        return "1 policy finding stops this" if mandatory == 1 else f"{mandatory} policy findings stop this"
    if not report.succeeded:
        return "The preview failed"
    lost = Counter(change.operation for _, change in report.changes(*_THIRD_PERSON) if not change.component)
    if lost:
        parts = [f"{_THIRD_PERSON[each]} {lost[each]}" for each in _THIRD_PERSON if lost[each]]
        return " and ".join(parts).capitalize() + (" resource" if lost.total() == 1 else " resources")
    if any(is_dangerous(change) for _, change in report.changes()):
        return "Replaces the machines of a pool"
    if not report.changed:
        drifted = sum(len(stack.drift) for stack in report.stacks)
        if drifted:
            return f"{drifted} {'resource differs' if drifted == 1 else 'resources differ'} in the cloud from the state"
        return "Nothing changes"
    return "Nothing is deleted or replaced"


def money(usd: float) -> str:
    """`+12.30 USD`, with a sign."""
    return f"{usd:+,.2f} USD"


def cost_text(cost: CostChange) -> str:
    """The estimated change of the monthly bill in one sentence."""
    if not cost.lines:
        return f"No priced resource changes; about {cost.new_usd:,.2f} USD a month."
    return f"{money(cost.change_usd)} a month, from about {cost.old_usd:,.2f} to {cost.new_usd:,.2f} USD."


def pricing_text(cost: CostChange) -> str:
    """Where the prices come from, and what is assumed."""
    return f"{cost.source}, {cost.region}, as of {cost.dated}. " + " ".join(cost.assumptions)


class Shown:
    """Remembers which differences a report has shown, so that the same one on three machines is shown once.

    Only changed lines are compared, not what is around them: each machine's file holds its own address.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, tuple[str, ...]], str] = {}

    def split(self, files: Iterable[FileChange]) -> tuple[list[FileChange], dict[str, list[str]]]:
        """The differences that were not shown yet, and the paths of the others by where they were shown."""
        fresh: list[FileChange] = []
        others: dict[str, list[str]] = {}
        for file in files:
            first = self._first.get(self._key(file))
            if first is None:
                fresh.append(file)
            else:
                others.setdefault(first, []).append(visible(file.path))
        return fresh, others

    def remember(self, change: ResourceChange) -> None:
        """Everything inside of that change is shown from now on."""
        for each in change.properties:
            for file in each.files:
                self._first.setdefault(self._key(file), label(change.urn))

    @staticmethod
    def _key(file: FileChange) -> tuple[str, tuple[str, ...]]:
        return file.path, tuple(line for line in file.lines if line[:1] in "+-")


_THIRD_PERSON: Final[Mapping[Operation, str]] = {
    Operation.DELETE: "deletes",
    Operation.REPLACE: "replaces",
    Operation.FORGET: "forgets",
}
