"""What a change does to the monthly bill, by the price table: an estimate of what is known before it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hardway.report.model import CostChange, CostLine, Operation, Resource, StackPreview
from hardway.report.prices import PriceTable, RegionPrices, price_table
from hardway.report.values import Value

_BILLED_BY_USE: Final = frozenset({"aws:cloudwatch/logGroup:LogGroup", "aws:ec2/flowLog:FlowLog"})
_FREE_IOPS: Final = 3000
_FREE_MIBPS: Final = 125


class _Unpriced(Exception):
    """Something is billed and not in the table."""


@dataclass(frozen=True)
class _Price:
    what: str
    usd: float


def cost_change(stacks: Iterable[StackPreview], table: PriceTable | None = None) -> CostChange | None:
    """The estimate for all stacks together; None if no stack is in a region that the table has, or if a preview
    ended early: what it did not get to would look like something that changes nothing."""
    table = table or price_table()
    stacks = tuple(stacks)
    if any(said.severity == "error" for stack in stacks for said in stack.diagnostics):
        return None
    region = next((stack.region for stack in stacks if stack.region in table.regions), None)
    if region is None:
        return None
    catalog = _Catalog(table, table.regions[region])
    lines: list[CostLine] = []
    unpriced: set[str] = set()
    totals = [0.0, 0.0]
    for stack in stacks:
        before, after = _inventories(stack)
        changed = {change.urn for change in stack.changes}
        for urn in sorted(before.keys() | after.keys()):
            sides: list[_Price | None] = []
            for side in (before, after):
                try:
                    sides.append(catalog.price(side[urn], side) if urn in side else None)
                except _Unpriced as error:
                    sides.append(None)
                    if urn in changed:
                        unpriced.add(str(error))
            usd = [side.usd if side else 0.0 for side in sides]
            totals = [total + each for total, each in zip(totals, usd, strict=True)]
            what = " → ".join(dict.fromkeys(side.what for side in sides if side))
            if round(usd[0], 2) != round(usd[1], 2):
                lines.append(CostLine(urn=urn, what=what, old_usd=round(usd[0], 2), new_usd=round(usd[1], 2)))
    return CostChange(
        lines=tuple(sorted(lines, key=lambda line: (-abs(line.new_usd - line.old_usd), line.urn))),
        old_usd=round(totals[0], 2),
        new_usd=round(totals[1], 2),
        region=region,
        dated=table.dated.isoformat(),
        source=table.source,
        assumptions=table.assumptions,
        unpriced=tuple(sorted(unpriced)),
    )


def why_unpriced(stacks: Iterable[StackPreview], table: PriceTable | None = None) -> str:
    """Why changes of these stacks get no estimate, where the reason is the table; empty if it is not."""
    known = (table or price_table()).regions
    regions = sorted({stack.region for stack in stacks if stack.region})
    if not regions or any(region in known for region in regions):
        return ""
    return f"Costs are not estimated: hardway/report/prices.yaml has no prices of {', '.join(regions)}."


def _inventories(stack: StackPreview) -> tuple[dict[str, Resource], dict[str, Resource]]:
    """All resources of the stack before and after, by URN."""
    before = {each.urn: each for each in stack.unchanged}
    after = dict(before)
    for change in stack.changes:
        if change.operation is not Operation.CREATE:
            before[change.urn] = Resource(urn=change.urn, type=change.type, parent=change.parent, inputs=change.old)
        if change.operation not in (Operation.DELETE, Operation.FORGET):
            after[change.urn] = Resource(urn=change.urn, type=change.type, parent=change.parent, inputs=change.new)
        elif change.operation is Operation.FORGET:
            after[change.urn] = before[change.urn]  # It stays in the cloud, and on the bill.
    return before, after


class _Catalog:
    """Prices resources of one region."""

    def __init__(self, table: PriceTable, prices: RegionPrices) -> None:
        self._table = table
        self._prices = prices
        hourly = self._hourly
        self._by_type: Mapping[str, Callable[[Resource, Mapping[str, Resource]], _Price | None]] = {
            "aws:ec2/instance:Instance": lambda each, _: self._instance(each.inputs),
            "aws:autoscaling/group:Group": self._pool,
            "aws:ebs/volume:Volume": lambda each, _: self._volume(each.inputs),
            "aws:lb/loadBalancer:LoadBalancer": lambda each, _: self._balancer(each.inputs),
            "aws:ec2/natGateway:NatGateway": lambda each, _: hourly("NAT gateway", prices.nat_gateway_hour),
            "aws:ec2/eip:Eip": lambda each, _: hourly("public address", prices.public_address_hour),
            "aws:ec2/vpcEndpoint:VpcEndpoint": lambda each, _: self._endpoint(each.inputs),
            "aws:s3/bucket:Bucket": lambda each, _: _Price("bucket", table.bucket_gb * prices.s3_gb_month),
            "aws:kms/key:Key": lambda each, _: _Price("KMS key", prices.kms_key_month),
            "aws:secretsmanager/secret:Secret": lambda each, _: _Price("secret", prices.secret_month),
            "aws:route53/zone:Zone": lambda each, _: _Price("hosted zone", prices.hosted_zone_month),
        }

    def price(self, resource: Resource, others: Mapping[str, Resource]) -> _Price | None:
        """The resource's price a month; None if it costs nothing by itself."""
        if resource.type in _BILLED_BY_USE:
            raise _Unpriced(f"{resource.type.rsplit(':', 1)[-1]}, which is billed by what goes through it")
        found = self._by_type.get(resource.type)
        return found(resource, others) if found else None

    def _hourly(self, what: str, usd: float, count: int = 1) -> _Price:
        return _Price(what, usd * count * self._table.hours_per_month)

    def _instance(self, inputs: Mapping[str, Value]) -> _Price:
        kind = inputs.get("instanceType")
        if not isinstance(kind, str) or kind not in self._prices.instance_hour:
            raise _Unpriced(f"instance type {kind}")
        root = inputs.get("rootBlockDevice")
        disk = self._disk(root) if isinstance(root, Mapping) else 0.0
        return _Price(kind, self._hourly(kind, self._prices.instance_hour[kind]).usd + disk)

    def _pool(self, group: Resource, others: Mapping[str, Resource]) -> _Price:
        """The least number of machines as the launch template beside the group describes them."""
        templates = [
            each
            for each in others.values()
            if each.type == "aws:ec2/launchTemplate:LaunchTemplate" and each.parent == group.parent
        ]
        count = group.inputs.get("minSize")
        if len(templates) != 1 or not isinstance(count, int | float):
            raise _Unpriced(f"worker pool {group.urn.rsplit('::', 1)[-1]}, whose launch template is not to be found")
        machine = self._instance(templates[0].inputs)
        mappings = templates[0].inputs.get("blockDeviceMappings")
        devices = [each for each in mappings if isinstance(each, Mapping)] if isinstance(mappings, list) else []
        disk = sum(self._disk(each["ebs"]) for each in devices if isinstance(each.get("ebs"), Mapping))
        return _Price(f"{count:g} {machine.what}", count * (machine.usd + disk))

    def _volume(self, inputs: Mapping[str, Value]) -> _Price:
        size = inputs.get("size")
        return _Price(f"{size:g} GiB gp3" if isinstance(size, int | float) else "volume", self._disk(inputs))

    def _disk(self, inputs: Mapping[str, Value]) -> float:
        kind = inputs.get("type") or inputs.get("volumeType")
        size = inputs.get("size") or inputs.get("volumeSize")
        if kind != "gp3" or not isinstance(size, int | float):
            raise _Unpriced(f"volume of type {kind}")
        iops, rate = inputs.get("iops"), inputs.get("throughput")
        usd = size * self._prices.gp3_gb_month
        if isinstance(iops, int | float):
            usd += max(iops - _FREE_IOPS, 0) * self._prices.gp3_iops_month
        if isinstance(rate, int | float):
            usd += max(rate - _FREE_MIBPS, 0) * self._prices.gp3_mibps_month
        return usd

    def _balancer(self, inputs: Mapping[str, Value]) -> _Price:
        if inputs.get("loadBalancerType") != "network":
            raise _Unpriced("load balancer that is no network load balancer")
        return self._hourly("network load balancer", self._prices.network_load_balancer_hour)

    def _endpoint(self, inputs: Mapping[str, Value]) -> _Price | None:
        if inputs.get("vpcEndpointType") != "Interface":
            return None
        subnets = inputs.get("subnetIds")
        count = len(subnets) if isinstance(subnets, list) else 1
        return self._hourly(f"interface endpoint in {count} subnets", self._prices.interface_endpoint_hour, count)
