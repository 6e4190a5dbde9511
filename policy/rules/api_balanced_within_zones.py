"""One healthy API server is enough for clients in every zone."""

from __future__ import annotations

from collections.abc import Iterator

from policy.api_load_balancer import BALANCER, serves_api
from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(balancer: Resource, settings: Settings) -> Iterator[str]:
    if serves_api(balancer) and is_off(balancer.at("enableCrossZoneLoadBalancing", default=False)):
        yield "enableCrossZoneLoadBalancing is not true: set enable_cross_zone_load_balancing=True."


RULE = ResourceRule(
    name="api-balanced-within-zones",
    what="The load balancer of the API sends requests to control planes in every zone.",
    why="Otherwise each of its addresses serves the control plane of one zone only: while that one is replaced, a third"
    " of all new connections finds nobody.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html",
    fix="Set enable_cross_zone_load_balancing=True.",
    severity=Severity.MEDIUM,
    reference="AWS Security Hub: ELB.9, for classic load balancers",
    types=(BALANCER,),
    check=_check,
)
