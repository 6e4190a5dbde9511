from __future__ import annotations

from typing import Any

import pytest

from hardway.report.cost import cost_change, why_unpriced
from hardway.report.model import CostChange, Diagnostic, Operation, Resource, ResourceChange, StackPreview
from hardway.report.prices import price_table
from hardway.report.values import Special

PRICES = price_table().regions["eu-central-1"]
HOURS = price_table().hours_per_month
GP3 = {"type": "gp3", "size": 20}


def change(operation: Operation, kind: str, old: dict[str, Any], new: dict[str, Any], **more: Any) -> ResourceChange:
    urn = f"urn:pulumi:s::p::{kind}::{more.pop('name', 'one')}"
    return ResourceChange(urn=urn, type=kind, name="one", operation=operation, old=old, new=new, **more)


def priced(*changes: ResourceChange, unchanged: tuple[Resource, ...] = (), region: str = "eu-central-1") -> CostChange:
    stack = StackPreview(stack="s", succeeded=True, changes=changes, unchanged=unchanged, region=region)
    found = cost_change([stack])
    assert found is not None
    return found


def created(kind: str, inputs: dict[str, Any]) -> float:
    return priced(change(Operation.CREATE, kind, {}, inputs)).change_usd


@pytest.mark.parametrize(
    ("kind", "inputs", "usd"),
    [
        ("aws:ec2/instance:Instance", {"instanceType": "m7i.xlarge"}, 0.2415 * 730),
        (
            "aws:ec2/instance:Instance",
            {"instanceType": "t3.medium", "rootBlockDevice": {"volumeType": "gp3", "volumeSize": 30}},
            0.048 * 730 + 30 * 0.0952,
        ),
        ("aws:ebs/volume:Volume", GP3, 20 * 0.0952),
        ("aws:ebs/volume:Volume", {**GP3, "iops": 3000, "throughput": 125}, 20 * 0.0952),
        ("aws:ebs/volume:Volume", {**GP3, "iops": 4000, "throughput": 225}, 20 * 0.0952 + 1000 * 0.006 + 100 * 0.048),
        ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "network"}, 0.027 * 730),
        ("aws:ec2/natGateway:NatGateway", {}, 0.052 * 730),
        ("aws:ec2/eip:Eip", {}, 0.005 * 730),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", {"vpcEndpointType": "Gateway"}, 0),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {"vpcEndpointType": "Interface", "subnetIds": [Special.UNKNOWN, Special.UNKNOWN]},
            2 * 0.012 * 730,
        ),
        ("aws:s3/bucket:Bucket", {}, 5 * 0.0245),
        ("aws:kms/key:Key", {}, 1.0),
        ("aws:secretsmanager/secret:Secret", {}, 0.4),
        ("aws:route53/zone:Zone", {}, 0.5),
        ("aws:ec2/vpc:Vpc", {}, 0),
    ],
)
def test_each_kind_costs_its_list_price(kind: str, inputs: dict[str, Any], usd: float) -> None:
    assert created(kind, inputs) == pytest.approx(usd, abs=0.005)


def test_a_pool_costs_its_least_number_of_machines_with_their_disks() -> None:
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeType": "gp3", "volumeSize": 50}}
    template = {"instanceType": "t3.large", "blockDeviceMappings": [disk]}
    cost = priced(
        change(Operation.CREATE, "aws:ec2/launchTemplate:LaunchTemplate", {}, template, parent="pool"),
        change(Operation.CREATE, "aws:autoscaling/group:Group", {}, {"minSize": 2, "maxSize": 9}, parent="pool"),
    )
    assert cost.change_usd == pytest.approx(2 * (0.096 * 730 + 50 * 0.0952), abs=0.005)
    assert [line.what for line in cost.lines] == ["2 t3.large"]


def test_a_pool_costs_more_with_larger_machines_though_the_group_stays() -> None:
    kind = "aws:autoscaling/group:Group"
    group = Resource(urn=f"urn:pulumi:s::p::{kind}::g", type=kind, parent="pool", inputs={"minSize": 1})
    template = "aws:ec2/launchTemplate:LaunchTemplate"
    types = ({"instanceType": "t3.medium"}, {"instanceType": "t3.large"})
    cost = priced(change(Operation.UPDATE, template, *types, parent="pool"), unchanged=(group,))
    assert cost.change_usd == pytest.approx((0.096 - 0.048) * 730, abs=0.005)
    assert [line.urn for line in cost.lines] == [group.urn]


def test_a_replacement_costs_the_difference_and_a_deletion_saves() -> None:
    volume = "aws:ebs/volume:Volume"
    cost = priced(
        change(Operation.REPLACE, volume, GP3, {**GP3, "size": 30}, name="grown"),
        change(Operation.DELETE, volume, {**GP3, "size": 100}, {}, name="gone"),
        change(Operation.FORGET, volume, {**GP3, "size": 7}, {}, name="kept"),
    )
    assert {line.urn.split("::")[-1]: line.new_usd - line.old_usd for line in cost.lines} == {
        "gone": pytest.approx(-9.52),
        "grown": pytest.approx(0.96, abs=0.011),
    }
    assert [line.urn.split("::")[-1] for line in cost.lines] == ["gone", "grown"]
    assert cost.new_usd == pytest.approx(37 * 0.0952, abs=0.005)


def test_what_stays_is_in_both_totals() -> None:
    key = Resource(urn="u", type="aws:kms/key:Key", parent="", inputs={})
    cost = priced(unchanged=(key,))
    assert (cost.old_usd, cost.new_usd, cost.lines) == (1.0, 1.0, ())
    assert not cost.differs


@pytest.mark.parametrize(
    ("kind", "inputs", "said"),
    [
        ("aws:ec2/instance:Instance", {"instanceType": "x9.huge"}, "instance type x9.huge"),
        ("aws:ebs/volume:Volume", {"type": "io2", "size": 9}, "volume of type io2"),
        ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "application"}, "no network load balancer"),
        ("aws:autoscaling/group:Group", {"minSize": 1}, "launch template"),
        ("aws:cloudwatch/logGroup:LogGroup", {}, "billed by what goes through it"),
    ],
)
def test_what_has_no_price_is_named_and_not_guessed(kind: str, inputs: dict[str, Any], said: str) -> None:
    cost = priced(change(Operation.CREATE, kind, {}, inputs))
    assert cost.change_usd == 0
    assert len(cost.unpriced) == 1
    assert said in cost.unpriced[0]
    assert cost.differs


def test_a_region_without_prices_has_no_estimate() -> None:
    assert cost_change([StackPreview(stack="s", succeeded=True, region="mars-north-1")]) is None


def test_a_preview_that_ended_early_has_no_estimate() -> None:
    said = (Diagnostic(severity="error", message="broken"),)
    stack = StackPreview(stack="s", succeeded=False, region="eu-central-1", diagnostics=said)
    assert cost_change([stack]) is None


@pytest.mark.parametrize(
    ("regions", "said"),
    [
        (["eu-central-1", ""], ""),
        ([""], ""),
        (["us-east-1", ""], "Costs are not estimated: hardway/report/prices.yaml has no prices of us-east-1."),
    ],
)
def test_a_region_without_prices_is_told(regions: list[str], said: str) -> None:
    stacks = [StackPreview(stack="s", succeeded=True, region=region) for region in regions]
    assert why_unpriced(stacks) == said
    assert (cost_change(stacks) is None) is ("eu-central-1" not in regions)
