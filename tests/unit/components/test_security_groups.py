"""Security groups: the table of flows and nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from components.naming import Naming
from components.security_groups import SecurityGroups, SecurityGroupsArgs
from hardway.ports import FLOWS, ROLES
from tests.unit.components.harness import Recording, run


def declare(naming: Naming, *, clients: Mapping[str, str], internet: bool = False) -> Recording:
    return run(
        lambda: SecurityGroups(
            "groups",
            SecurityGroupsArgs(
                naming=naming,
                vpc_id="vpc-1",
                s3_prefix_list_id="pl-1",
                api_clients=clients,
                internet_egress=internet,
            ),
        )
    )


def test_one_group_per_role_without_rules_inside(naming: Naming) -> None:
    groups = declare(naming, clients={})
    assert {one.inputs["name"] for one in groups.of("SecurityGroup")} == {f"hardway-sandbox-{role}" for role in ROLES}
    for one in groups.of("SecurityGroup"):
        assert "ingress" not in one.inputs
        assert "egress" not in one.inputs


def test_each_flow_opens_both_ends_between_groups(naming: Naming) -> None:
    groups = declare(naming, clients={})
    for flow in FLOWS:
        out = groups.one("SecurityGroupEgressRule", f"groups-{flow.name}-out").inputs
        into = groups.one("SecurityGroupIngressRule", f"groups-{flow.name}-in").inputs
        assert out["securityGroupId"] == into["referencedSecurityGroupId"] == f"groups-{flow.source}-id"
        assert into["securityGroupId"] == out["referencedSecurityGroupId"] == f"groups-{flow.target}-id"
        assert (into["fromPort"], into["toPort"]) == (flow.first_port, flow.last_port)
        assert (out["fromPort"], out["toPort"]) == (flow.first_port, flow.last_port)
        assert into["ipProtocol"] == out["ipProtocol"] == flow.protocol


def test_nothing_else_is_open(naming: Naming) -> None:
    groups = declare(naming, clients={"office": "198.18.0.0/24"})
    assert len(groups.of("SecurityGroupIngressRule")) == len(FLOWS) + 1
    assert len(groups.of("SecurityGroupEgressRule")) == len(FLOWS) + 2


def test_clients_reach_the_load_balancer_and_no_machine(naming: Naming) -> None:
    groups = declare(naming, clients={"office": "198.18.0.0/24"})
    by_cidr = [one.inputs for one in groups.of("SecurityGroupIngressRule") if "cidrIpv4" in one.inputs]
    assert [(rule["cidrIpv4"], rule["securityGroupId"], rule["fromPort"], rule["toPort"]) for rule in by_cidr] == [
        ("198.18.0.0/24", "groups-api-id", 6443, 6443)
    ]


@pytest.mark.parametrize("internet", [False, True])
def test_nobody_comes_in_from_everywhere(naming: Naming, internet: bool) -> None:
    groups = declare(naming, clients={"office": "198.18.0.0/24"}, internet=internet)
    assert not [one for one in groups.of("SecurityGroupIngressRule") if one.inputs.get("cidrIpv4") == "0.0.0.0/0"]
    outside = sorted(
        one.name for one in groups.of("SecurityGroupEgressRule") if one.inputs.get("cidrIpv4") == "0.0.0.0/0"
    )
    assert outside == (["groups-control-plane-to-internet", "groups-worker-to-internet"] if internet else [])


def test_machines_reach_s3_by_its_prefix_list(naming: Naming) -> None:
    groups = declare(naming, clients={})
    rules = [one.inputs for one in groups.of("SecurityGroupEgressRule") if "prefixListId" in one.inputs]
    assert [(rule["prefixListId"], rule["fromPort"], rule["toPort"]) for rule in rules] == [("pl-1", 443, 443)] * 2


def test_etcd_is_for_control_planes_only() -> None:
    reached = [flow for flow in FLOWS if flow.first_port <= 2380 and flow.last_port >= 2379]
    assert {(flow.source, flow.target) for flow in reached} == {("control-plane", "control-plane")}


def test_workers_are_reached_by_kubelet_port_and_overlay_only() -> None:
    assert {(flow.source, flow.first_port) for flow in FLOWS if flow.target == "worker"} == {
        ("control-plane", 10250),
        ("control-plane", 8472),
        ("worker", 8472),
    }


def test_flow_names_are_unique() -> None:
    assert len({flow.name for flow in FLOWS}) == len(FLOWS)
