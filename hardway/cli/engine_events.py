"""Reads the engine's event log while it is written: what is being done, what is done, what failed and why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_COLOUR = re.compile(r"<\{%.*?%\}>")
_WORKING = {"create", "update", "delete", "replace", "create-replacement", "delete-replaced", "read", "import"}


@dataclass
class EngineProgress:
    """What an update has done so far."""

    running: dict[str, str] = field(default_factory=dict)
    """What is in the works: URN to operation."""
    finished: int = 0
    """Resources that need nothing more, unchanged ones included."""
    operations: dict[str, int] = field(default_factory=dict)
    """Finished operations by kind, without `same`."""
    failures: list[str] = field(default_factory=list)
    """One text per resource or program that failed."""
    findings: list[str] = field(default_factory=list)
    """What the policy pack found and let pass; what it did not let pass is a failure."""
    changes: dict[str, int] = field(default_factory=dict)
    """The engine's own summary, once it is there."""

    def read(self, line: str) -> None:
        """Take in one line of the log."""
        event = json.loads(line)
        if step := event.get("resourcePreEvent"):
            metadata = step["metadata"]
            if metadata["op"] in _WORKING:
                self.running[metadata["urn"]] = metadata["op"]
        elif step := event.get("resOutputsEvent"):
            self._finish(step["metadata"])
        elif step := event.get("resOpFailedEvent"):
            self.running.pop(step["metadata"]["urn"], None)
        elif message := event.get("diagnosticEvent"):
            self._diagnose(message)
        elif finding := event.get("policyEvent"):
            self._find(finding)
        elif summary := event.get("summaryEvent"):
            self.changes = dict(summary.get("resourceChanges") or {})

    def headline(self) -> str:
        """One line: counts."""
        if not self.finished and not self.running:
            return "the program starts"
        return f"{self.finished} resources ready, {len(self.running)} in the works"

    def details(self) -> list[str]:
        """One line per resource in the works."""
        return [f"{operation} {short(urn)}" for urn, operation in self.running.items()]

    def _finish(self, metadata: Mapping[str, Any]) -> None:
        self.running.pop(metadata["urn"], None)
        operation = metadata["op"]
        if operation not in ("delete", "delete-replaced", "discard", "discard-replaced"):
            self.finished += 1
        if operation != "same":
            self.operations[operation] = self.operations.get(operation, 0) + 1

    def _find(self, finding: Mapping[str, Any]) -> None:
        urn, said = finding.get("resourceUrn") or "", _COLOUR.sub("", finding["message"]).strip()
        where = f"{short(urn)}: " if urn else ""
        if finding["enforcementLevel"] == "mandatory":
            self.failures.append(f"{where}policy {finding['policyName']}: {said}")
        else:
            self.findings.append(f"{finding['policyName']}: {where}{said}")

    def _diagnose(self, message: Mapping[str, Any]) -> None:
        if message.get("severity") != "error":
            return
        text = _COLOUR.sub("", message.get("message") or "").strip()
        urn = message.get("urn") or ""
        if text and text not in ("update failed", "preview failed"):
            where = f"{short(urn)}: " if urn and not urn.endswith("::" + urn.split("::")[0]) else ""
            self.failures.append(where + text)


def short(urn: str) -> str:
    """`aws:ec2/instance:Instance control-plane-1` out of a URN."""
    parts = urn.split("::")
    return f"{parts[2].split('$')[-1]} {parts[-1]}" if len(parts) >= 4 else urn
