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
    Edit,
    Operation,
    PolicyFinding,
    PropertyChange,
    Resource,
    ResourceChange,
    Severity,
    StackPreview,
)
from hardway.report.property_path import look_up, split
from hardway.report.values import Special, Value, holds, read_properties, redacted, veiled

_COLOUR: Final = re.compile(r"<\{%.*?%\}>")
_SILENT: Final = frozenset({"", "preview failed", "update failed"})
_SEVERITIES: Final = frozenset({"error", "warning"})
_NO_CHANGE: Final = frozenset({"same", "refresh", "read", "read-discard", "read-replacement"})
_LEAVING: Final = frozenset({"discard", "discard-replaced", "remove-pending-replace"})
_REPLACING: Final = frozenset({"replace", "create-replacement", "import-replacement"})
_ID_MAY_BE_SECRET: Final = ("random:", "tls:")


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
                self.unchanged.append(_unchanged(metadata))
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
            if "::pulumi:providers:" not in urn or not _name(urn).startswith("default"):
                yield _change(steps, stack_ends=ends)

    def drift(self) -> Iterable[ResourceChange]:
        for metadata in self.refreshes.values():
            if (found := _drifted(metadata)) is not None:
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
            sides = _Sides(metadata.get("old"), metadata.get("new"))
            self.outputs = _differences(sides.old_outputs, sides.new_outputs)

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


