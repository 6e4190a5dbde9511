"""A plan is stale when what would be done now is not what was reviewed."""

from __future__ import annotations

from typing import Any

from hardway.gate.staleness import differences

INSTANCE = "urn:pulumi:prod::hardway::aws:ec2/instance:Instance::control-plane-1"
VOLUME = "urn:pulumi:prod::hardway::aws:ebs/volume:Volume::etcd-1"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def plan(**resources: Any) -> dict[str, Any]:
    urns = {"instance": INSTANCE, "volume": VOLUME}
    return {"manifest": {"time": "x"}, "resourcePlans": {urns[name]: planned for name, planned in resources.items()}}


def step(*steps: str, seed: str = "a", **goal: Any) -> dict[str, Any]:
    return {"steps": list(steps), "seed": seed, "goal": {"type": "aws:ec2/instance:Instance", **goal}}


def secret(ciphertext: str) -> dict[str, str]:
    return {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": ciphertext}


def updated(value: Any, **goal: Any) -> dict[str, Any]:
    return step("update", inputDiff={"updates": {"size": value}}, **goal)


def test_the_same_is_not_stale_whatever_its_seeds_seals_and_order_of_dependencies() -> None:
    one = step("update", inputDiff={"updates": {"text": secret("v1:a")}}, dependencies=["a", "b"])
    other = step("update", seed="b", inputDiff={"updates": {"text": secret("v1:b")}}, dependencies=["b", "a"])
    assert differences(plan(instance=one), plan(instance=other)) == ()


def test_other_operations_are_told() -> None:
    replaced = step("delete-replaced", "replace", "create-replacement")
    assert differences(plan(instance=replaced), plan(instance=step("same"))) == (
        "aws:ec2:Instance control-plane-1: reviewed was replace, now it is same",
    )
    assert differences(plan(), plan(volume=step("delete"))) == (
        "aws:ebs:Volume etcd-1: reviewed was nothing, now it is delete",
    )
    assert differences(plan(volume=step("create")), plan()) == (
        "aws:ebs:Volume etcd-1: reviewed was create, now it is nothing",
    )


def test_other_values_are_told() -> None:
    assert differences(plan(instance=updated(20)), plan(instance=updated(30))) == (
        "aws:ec2:Instance control-plane-1: size becomes 30, reviewed was that it becomes 20",
    )
    removed = step("update", inputDiff={"deletes": ["size"]})
    assert differences(plan(instance=updated(20)), plan(instance=removed)) == (
        "aws:ec2:Instance control-plane-1: size is removed, reviewed was that it becomes 20",
    )
    assert differences(plan(instance=updated(UNKNOWN)), plan(instance=step("update"))) == (
        "aws:ec2:Instance control-plane-1: size stays, reviewed was that it becomes [not known yet]",
    )


def test_protection_that_is_taken_away_is_told() -> None:
    guarded, bare = step("same", protect=True), step("same", protect=False)
    assert differences(plan(volume=guarded), plan(volume=bare)) == (
        "aws:ebs:Volume etcd-1: protect is false, reviewed was True",
    )
    assert differences(plan(volume=step("same")), plan(volume=bare)) == ()


def test_no_secret_is_told() -> None:
    said = differences(plan(instance=updated(secret("v1:sealed"))), plan(instance=updated("open")))
    assert said
    assert "sealed" not in said[0]
