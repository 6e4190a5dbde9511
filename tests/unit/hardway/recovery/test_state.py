from __future__ import annotations

from typing import Any

from hardway.recovery.state import Adopted, known_ids, pending_creates, with_adopted

ROLE, PROFILE = "aws:iam/role:Role", "aws:iam/instanceProfile:InstanceProfile"


def resource(name: str, kind: str = ROLE, **more: Any) -> dict[str, Any]:
    return {"urn": f"urn:pulumi:dev::hardway::{kind}::{name}", "type": kind, "inputs": {"name": name}, **more}


def test_only_creations_are_in_doubt() -> None:
    assert pending_creates({}) == []
    operations = [{"type": "updating", "resource": resource("a")}, {"type": "creating", "resource": resource("b")}]
    assert pending_creates({"pending_operations": operations}) == [resource("b")]


def test_an_id_is_known_for_its_own_kind_and_while_it_exists() -> None:
    there = resource("same", id="same")
    deployment = {"resources": [there, resource("gone", id="gone", pendingReplacement=True)]}
    assert known_ids(deployment, ROLE) == {"same"}
    assert known_ids(deployment, PROFILE) == frozenset()


def test_what_is_adopted_is_looked_at_before_the_next_update() -> None:
    deployment = {"resources": [resource("a", id="a")], "pending_operations": [{"type": "creating"}], "metadata": {}}
    changed = with_adopted(deployment, [Adopted(resource("b", parent="p", dependencies=["d"], protect=True), "b-1")])
    assert changed["pending_operations"] == []
    assert changed["metadata"] == {}
    assert changed["resources"][0] == resource("a", id="a")
    adopted = resource("b", parent="p", dependencies=["d"], protect=True)
    assert changed["resources"][1] == adopted | {"id": "b-1", "outputs": {"name": "b"}, "refreshBeforeUpdate": True}


def test_what_was_found_nowhere_is_created_anew() -> None:
    deployment = {"resources": [], "pending_operations": [{"type": "creating", "resource": resource("b")}]}
    assert with_adopted(deployment, []) == {"resources": [], "pending_operations": []}


def test_a_successor_takes_the_place_of_what_it_replaces() -> None:
    old, after = resource("a", id="old"), resource("z", id="z")
    changed = with_adopted({"resources": [old, after]}, [Adopted(resource("a"), "new")])["resources"]
    assert [(one["id"], one.get("delete", False)) for one in changed] == [("new", False), ("old", True), ("z", False)]


def test_a_successor_of_what_is_deleted_already_is_alone() -> None:
    old = resource("a", id="a", pendingReplacement=True)
    changed = with_adopted({"resources": [old]}, [Adopted(resource("a"), "a")])["resources"]
    assert [(one["id"], one.get("pendingReplacement")) for one in changed] == [("a", None)]
