from __future__ import annotations

from typing import Any

import pytest

from hardway.report.model import Edit, Operation
from hardway.report.values import Special
from tests.fixtures.events.reports import recorded
from tests.unit.hardway.report.event_log import SEALED, diff, read, state, step


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


def test_what_stays_is_masked_like_what_changes() -> None:
    kept = state({"password": "before"}, {"password": SEALED})
    (resource,) = read(step("same", old=kept, new=state({"password": "before"}))).unchanged
    assert resource.inputs == {"password": Special.SECRET}


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


def test_a_real_replacement_names_the_keys_that_force_it() -> None:
    changes = {(each.type, each.name): each for each in recorded("replace-one-control-plane").stacks[0].changes}
    machine = changes["aws:ec2/instance:Instance", "control-plane-1"]
    assert machine.operation is Operation.REPLACE
    assert machine.deleted_first
    assert [each.path for each in machine.forcing] == ["userData"]
    assert ("aws:ec2/instance:Instance", "control-plane-2") not in changes
