"""A report as one HTML file that fetches nothing: foldings, a filter by operation, a search, light and dark."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from hardway.report import wording
from hardway.report.danger import is_dangerous
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

_PAGE: Final = Path(__file__).with_name("page")
_LINES: Final = {"+": "add", "-": "remove", "@": "hunk"}
_LONGEST_DIFF: Final = 2_000
"""Lines of one file's difference."""
_LONGEST_VALUE: Final = 600


def render(report: Report) -> str:
    """The page. Whatever it shows is escaped, and its policy lets no script run but its own."""
    style, script = ((_PAGE / name).read_text() for name in ("page.css", "page.js"))
    page = _Page()
    return _template().render(
        report=report,
        headline=wording.headline(report),
        facts=_facts(report),
        remarks=[said for said in (report.basis, *report.notes) if said],
        mood=_mood(report),
        operations=_operations(report),
        diagnostics=[
            {
                "severity": each.severity if each.severity in ("error", "warning") else "warning",
                "message": wording.visible(each.message),
                "where": wording.label(each.urn) if each.urn and "::pulumi:pulumi:Stack::" not in each.urn else "",
            }
            for stack in report.stacks
            for each in stack.diagnostics
        ],
        sections=[
            section
            for stack in report.stacks
            for section in page.sections(stack, f" in {wording.visible(stack.stack)}" if len(report.stacks) > 1 else "")
        ],
        cost=_cost(report.cost) if report.cost is not None and report.cost.differs else None,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


@dataclass(frozen=True, kw_only=True)
class _Section:
    kind: str = field(kw_only=False)
    title: str = field(kw_only=False)
    resources: Sequence[Mapping[str, Any]] = ()
    findings: Sequence[Mapping[str, Any]] = ()
    lines: Sequence[str] = ()

    @property
    def count(self) -> int:
        return len(self.resources) or len(self.findings) or len(self.lines)


class _Page:
    """Makes what the template shows out of the model."""

    def __init__(self) -> None:
        self._shown = wording.Shown()

    def sections(self, stack: StackPreview, where: str) -> list[_Section]:
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
            _Section("lost", f"Deleted or replaced{where}", resources=self._resources(lost, opened=True)),
            _Section("stops", f"Policy findings that stop this{where}", findings=_findings(stops)),
            _Section("updated", f"Updated{where}", resources=self._resources(updated)),
            _Section("created", f"Created{where}", resources=self._resources(created)),
            _Section("outputs", f"Outputs{where}", lines=[wording.property_text(each) for each in stack.outputs]),
            _Section("policy", f"Policy advice{where}", findings=_findings(advice)),
            _Section(
                "drift",
                f"Drift{where}",
                resources=self._resources(stack.drift, verbs=wording.DRIFTED, opened=True),
                lines=["None."] if stack.refreshed and not stack.drift else [],
            ),
            _Section("unknown", f"Known only once it runs{where}", lines=unknown),
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
                    "because": change.because if not change.forcing else "",
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
            "note": change.note,
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


def _facts(report: Report) -> list[str]:
    facts = [wording.counts_text(wording.total_counts(report.stacks))]
    if report.cost is not None and report.cost.lines:
        facts.append(f"{wording.money(report.cost.change_usd)} a month")
    if report.seconds is not None:
        facts.append(f"{report.seconds:.1f} s")
    return facts


def _mood(report: Report) -> str:
    if not report.succeeded:
        return "stops"
    return "loses" if any(is_dangerous(change) for _, change in report.changes()) else "keeps"


def _operations(report: Report) -> list[dict[str, Any]]:
    counts = Counter(change.operation for _, change in report.changes() if not change.component)
    return [
        {"name": each.value, "sign": wording.SYMBOLS[each], "count": counts[each]} for each in Operation if counts[each]
    ]


def _cost(cost: CostChange) -> dict[str, Any]:
    return {
        "text": wording.cost_text(cost),
        "lines": [
            {
                "what": wording.visible(line.what),
                "where": wording.label(line.urn),
                "old": f"{line.old_usd:,.2f}",
                "new": f"{line.new_usd:,.2f}",
                "change": f"{line.new_usd - line.old_usd:+,.2f}",
            }
            for line in cost.lines
        ],
        "unpriced": list(cost.unpriced),
        "pricing": wording.pricing_text(cost),
    }


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["visible"] = wording.visible
    return environment.get_template("page.html.j2")
