"""The API's targets are the addresses that control planes keep."""

from __future__ import annotations

from collections.abc import Iterator

from policy.api_load_balancer import TARGET_GROUP, serves_api
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(group: Resource, settings: Settings) -> Iterator[str]:
    kind = group.at("targetType", default="instance")
    if serves_api(group) and is_known(kind) and kind != "ip":
        yield f"targetType is {kind}: set target_type to ip. That is another target group, so register its targets."


RULE = ResourceRule(
    name="api-targets-not-addresses",
    what="The load balancer of the API has addresses as targets.",
    why="An instance leaves the target group when it is replaced, and a control plane that calls the API's name and is"
    " sent to itself gets no answer; the planned address stays, and answers itself.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html",
    fix='Set target_type="ip", and attach the planned addresses.',
    severity=Severity.HIGH,
    reference="AWS: connections time out for requests from a target to its load balancer",
    types=(TARGET_GROUP,),
    check=_check,
)
