"""The engine's event log as the preview of one stack.

The log is the stream that Pulumi's own automation library reads: one JSON object a line. `pulumi preview --json` is no
substitute: it drops what the policies find (https://github.com/pulumi/pulumi/blob/master/pkg/backend/display/json.go).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hardway.report import danger
from hardway.report.model import (
    Diagnostic,
    PolicyFinding,
    PropertyChange,
    Resource,
    ResourceChange,
    Severity,
    StackPreview,
)
from hardway.report.steps import Sides, change_of, differences, drift_of, name_of, unchanged
from hardway.report.values import redacted

_COLOUR: Final = re.compile(r"<\{%.*?%\}>")
_SILENT: Final = frozenset({"", "preview failed", "update failed"})
_SEVERITIES: Final = frozenset({"error", "warning"})
_NO_CHANGE: Final = frozenset({"same", "refresh", "read", "read-discard", "read-replacement"})


def read_events(stack: str, lines: Iterable[str], *, refreshed: bool = False) -> StackPreview:
    """What the event log of one preview says.

    `refreshed` says that the preview was told to look at the cloud first: an empty drift then means that there is none.
    A log without its summary, of an engine that was ended, is a preview that did not succeed.
    """
    log = _Log()
    for line in lines:
        if line.strip():
            log.read(json.loads(line))
    return StackPreview(
        stack=stack,
        succeeded=log.succeeded,
        changes=tuple(sorted(log.changes(), key=danger.rank)),
        unchanged=tuple(sorted(log.unchanged, key=lambda each: each.urn)),
        region=log.region,
        drift=tuple(sorted(log.drift(), key=danger.rank)),
        refreshed=refreshed,
        outputs=log.outputs if log.succeeded else (),
        findings=tuple(sorted(log.findings, key=_by_severity)),
        diagnostics=tuple(dict.fromkeys(log.said())),
        counts=dict(sorted(log.counts.items())),
        policy_packs=tuple(sorted(log.policy_packs)),
    )


@dataclass
class _Log:
    """What is kept of a log while it is read."""

    steps: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    """Metadata of the planned steps by URN, in the engine's order."""
    unchanged: list[Resource] = field(default_factory=list)
    refreshes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    region: str = ""
    findings: list[PolicyFinding] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    """What the program wrote to its standard error."""
    counts: dict[str, int] = field(default_factory=dict)
    policy_packs: list[str] = field(default_factory=list)
    outputs: tuple[PropertyChange, ...] = ()
    succeeded: bool = False

    def read(self, event: Mapping[str, Any]) -> None:
        if step := event.get("resourcePreEvent"):
            metadata = step["metadata"]
            if metadata["op"] not in _NO_CHANGE:
                self.steps.setdefault(metadata["urn"], []).append(metadata)
            elif metadata["op"] == "same":
                self.unchanged.append(unchanged(metadata))
        elif step := event.get("resOutputsEvent"):
            self._finish(step["metadata"])
        elif found := event.get("policyEvent"):
            self.findings.append(_finding(found))
        elif said := event.get("diagnosticEvent"):
            self._diagnose(said)
        elif failure := event.get("errorEvent"):
            self.diagnostics.append(Diagnostic(severity="error", message=_clean(failure.get("error"))))
        elif prelude := event.get("preludeEvent"):
            self.region = (prelude.get("config") or {}).get("aws:region", "")
        elif summary := event.get("summaryEvent"):
            self.counts = dict(summary.get("resourceChanges") or {})
            # Of a pack on this computer the engine tells the folder, too: `hardway|local|/path`.
            packs = (summary.get("PolicyPacks") or {}).items()
            self.policy_packs = [f"{name.split('|')[0]} {version}".strip() for name, version in packs]
            self.succeeded = summary.get("result") == "succeeded"

    def changes(self) -> Iterable[ResourceChange]:
        ends = any("::pulumi:pulumi:Stack::" in urn and steps[0]["op"] == "delete" for urn, steps in self.steps.items())
        for urn, steps in self.steps.items():
            # The engine makes default providers by itself, and does not count them either.
            if "::pulumi:providers:" not in urn or not name_of(urn).startswith("default"):
                yield change_of(steps, stack_ends=ends)

    def drift(self) -> Iterable[ResourceChange]:
        for metadata in self.refreshes.values():
            if (found := drift_of(metadata)) is not None:
                yield found

    def said(self) -> Sequence[Diagnostic]:
        """Errors and warnings; of a failure that no finding explains also what the program printed: its traceback."""
        if self.succeeded or not self.printed or any(finding.mandatory for finding in self.findings):
            return self.diagnostics
        return [*self.diagnostics, Diagnostic(severity="error", message="\n".join(self.printed))]

    def _finish(self, metadata: Mapping[str, Any]) -> None:
        if metadata["op"] == "refresh":
            self.refreshes[metadata["urn"]] = metadata
        elif metadata["type"] == "pulumi:pulumi:Stack" and metadata["op"] in ("same", "update"):
            sides = Sides(metadata.get("old"), metadata.get("new"))
            self.outputs = differences(sides.old_outputs, sides.new_outputs)

    def _diagnose(self, said: Mapping[str, Any]) -> None:
        text, severity, urn = _clean(said.get("message")), said.get("severity"), said.get("urn") or ""
        if severity == "info#err":
            # What the program wrote to its standard error; its SDK's messages, too, where they found no engine.
            severity, separator, rest = text.partition(": ")
            text = rest if separator and severity in _SEVERITIES else text
        if text in _SILENT or said.get("ephemeral"):
            return
        if severity in _SEVERITIES:
            self.diagnostics.append(Diagnostic(severity=severity, message=text, urn=urn))
        elif said.get("severity") == "info#err":
            self.printed.append(text)


def _finding(event: Mapping[str, Any]) -> PolicyFinding:
    urn = event.get("resourceUrn") or ""
    severity = event.get("severity") or "unspecified"
    return PolicyFinding(
        rule=event["policyName"],
        pack=event["policyPackName"],
        severity=Severity(severity) if severity in set(Severity) else Severity.UNSPECIFIED,
        mandatory=event.get("enforcementLevel") == "mandatory",
        message=_clean(event.get("message")),
        urn="" if "::pulumi:pulumi:Stack::" in urn else urn,
    )


def _by_severity(finding: PolicyFinding) -> tuple[bool, int, str, str, str]:
    return not finding.mandatory, list(Severity).index(finding.severity), finding.rule, finding.urn, finding.message


def _clean(text: str | None) -> str:
    return redacted(_COLOUR.sub("", text or "")).strip()
