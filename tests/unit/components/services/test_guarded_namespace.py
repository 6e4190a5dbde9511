"""A namespace comes with what guards it."""

from __future__ import annotations

import pulumi
import pytest

from components.services.guarded_namespace import GuardedNamespaceArgs, guarded_namespace
from tests.unit.components.harness import Recording, run


def declare(protect: bool = True) -> Recording:
    def program() -> None:
        args = GuardedNamespaceArgs(
            name="shop", pods=6, cpu_millicores=2000, memory_mib=512, memory_limit_mib=1024, protect=protect
        )
        guarded_namespace("shop", args, pulumi.ComponentResource("test:index:Owner", "owner"))

    return run(program)


@pytest.fixture(scope="module")
def recording() -> Recording:
    return declare()


def test_it_lets_in_hardened_pods_only(recording: Recording) -> None:
    metadata = recording.one("Namespace", "shop-namespace").inputs["metadata"]
    assert metadata == {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}


def test_its_share_is_bounded_and_opens_no_node(recording: Recording) -> None:
    quota = recording.one("ResourceQuota", "shop-quota").inputs
    assert quota["metadata"]["namespace"] == "shop"
    assert quota["spec"] == {
        "hard": {
            "pods": "6",
            "requests.cpu": "2",
            "requests.memory": "512Mi",
            "limits.memory": "1Gi",
            "services.loadbalancers": "0",
            "services.nodeports": "0",
        }
    }


def test_it_denies_all_traffic_of_all_pods(recording: Recording) -> None:
    policy = recording.one("NetworkPolicy", "shop-default-deny").inputs
    assert policy["metadata"]["namespace"] == "shop"
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_namespace_alone_is_protected_and_only_if_asked(recording: Recording) -> None:
    assert [one.name for one in recording if one.protect] == ["shop-namespace"]
    assert not any(one.protect for one in declare(protect=False))


def test_what_is_inside_comes_after_it(recording: Recording) -> None:
    namespace = recording.one("Namespace", "shop-namespace").urn
    inside = [recording.one("ResourceQuota", "shop-quota"), recording.one("NetworkPolicy", "shop-default-deny")]
    assert all(namespace in one.depends_on for one in inside)
    assert {one.parent.rsplit("::", 1)[-1] for one in recording if one.custom} == {"owner"}
