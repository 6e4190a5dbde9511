"""Load balancers stand inside the network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity

TYPES: Final = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
)


def _check(balancer: Resource, settings: Settings) -> Iterator[str]:
    if is_off(balancer.at("internal", default=False)):
        yield "internal is not true: set internal=True. That is another load balancer, so point the name to it."


RULE = ResourceRule(
    name="load-balancer-public",
    what="Every load balancer is internal.",
    why="What stands behind it is made for peers that come through private networks; on the Internet it is scanned"
    " from the first minute.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html",
    fix="Set internal=True.",
    severity=Severity.HIGH,
    reference="story: typhoon and hetzner-k3s open 6443 to the world",
    types=TYPES,
    check=_check,
)
