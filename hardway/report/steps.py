"""The engine's steps as changes of resources: several steps make one replacement, and a refresh tells a drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hardway.report.model import Edit, Operation, PropertyChange, Resource, ResourceChange
from hardway.report.property_path import look_up, split
from hardway.report.values import Special, Value, holds, read_properties, redacted, veiled

_LEAVING: Final = frozenset({"discard", "discard-replaced", "remove-pending-replace"})
_REPLACING: Final = frozenset({"replace", "create-replacement", "import-replacement"})
_ID_MAY_BE_SECRET: Final = ("random:", "tls:")


def change_of(steps: Sequence[Mapping[str, Any]], *, stack_ends: bool) -> ResourceChange:
    """What the steps of one resource do to it. `stack_ends` says that all of the stack goes."""
    operations = {step["op"] for step in steps}
    old = next((step["old"] for step in steps if step.get("old")), None)
    # The step that creates knows best what will be: one that was planned for a deletion still holds old references.
    creating = [step for step in steps if step["op"] in ("create-replacement", "import-replacement")]
    new = next((step["new"] for step in [*creating, *steps] if step.get("new")), None)
    known = old or new or {}
    operation = _operation(operations, known)
    sides = Sides(old, new)
    metadata = next((step for step in [*creating, *steps] if step.get("detailedDiff")), (creating or steps)[0])
    keys: Sequence[str] = next((step["keys"] for step in [*creating, *steps] if step.get("keys")), [])
    if operation is Operation.CREATE or operation is Operation.IMPORT:
        properties = differences({}, sides.new_inputs)
    elif operation in (Operation.UPDATE, Operation.REPLACE):
        properties = _properties(metadata, keys, sides)
    else:
        properties = ()
    order = [step["op"] for step in steps]
    return ResourceChange(
        urn=metadata["urn"],
        type=metadata["type"],
        name=name_of(metadata["urn"]),
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


def unchanged(metadata: Mapping[str, Any]) -> Resource:
    """The resource of a step that changes nothing."""
    state = metadata.get("new") or metadata.get("old") or {}
    inputs = Sides(metadata.get("old"), metadata.get("new")).new_inputs
    return Resource(urn=metadata["urn"], type=metadata["type"], parent=state.get("parent") or "", inputs=inputs)


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


def _properties(metadata: Mapping[str, Any], keys: Sequence[str], sides: Sides) -> tuple[PropertyChange, ...]:
    detailed: Mapping[str, Any] = metadata.get("detailedDiff") or {}
    if not detailed:
        roots = dict.fromkeys([*(metadata.get("diffs") or []), *keys])
        roots.pop("id", None)
        detailed = {root: {"diffKind": "update", "inputDiff": True} for root in roots}
    if not detailed and "id" not in keys:
        return differences(sides.old_inputs, sides.new_inputs)
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


def drift_of(metadata: Mapping[str, Any]) -> ResourceChange | None:
    """What a refresh found to differ; None if it found the resource as the state says."""
    old, new = metadata.get("old"), metadata.get("new")
    if not old:
        return None
    sides = Sides(old, new)
    properties: tuple[PropertyChange, ...] = ()
    if new:
        detailed = metadata.get("detailedDiff") or {}
        paths = detailed or {each.path: {} for each in differences(sides.old_outputs, sides.new_outputs)}
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
        name=name_of(metadata["urn"]),
        operation=Operation.UPDATE if new else Operation.DELETE,
        properties=properties,
        because="" if new else "it is not in the cloud any more",
        old=sides.old_inputs,
        new=sides.new_inputs if new else {},
        id=_shown_id(metadata["type"], old),
        parent=old.get("parent") or "",
    )


def differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> tuple[PropertyChange, ...]:
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


class Sides:
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


def _shown_id(resource_type: str, old: Mapping[str, Any] | None) -> str:
    # The id of a random value is the value: https://github.com/pulumi/pulumi/issues/8946.
    if not old or resource_type.startswith(_ID_MAY_BE_SECRET):
        return ""
    outputs = read_properties(resource_type, old.get("outputs"))
    return "" if holds(outputs.get("id"), Special.SECRET) else redacted(old.get("id") or "")


def name_of(urn: str) -> str:
    """The resource's name out of its URN."""
    return urn.rsplit("::", 1)[-1]
