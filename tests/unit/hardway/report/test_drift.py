"""The events of a refresh that changes nothing."""

from __future__ import annotations

import json
from typing import Any

from hardway.report.drift import read_drift
from hardway.report.model import Operation

KIND = "aws:ec2/vpc:Vpc"


def urn(name: str) -> str:
    return f"urn:pulumi:prod::hardway::{KIND}::{name}"


def state(name: str, **tags: str) -> dict[str, Any]:
    values = {"cidrBlock": "10.0.0.0/16", "tags": tags}
    return {"type": KIND, "urn": urn(name), "custom": True, "id": "vpc-1", "inputs": values, "outputs": values}


def event(moment: str, operation: str, name: str, old: Any, new: Any, **more: Any) -> str:
    metadata = {"op": operation, "urn": urn(name), "type": KIND, "old": old, "new": new, **more}
    return json.dumps({moment: {"metadata": metadata}})


def steps(name: str, found: str, old: Any, new: Any, **more: Any) -> list[str]:
    """What the engine writes of one resource."""
    return [
        event("resourcePreEvent", "refresh", name, old, old),
        event("resOutputsEvent", found, name, old, new, **more),
    ]


SUMMARY = json.dumps({"summaryEvent": {"resourceChanges": {"same": 1}, "PolicyPacks": {}, "result": "succeeded"}})


def test_what_was_changed_and_what_is_gone_is_drift_and_no_change() -> None:
    diff = {"tags.Name": {"diffKind": "update", "inputDiff": True}}
    lines = [
        *steps("same", "same", state("same", Name="a"), state("same", Name="a")),
        *steps("changed", "update", state("changed", Name="a"), state("changed", Name="b"), detailedDiff=diff),
        *steps("gone", "delete", state("gone", Name="a"), None),
        SUMMARY,
        "",
    ]
    seen = read_drift("prod", lines)
    assert seen.succeeded
    assert seen.refreshed
    assert seen.changes == ()
    found = {change.name: change for change in seen.drift}
    assert {name: change.operation for name, change in found.items()} == {
        "changed": Operation.UPDATE,
        "gone": Operation.DELETE,
    }
    (tag,) = found["changed"].properties
    assert (tag.path, tag.old, tag.new) == ("tags.Name", "a", "b")


def test_a_refresh_that_broke_off_did_not_succeed() -> None:
    assert not read_drift("prod", steps("same", "same", state("same"), state("same"))).succeeded
