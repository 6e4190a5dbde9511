from __future__ import annotations

import json
from typing import Any

import pytest

from hardway.report.events import read_events
from hardway.report.model import Edit, Operation, Severity, StackPreview
from hardway.report.values import Special
from tests.fixtures.events.reports import recorded

URN = "urn:pulumi:s::p::aws:ebs/volume:Volume::disk"
SEALED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def state(inputs: dict[str, Any], outputs: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    base = {"type": "aws:ebs/volume:Volume", "urn": URN, "custom": True, "id": "vol-1", "inputs": inputs}
    return {**base, "outputs": inputs if outputs is None else outputs, **more}


def step(operation: str, **more: Any) -> dict[str, Any]:
    metadata = {"op": operation, "urn": URN, "type": "aws:ebs/volume:Volume", "old": None, "new": None, **more}
    return {"resourcePreEvent": {"metadata": metadata, "planning": True}}


def read(*events: dict[str, Any], refreshed: bool = False) -> StackPreview:
    summary = {"summaryEvent": {"resourceChanges": {}, "PolicyPacks": {}, "result": "succeeded"}}
    return read_events("s", [json.dumps(event) for event in (*events, summary)], refreshed=refreshed)


def diff(kind: str = "update", *, of_inputs: bool = True) -> dict[str, Any]:
    return {"diffKind": kind, "inputDiff": of_inputs}


def test_an_update_tells_each_changed_property() -> None:
    old, new = state({"size": 20, "tags": {"a": "1"}}), state({"size": 30, "tags": {"b": "2"}})
    detailed = {"size": diff(), "tags.a": diff("delete"), "tags.b": diff("add"), "tagsAll.b": diff("add")}
    change = read(step("update", old=old, new=new, detailedDiff=detailed)).changes[0]
    assert change.operation is Operation.UPDATE
    assert [(each.path, each.edit, each.old, each.new) for each in change.properties] == [
        ("size", Edit.CHANGE, 20, 30),
        ("tags.a", Edit.REMOVE, "1", Special.ABSENT),
        ("tags.b", Edit.ADD, Special.ABSENT, "2"),
    ]


@pytest.mark.parametrize(
    ("metadata", "paths"),
    [
        ({"detailedDiff": None, "diffs": ["size"]}, ["size"]),
        ({"detailedDiff": None}, ["kind", "size"]),
        ({"detailedDiff": {}, "diffs": []}, ["kind", "size"]),
    ],
    ids=["names only", "nothing", "empty"],
)
def test_a_provider_that_tells_less_is_made_up_for(metadata: dict[str, Any], paths: list[str]) -> None:
    change = read(step("update", old=state({"size": 1, "kind": "a"}), new=state({"size": 2, "kind": "b"}), **metadata))
    assert [each.path for each in change.changes[0].properties] == paths


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (("delete-replaced", "replace", "create-replacement"), True),
        (("create-replacement", "replace", "delete-replaced"), False),
    ],
)
def test_the_steps_of_a_replacement_are_one(order: tuple[str, ...], first: bool) -> None:
    detailed = {"kind": diff("update-replace"), "size": diff()}
    told = {"detailedDiff": detailed, "keys": ["kind"]}
    steps = {
        "delete-replaced": step("delete-replaced", old=state({"size": 1, "kind": "a"})),
        "replace": step("replace", old=state({"size": 1, "kind": "a"}), new=state({"size": 2, "kind": "b"}), **told),
        "create-replacement": step(
            "create-replacement", old=state({"size": 1, "kind": "a"}), new=state({"size": 2, "kind": "b"}), **told
        ),
    }
    (change,) = read(*(steps[name] for name in order)).changes
    assert change.operation is Operation.REPLACE
    assert change.deleted_first is first
    assert [each.path for each in change.forcing] == ["kind"]
    assert [each.path for each in change.properties] == ["kind", "size"]
    assert change.because == ""


def test_a_replacement_that_was_asked_for_says_so() -> None:
    same = state({"size": 1})
    change = read(step("replace", old=same, new=same, keys=["id"], detailedDiff=None)).changes[0]
    assert change.because == "asked for by name, nothing else forces it"
    assert change.properties == ()


