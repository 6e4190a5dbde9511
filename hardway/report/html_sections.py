"""The sections of the HTML report: plain values for its template, which escapes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hardway.report import wording
from hardway.report.danger import is_dangerous
from hardway.report.model import (
    Edit,
    FileChange,
    Operation,
    PolicyFinding,
    PropertyChange,
    ResourceChange,
    StackPreview,
)
from hardway.report.shown import Shown

_LINES: Final = {"+": "add", "-": "remove", "@": "hunk"}
_LONGEST_DIFF: Final = 2_000
"""Lines of one file's difference."""
_LONGEST_VALUE: Final = 600


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the page, with what its template needs."""

    kind: str = field(kw_only=False)
    title: str = field(kw_only=False)
    resources: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Mapping[str, Any]] = ()
    lines: Sequence[str] = ()

    @property
    def count(self) -> int:
        """How many there are of whatever it holds."""
        return len(self.resources) or len(self.findings) or len(self.lines)


class Sections:
    """Makes the sections of all stacks of one report."""

    def __init__(self) -> None:
        self._shown = Shown()

    def of_stack(self, stack: StackPreview, *, named: bool) -> list[Section]:
        """Those of one stack that hold anything; `named` puts its name into their titles."""
        where = f" in {wording.visible(stack.stack)}" if named else ""
        real = [change for change in stack.changes if not change.component]
        rest = [change for change in real if not is_dangerous(change)]
        updated = [change for change in rest if change.operation is not Operation.CREATE]
        created = [change for change in rest if change.operation is Operation.CREATE]
        unknown = [
            f"{wording.label(change.urn)}: {', '.join(paths)}"
            for change in real
            if change.operation is not Operation.CREATE and (paths := wording.unknown_paths(change))
        ]
        lost = [change for change in real if is_dangerous(change)]
        stops = [each for each in stack.findings if each.mandatory]
        advice = [each for each in stack.findings if not each.mandatory]
        found = [
            Section("lost", f"Deleted or replaced{where}", resources=self._resources(lost, opened=True)),
            Section("stops", f"Policy findings that stop this{where}", findings=_findings(stops)),
            Section("updated", f"Updated{where}", resources=self._resources(updated)),
            Section("created", f"Created{where}", resources=self._resources(created)),
            Section("outputs", f"Outputs{where}", lines=[wording.property_text(each) for each in stack.outputs]),
            Section("policy", f"Policy advice{where}", findings=_findings(advice)),
            Section(
                "drift",
                f"Drift{where}",
                resources=self._resources(stack.drift, verbs=wording.DRIFTED, opened=True),
                lines=["None."] if stack.refreshed and not stack.drift else [],
            ),
            Section("unknown", f"Known only once it runs{where}", lines=unknown),
        ]
        return [section for section in found if section.count]

    def _resources(
        self,
        changes: Iterable[ResourceChange],
        *,
        verbs: Mapping[Operation, str] = wording.VERBS,
        opened: bool = False,
    ) -> list[dict[str, Any]]:
        found = []
        for change in changes:
            marks = wording.marks(change) if is_dangerous(change) else []
            resource_type, name = wording.type_text(change.type), wording.name_text(change.urn)
            found.append(
                {
                    "operation": change.operation.value,
                    "verb": verbs[change.operation],
                    "type": resource_type,
                    "name": name,
                    "find": f"{resource_type} {name}".lower(),
                    "marks": [*marks, *([wording.visible(change.id)] if change.id and not change.properties else [])],
                    "open": opened and bool(change.properties),
                    "because": wording.visible(change.because) if not change.forcing else "",
                    "properties": [self._property(each) for each in change.properties],
                }
            )
            self._shown.remember(change)
        return found

    def _property(self, change: PropertyChange) -> dict[str, Any]:
        fresh, others = self._shown.split(change.files)
        # What is shown as a difference of lines is not repeated as a value.
        values = not change.files
        old = values and change.edit is not Edit.ADD
        new = values and change.edit is not Edit.REMOVE
        return {
            "path": wording.visible(change.path),
            "edit": change.edit.value,
            "sign": wording.EDITS[change.edit],
            "forces": change.forces_replacement,
            "old": wording.value_text(change.old, _LONGEST_VALUE) if old else None,
            "new": wording.value_text(change.new, _LONGEST_VALUE) if new else None,
            "arrow": old and new,
            "note": wording.visible(change.note),
            "files": [_file(each) for each in fresh],
            "others": [{"first": first, "paths": ", ".join(paths)} for first, paths in others.items()],
        }


def _file(file: FileChange) -> dict[str, Any]:
    lines = [
        {"kind": _LINES.get(line[:1], "same"), "text": wording.visible(line)} for line in file.lines[:_LONGEST_DIFF]
    ]
    if len(file.lines) > _LONGEST_DIFF:
        lines.append({"kind": "hunk", "text": f"@@ {len(file.lines) - _LONGEST_DIFF} more lines @@"})
    return {
        "path": wording.visible(file.path),
        "edit": file.edit.value,
        "sign": wording.EDITS[file.edit],
        "mode": f"mode {file.mode[0]} → {file.mode[1]}" if file.mode else "",
        "lines": lines,
    }


def _findings(findings: Sequence[PolicyFinding]) -> list[dict[str, Any]]:
    return [
        {
            "rule": wording.visible(finding.rule),
            "severity": finding.severity.value,
            "mandatory": finding.mandatory,
            "weight": wording.finding_text(finding),
            "where": [wording.label(urn) for urn in urns],
            "message": wording.visible(finding.message),
        }
        for finding, urns in wording.grouped(findings)
    ]
