"""The API's load balancer and name."""

from __future__ import annotations

import pytest

from components.load_balancer import ApiLoadBalancer, ApiLoadBalancerArgs
from components.naming import Naming
from tests.unit.components.harness import Recording, run


def declare(naming: Naming, *, deletion_protection: bool = True) -> Recording:
    return run(
        lambda: ApiLoadBalancer(
            "api",
            ApiLoadBalancerArgs(
                naming=naming,
                vpc_id="vpc-1",
                addresses={"private-b": "10.0.2.10", "private-a": "10.0.1.10"},
                subnet_ids={"private-a": "subnet-a", "private-b": "subnet-b"},
                security_group_id="sg-api",
                targets={"control-plane-1": "10.0.1.11", "control-plane-2": "10.0.2.11"},
                deletion_protection=deletion_protection,
            ),
        )
    )


def test_it_is_internal_and_stands_at_planned_addresses(naming: Naming) -> None:
    balancer = declare(naming).one("LoadBalancer", "api").inputs
    assert (balancer["internal"], balancer["loadBalancerType"]) == (True, "network")
    assert balancer["subnetMappings"] == [
        {"subnetId": "subnet-a", "privateIpv4Address": "10.0.1.10"},
        {"subnetId": "subnet-b", "privateIpv4Address": "10.0.2.10"},
    ]
    assert balancer["securityGroups"] == ["sg-api"]
    assert balancer["enableCrossZoneLoadBalancing"] is True


@pytest.mark.parametrize("deletion_protection", [True, False])
def test_it_is_guarded_against_deletion_until_that_is_released(naming: Naming, deletion_protection: bool) -> None:
    balancer = declare(naming, deletion_protection=deletion_protection).one("LoadBalancer", "api").inputs
    assert balancer["enableDeletionProtection"] is deletion_protection


def test_targets_are_addresses_that_may_call_their_own_load_balancer(naming: Naming) -> None:
    api = declare(naming)
    group = api.one("TargetGroup", "api").inputs
    assert (group["targetType"], group["preserveClientIp"]) == ("ip", "false")
    targets = {one.name: one.inputs["targetId"] for one in api.of("TargetGroupAttachment")}
    assert targets == {"api-control-plane-1": "10.0.1.11", "api-control-plane-2": "10.0.2.11"}


def test_a_target_is_asked_whether_it_is_ready(naming: Naming) -> None:
    group = declare(naming).one("TargetGroup", "api").inputs
    check = group["healthCheck"]
    assert (check["protocol"], check["path"], check["port"]) == ("HTTPS", "/readyz", "6443")
    assert (group["deregistrationDelay"], group["connectionTermination"]) == (30, True)


def test_it_listens_on_the_api_port_alone(naming: Naming) -> None:
    (listener,) = declare(naming).of("Listener")
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (6443, "TCP")
