"""A control plane can reach the API by its name, whichever target it is sent to."""

from __future__ import annotations

from collections.abc import Iterator

from policy.api_load_balancer import TARGET_GROUP, serves_api
from policy.provider_values import is_on
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(group: Resource, settings: Settings) -> Iterator[str]:
    # AWS's default: on for instances, off for addresses behind TCP.
    preserved = group.at("preserveClientIp", default=group.at("targetType", default="instance") == "instance")
    if serves_api(group) and is_on(preserved):
        yield 'preserveClientIp is on: set preserve_client_ip to "false".'


RULE = ResourceRule(
    name="api-client-address-preserved",
    what="API servers see the load balancer's address and not the client's.",
    why="A control plane that is sent to itself would get a packet from its own address, drop it, and hang: one call in"
    " three of every kubelet and controller on a control plane.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-troubleshooting.html",
    fix='Set preserve_client_ip="false".',
    severity=Severity.HIGH,
    reference="AWS: connections time out for requests from a target to its load balancer",
    types=(TARGET_GROUP,),
    check=_check,
)
