"""In each namespace, traffic is refused unless a policy allows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from policy.kubernetes_objects import KubernetesObject, elements
from policy.label_selectors import selects_everything
from policy.namespaces import inside, own_namespaces
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_wholly_known

_DIRECTIONS: Final = ("Ingress", "Egress")


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for namespace in own_namespaces(resources, settings):
        policies = inside(namespace, resources, "networking.k8s.io", "NetworkPolicy")
        if not all(is_wholly_known(policy.at("spec")) for policy in policies):
            continue
        denied = {direction for policy in policies for direction in _denies(policy)}
        if missing := [direction for direction in _DIRECTIONS if direction not in denied]:
            yield Finding(
                message=f"{namespace} has no NetworkPolicy that denies all {' and '.join(missing)}. Make one with"
                " podSelector: {}, policyTypes: [Ingress, Egress] and no rules.",
                urn=namespace.urn,
            )


def _denies(policy: KubernetesObject) -> Iterator[str]:
    """The directions in which it selects every pod and allows nothing."""
    if not selects_everything(policy.at("spec", "podSelector")):
        return
    rules = {"Ingress": policy.at("spec", "ingress"), "Egress": policy.at("spec", "egress")}
    # Egress is a default, too, but only where rules allow some of it:
    # https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec
    types = elements(policy.at("spec", "policyTypes")) or ["Ingress"]
    yield from (direction for direction in _DIRECTIONS if direction in types and not rules[direction])


RULE = StackRule(
    name="namespace-without-default-deny",
    what="Every namespace that a stack makes has a NetworkPolicy that denies all traffic of all pods.",
    why="Otherwise each pod reaches each other one, the cloud's metadata and the Internet. Flannel enforces no"
    " NetworkPolicy: the object must be right all the same, because it holds from the moment that an overlay which does"
    " is chosen, and an omission would only be noticed then.",
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic",
    fix="Make the namespace with components/services/guarded_namespace.py, and allow what each app needs by name.",
    severity=Severity.MEDIUM,
    reference="CIS 5.3.2",
    settings=("system_namespaces",),
    check=_check,
)