def test_a_replacement_with_its_reference_does_not_show_the_old_reference_as_new() -> None:
    old = state({"instanceId": "i-1"})
    change = read(step("create-replacement", old=old, new=old, keys=["instanceId"], detailedDiff=None)).changes[0]
    assert [(each.old, each.new, each.forces_replacement) for each in change.properties] == [
        ("i-1", Special.UNKNOWN, True)
    ]
    assert change.because == "what it refers to changes"


@pytest.mark.parametrize(
    ("retained", "operation"), [(False, Operation.DELETE), (True, Operation.FORGET)], ids=["deleted", "retained"]
)
def test_what_the_cloud_keeps_is_forgotten_and_not_deleted(retained: bool, operation: Operation) -> None:
    change = read(step("delete", old=state({"size": 1}, retainOnDelete=retained, protect=True))).changes[0]
    assert change.operation is operation
    assert change.protected
    assert change.id == "vol-1"
    assert change.new == {}


@pytest.mark.parametrize("operation", ["same", "read", "refresh", "read-discard"])
def test_what_changes_nothing_is_no_change(operation: str) -> None:
    seen = read(step(operation, old=state({"size": 1}), new=state({"size": 1})))
    assert seen.changes == ()
    assert not seen.changed


def test_what_stays_is_masked_like_what_changes() -> None:
    kept = state({"password": "before"}, {"password": SEALED})
    (resource,) = read(step("same", old=kept, new=state({"password": "before"}))).unchanged
    assert resource.inputs == {"password": Special.SECRET}


def test_default_providers_are_no_change_and_explicit_ones_are() -> None:
    urns = [f"urn:pulumi:s::p::pulumi:providers:aws::{name}" for name in ("default_7_0_0", "cluster")]
    steps = [step("create", new=state({})) for _ in urns]
    for urn, each in zip(urns, steps, strict=True):
        each["resourcePreEvent"]["metadata"]["urn"] = urn
    assert [change.urn for change in read(*steps).changes] == urns[1:]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (state({"password": "before"}, {"password": SEALED}), state({"password": "after"})),
        (state({"password": "before"}), state({"password": SEALED})),
        (state({"password": SEALED}), state({"password": "after"})),
    ],
    ids=["secret in the state", "became secret", "is no secret any more"],
)
def test_both_sides_are_masked_if_one_is_secret(old: dict[str, Any], new: dict[str, Any]) -> None:
    change = read(step("update", old=old, new=new, detailedDiff={"password": diff()})).changes[0]
    assert [(each.old, each.new) for each in change.properties] == [(Special.SECRET, Special.SECRET)]
    assert "before" not in repr(change)
    assert "after" not in repr(change)


@pytest.mark.parametrize("resource_type", ["random:index/randomId:RandomId", "tls:index/privateKey:PrivateKey"])
def test_an_id_that_may_be_a_secret_is_not_told(resource_type: str) -> None:
    event = step("delete", old=state({}, type=resource_type))
    event["resourcePreEvent"]["metadata"]["type"] = resource_type
    assert read(event).changes[0].id == ""


def test_an_id_whose_output_is_secret_is_not_told() -> None:
    assert read(step("delete", old=state({}, {"id": SEALED}))).changes[0].id == ""


def test_a_difference_from_the_state_compares_with_the_state() -> None:
    old, new = state({"size": 20}, {"size": 25}), state({"size": 20})
    change = read(step("update", old=old, new=new, detailedDiff={"size": diff(of_inputs=False)})).changes[0]
    assert (change.properties[0].old, change.properties[0].new) == (25, 20)


def test_drift_is_what_a_refresh_found_and_nothing_else() -> None:
    def refreshed(new: dict[str, Any] | None) -> dict[str, Any]:
        metadata = step("refresh", old=state({"size": 1, "seen": "x"}), new=new)["resourcePreEvent"]["metadata"]
        return {"resOutputsEvent": {"metadata": metadata}}

    assert read(refreshed(state({"size": 1, "seen": "x"})), refreshed=True).drift == ()
    changed = read(refreshed(state({"size": 2, "seen": "x"})), refreshed=True)
    assert [(each.path, each.old, each.new) for each in changed.drift[0].properties] == [("size", 1, 2)]
    assert read(refreshed(None), refreshed=True).drift[0].operation is Operation.DELETE
    assert changed.changes == ()


