"""Load balancers cannot be deleted by hand."""

from __future__ import annotations

from collections.abc import Iterator

from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(balancer: Resource, settings: Settings) -> Iterator[str]:
    if is_off(balancer.at("enableDeletionProtection", default=False)):
        yield (
            "enableDeletionProtection is not true: set enable_deletion_protection=True, and"
            " hardway:deletion_protection to true."
        )


RULE = ResourceRule(
    name="load-balancer-unprotected",
    what="AWS refuses to delete load balancers until their protection is taken off.",
    why="Without its load balancer nobody reaches the API, and no kubelet reports until a new one has the addresses.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-load-balancer-attributes.html",
    fix="Set enable_deletion_protection=True.",
    severity=Severity.MEDIUM,
    reference="AWS Security Hub: ELB.6",
    types=("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"),
    check=_check,
)