class _Sides:
    """The four property maps of a step, with everything secret that is secret in any of them."""

    def __init__(self, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> None:
        maps = [
            read_properties(state["type"], state.get(kind)) if state else {}
            for state in (old, new)
            for kind in ("inputs", "outputs")
        ]
        veils = [veiled(one, *(other for other in maps if other is not one)) for one in maps]
        self.old_inputs, self.old_outputs, self.new_inputs, self.new_outputs = veils

    def at(self, path: str, kind: str, *, of_inputs: bool) -> tuple[Value, Value]:
        """Old and new value at a path that differs; what a plan leaves out of the new side is not known yet."""
        keys = split(path)
        old = look_up(self.old_inputs if of_inputs else self.old_outputs, keys)
        new = look_up(self.new_inputs, keys)
        if new is Special.ABSENT:
            new = look_up(self.new_outputs, keys)
        if old is Special.ABSENT:
            old = look_up(self.old_outputs, keys)
        if kind.startswith("add"):
            old = Special.ABSENT
        elif kind.startswith("delete"):
            new = Special.ABSENT
        elif new is Special.ABSENT:
            new = Special.UNKNOWN
        return old, new


def _change(steps: Sequence[Mapping[str, Any]], *, stack_ends: bool) -> ResourceChange:
    operations = {step["op"] for step in steps}
    old = next((step["old"] for step in steps if step.get("old")), None)
    # The step that creates knows best what will be: one that was planned for a deletion still holds old references.
    creating = [step for step in steps if step["op"] in ("create-replacement", "import-replacement")]
    new = next((step["new"] for step in [*creating, *steps] if step.get("new")), None)
    known = old or new or {}
    operation = _operation(operations, known)
    sides = _Sides(old, new)
    metadata = next((step for step in [*creating, *steps] if step.get("detailedDiff")), (creating or steps)[0])
    keys: Sequence[str] = next((step["keys"] for step in [*creating, *steps] if step.get("keys")), [])
    if operation is Operation.CREATE or operation is Operation.IMPORT:
        properties = _differences({}, sides.new_inputs)
    elif operation in (Operation.UPDATE, Operation.REPLACE):
        properties = _properties(metadata, keys, sides)
    else:
        properties = ()
    order = [step["op"] for step in steps]
    return ResourceChange(
        urn=metadata["urn"],
        type=metadata["type"],
        name=_name(metadata["urn"]),
        operation=operation,
        properties=properties,
        because=_because(operation, keys, properties, stack_ends=stack_ends),
        old=sides.old_inputs,
        new=sides.new_inputs if operation not in (Operation.DELETE, Operation.FORGET) else {},
        id=_shown_id(metadata["type"], old),
        parent=known.get("parent") or "",
        component=not known.get("custom"),
        protected=bool(known.get("protect")),
        retained=bool(known.get("retainOnDelete")),
        deleted_first=operation is Operation.REPLACE and order[0] == "delete-replaced",
    )


def _unchanged(metadata: Mapping[str, Any]) -> Resource:
    state = metadata.get("new") or metadata.get("old") or {}
    return Resource(
        urn=metadata["urn"],
        type=metadata["type"],
        parent=state.get("parent") or "",
        inputs=read_properties(metadata["type"], state.get("inputs")),
    )


def _operation(operations: set[str], known: Mapping[str, Any]) -> Operation:
    if operations & _REPLACING:
        return Operation.REPLACE
    for name in ("update", "create", "import"):
        if name in operations:
            return Operation(name)
    if operations & _LEAVING or known.get("retainOnDelete"):
        return Operation.FORGET
    return Operation.DELETE


def _because(
    operation: Operation, keys: Sequence[str], properties: Sequence[PropertyChange], *, stack_ends: bool
) -> str:
    if operation is Operation.DELETE:
        return "the stack is destroyed" if stack_ends else "the program does not declare it any more"
    if operation is Operation.FORGET:
        return "it leaves the state; the cloud keeps it"
    if operation is not Operation.REPLACE:
        return ""
    if list(keys) == ["id"]:
        return "asked for by name, nothing else forces it"
    forcing = [each for each in properties if each.forces_replacement]
    if forcing and all(each.new is Special.UNKNOWN for each in forcing):
        return "what it refers to changes"
    return "" if forcing else "the engine does not say which property forces it"


def _properties(metadata: Mapping[str, Any], keys: Sequence[str], sides: _Sides) -> tuple[PropertyChange, ...]:
    detailed: Mapping[str, Any] = metadata.get("detailedDiff") or {}
    if not detailed:
        roots = dict.fromkeys([*(metadata.get("diffs") or []), *keys])
        roots.pop("id", None)
        detailed = {root: {"diffKind": "update", "inputDiff": True} for root in roots}
    if not detailed and "id" not in keys:
        return _differences(sides.old_inputs, sides.new_inputs)
    named = any(each["diffKind"].endswith("-replace") for each in detailed.values())
    found = []
    for path, difference in detailed.items():
        if path.split(".")[0].split("[")[0] == "tagsAll" and "tags" + path.removeprefix("tagsAll") in detailed:
            continue  # The provider's union of the tags and its own default ones says nothing new.
        kind = difference["diffKind"]
        old, new = sides.at(path, kind, of_inputs=difference.get("inputDiff", False))
        forces = kind.endswith("-replace") if named else str(split(path)[0]) in keys
        if forces and old == new and not holds(old, Special.SECRET):
            new = Special.UNKNOWN  # It refers to something that is replaced: still the old one in a plan.
        found.append(PropertyChange(path=path, edit=_edit(old, new), old=old, new=new, forces_replacement=forces))
    return tuple(sorted(found, key=lambda each: (not each.forces_replacement, each.path)))


def _drifted(metadata: Mapping[str, Any]) -> ResourceChange | None:
    old, new = metadata.get("old"), metadata.get("new")
    if not old:
        return None
    sides = _Sides(old, new)
    properties: tuple[PropertyChange, ...] = ()
    if new:
        detailed = metadata.get("detailedDiff") or {}
        paths = detailed or {each.path: {} for each in _differences(sides.old_outputs, sides.new_outputs)}
        found = []
        for path in sorted(paths):
            if path.split(".")[0].split("[")[0] == "tagsAll" and "tags" + path.removeprefix("tagsAll") in paths:
                continue
            before, after = look_up(sides.old_outputs, split(path)), look_up(sides.new_outputs, split(path))
            if before != after:
                found.append(PropertyChange(path=path, edit=_edit(before, after), old=before, new=after))
        properties = tuple(found)
        if not properties:
            return None
    return ResourceChange(
        urn=metadata["urn"],
        type=metadata["type"],
        name=_name(metadata["urn"]),
        operation=Operation.UPDATE if new else Operation.DELETE,
        properties=properties,
        because="" if new else "it is not in the cloud any more",
        old=sides.old_inputs,
        new=sides.new_inputs if new else {},
        id=_shown_id(metadata["type"], old),
        parent=old.get("parent") or "",
    )


def _differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> tuple[PropertyChange, ...]:
    """Differences at the top level; two secrets count as equal, as nobody can tell."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, Special.ABSENT), new.get(name, Special.ABSENT)
        if before != after:
            found.append(PropertyChange(path=name, edit=_edit(before, after), old=before, new=after))
    return tuple(found)


def _edit(old: Value, new: Value) -> Edit:
    if old is Special.ABSENT:
        return Edit.ADD
    return Edit.REMOVE if new is Special.ABSENT else Edit.CHANGE


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


def _shown_id(resource_type: str, old: Mapping[str, Any] | None) -> str:
    # The id of a random value is the value: https://github.com/pulumi/pulumi/issues/8946.
    if not old or resource_type.startswith(_ID_MAY_BE_SECRET):
        return ""
    outputs = read_properties(resource_type, old.get("outputs"))
    return "" if holds(outputs.get("id"), Special.SECRET) else redacted(old.get("id") or "")


def _clean(text: str | None) -> str:
    return redacted(_COLOUR.sub("", text or "")).strip()


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]