def test_findings_come_worst_first_with_stops_before_advice() -> None:
    def finding(rule: str, severity: str | None, level: str) -> dict[str, Any]:
        said = {"message": "<{%reset%}>mend it<{%reset%}>\n", "policyName": rule, "policyPackName": "p"}
        return {"policyEvent": {**said, "enforcementLevel": level, "severity": severity, "resourceUrn": URN}}

    seen = read(
        finding("a", "critical", "advisory"),
        finding("b", "low", "mandatory"),
        finding("c", "high", "mandatory"),
        finding("d", None, "mandatory"),
        finding("e", "of a later engine", "advisory"),
    )
    assert [(each.rule, each.severity, each.mandatory) for each in seen.findings] == [
        ("c", Severity.HIGH, True),
        ("b", Severity.LOW, True),
        ("d", Severity.UNSPECIFIED, True),
        ("a", Severity.CRITICAL, False),
        ("e", Severity.UNSPECIFIED, False),
    ]
    assert {each.message for each in seen.findings} == {"mend it"}


def test_the_order_of_the_events_does_not_matter() -> None:
    steps = [step("create", new=state({})) for _ in range(4)]
    for number, each in enumerate(steps):
        each["resourcePreEvent"]["metadata"]["urn"] = f"{URN}-{number}"
    assert read(*steps).changes == read(*reversed(steps)).changes


def test_a_log_that_ends_early_is_no_success() -> None:
    assert not read_events("s", [json.dumps(step("create", new=state({})))]).succeeded


def test_a_failure_says_what_the_program_printed() -> None:
    stack = recorded("program-failure").stacks[0]
    assert not stack.succeeded
    assert [each.message for each in stack.diagnostics] == ["stacks/Pulumi.small.yaml: hardway:pools: is missing"]
    assert stack.outputs == ()


@pytest.mark.parametrize(
    ("severity", "message", "said"),
    [
        ("error", "<{%fg 1%}>broken<{%reset%}>\n", [("error", "broken")]),
        ("warning", "old", [("warning", "old")]),
        ("info#err", "warning: old\n", [("warning", "old")]),
        ("info#err", "error: broken\n", [("error", "broken")]),
        ("info#err", "just so", []),
        ("info", "just so", []),
        ("error", "preview failed\n", []),
    ],
)
def test_errors_and_warnings_are_told_however_they_came(
    severity: str, message: str, said: list[tuple[str, str]]
) -> None:
    event = {"diagnosticEvent": {"severity": severity, "message": message}}
    assert [(each.severity, each.message) for each in read(event).diagnostics] == said


def test_what_a_failing_program_printed_is_told() -> None:
    lines = [{"diagnosticEvent": {"severity": "info#err", "message": f"line {number}"}} for number in range(2)]
    seen = read_events("s", [json.dumps(line) for line in lines])
    assert [each.message for each in seen.diagnostics] == ["line 0\nline 1"]


def test_outputs_that_differ_are_told() -> None:
    outputs = recorded("secret-rotation").stacks[0].outputs
    assert [(each.path, each.new) for each in outputs] == [("ca", Special.UNKNOWN), ("epoch", "second")]


def test_a_real_replacement_names_the_keys_that_force_it() -> None:
    changes = {(each.type, each.name): each for each in recorded("replace-one-control-plane").stacks[0].changes}
    machine = changes["aws:ec2/instance:Instance", "control-plane-1"]
    assert machine.operation is Operation.REPLACE
    assert machine.deleted_first
    assert [each.path for each in machine.forcing] == ["userData"]
    assert ("aws:ec2/instance:Instance", "control-plane-2") not in changes


def test_a_real_pack_is_read_with_its_name_and_without_its_folder() -> None:
    stack = recorded("policy-failure").stacks[0]
    assert stack.policy_packs == ("hardway 0.1.0",)
    assert stack.findings[0].mandatory
    assert not stack.succeeded
