"""Reads moto's state into a View. Apart from it, so that who only follows or sweeps does not wait for moto's import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends
from moto.route53.models import route53_backends

from sandbox.moto_app import ACCOUNT
from sandbox.view import Balancer, Endpoint, Interface, Record, Rule, Subnet, TargetGroup, View


def read_view(region: str) -> View:
    """Read everything that networking follows; the API's lock must be held."""
    ec2, elb = ec2_backends[ACCOUNT][region], elbv2_backends[ACCOUNT][region]
    vpcs = {vpc.id: vpc.cidr_block for vpc in ec2.vpcs.values() if not vpc.is_default}
    subnets = {
        subnet.id: _subnet(ec2, subnet) for zone in ec2.subnets.values() for subnet in zone.values()
        if subnet.vpc_id in vpcs
    }  # fmt: skip
    balancers = [balancer for balancer in elb.load_balancers.values() if balancer.vpc_id in vpcs]
    hosted = [zone for zone in route53_backends[ACCOUNT]["aws"].zones.values() if zone.private_zone]
    return View(
        vpcs=vpcs,
        subnets=subnets,
        interfaces=(*_enis(ec2, vpcs), *_balancer_interfaces(balancers)),
        rules={
            group.id: tuple(_rules(group))
            for vpc in vpcs
            for group in ec2.groups.get(vpc, {}).values()
        },
        endpoints=tuple(_endpoints(ec2, vpcs)),
        balancers=tuple(_balancer(balancer) for balancer in balancers),
        target_groups={group.arn: _target_group(group) for group in elb.target_groups.values()},
        records=tuple(_record(zone, rrset) for zone in hosted for rrset in zone.rrsets),
        zones=tuple((zone.name.rstrip(".").lower(), _zone_vpcs(zone)) for zone in hosted),
    )  # fmt: skip


def _subnet(ec2: Any, subnet: Any) -> Subnet:
    tables = [table for table in ec2.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if subnet.id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    table = (own or main)[0]
    gateways = (endpoint for endpoint in ec2.vpc_end_points.values() if table.id in (endpoint.route_table_ids or []))
    return Subnet(
        id=subnet.id,
        vpc=subnet.vpc_id,
        cidr=subnet.cidr_block,
        zone=subnet.availability_zone,
        s3_gateway=any(gateway.service_name.endswith(".s3") for gateway in gateways),
        nat=any(route.nat_gateway for route in table.routes),
    )


def _enis(ec2: Any, vpcs: dict[str, str]) -> Iterator[Interface]:
    for eni in ec2.enis.values():
        if eni.vpc_id in vpcs:
            yield Interface(
                address=eni.private_ip_address,
                vpc=eni.vpc_id,
                subnet=eni.subnet.id,
                groups=tuple(sorted(group.id for group in eni.group_set)),
                kind="endpoint" if eni.interface_type == "vpc_endpoint" else "instance",
                instance=eni.instance.id if eni.instance else "",
            )


def _balancer_interfaces(balancers: list[Any]) -> Iterator[Interface]:
    for balancer in balancers:
        for subnet, address in balancer.addresses.items():
            groups = tuple(sorted(balancer.security_groups or []))
            yield Interface(address, balancer.vpc_id, subnet, groups, "balancer")


def _rules(group: Any) -> Iterator[Rule]:
    for rule in (*group.ingress_rules, *group.egress_rules):
        egress = any(rule is other for other in group.egress_rules)
        peers: list[tuple[Literal["group", "cidr", "prefix"], str | None]] = [
            ("cidr", rule.ip_range.get("CidrIp")),
            ("group", rule.source_group.get("GroupId")),
            ("prefix", rule.prefix_list_id),
        ]
        for kind, peer in peers:
            if peer:
                yield Rule(egress, rule.ip_protocol, rule.from_port, rule.to_port, kind, peer)


def _endpoints(ec2: Any, vpcs: dict[str, str]) -> Iterator[Endpoint]:
    for endpoint in ec2.vpc_end_points.values():
        if endpoint.vpc_id in vpcs and (endpoint.vpc_endpoint_type or "").lower() == "interface":
            interfaces = [ec2.enis[identifier] for identifier in endpoint.network_interface_ids]
            addresses = {interface.subnet.id: interface.private_ip_address for interface in interfaces}
            yield Endpoint(endpoint.service_name.split(".", 3)[3], endpoint.vpc_id, addresses)


def _balancer(balancer: Any) -> Balancer:
    listeners = []
    for listener in balancer.listeners.values():
        for action in listener.default_actions:
            arn = action.data.get("TargetGroupArn") or next(
                (group["TargetGroupArn"] for group in action.data.get("ForwardConfig", {}).get("TargetGroups", [])), ""
            )
            if arn:
                listeners.append((int(listener.port), arn))
    addresses = tuple(balancer.addresses.values())
    return Balancer(balancer.arn, balancer.dns_name.lower(), balancer.vpc_id, addresses, tuple(listeners))


def _target_group(group: Any) -> TargetGroup:
    port = group.health_check_port
    return TargetGroup(
        arn=group.arn,
        targets=tuple((target["Id"], int(target["Port"])) for target in group.targets.values()),
        check_protocol=group.health_check_protocol or "TCP",
        check_path=group.health_check_path or "/",
        check_port=int(port) if port and port != "traffic-port" else None,
        interval=int(group.health_check_interval_seconds),
        timeout=int(group.health_check_timeout_seconds),
        healthy=int(group.healthy_threshold_count),
        unhealthy=int(group.unhealthy_threshold_count),
    )


def _zone_vpcs(zone: Any) -> frozenset[str]:
    return frozenset(vpc["vpc_id"] for vpc in zone.vpcs)


def _record(zone: Any, rrset: Any) -> Record:
    alias = (rrset.alias_target or {}).get("DNSName", "")
    name = rrset.name.rstrip(".").lower()
    values = (record["Value"] if isinstance(record, dict) else record for record in rrset.records or ())
    return Record(name, rrset.type, tuple(values), alias.rstrip(".").lower(), _zone_vpcs(zone))
