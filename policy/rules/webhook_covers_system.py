"""No webhook stands between the cluster and its own repair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.kubernetes_objects import TYPES, elements, entries
from policy.label_selectors import matches
from policy.rule import Resource, ResourceRule, Settings, Severity
from policy.webhooks import webhooks_of

_NAME: Final = "kubernetes.io/metadata.name"
_SYSTEM: Final = "kube-system"
_LEASES: Final = "kube-node-lease"


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for name, webhook, is_patch in webhooks_of(resource):
        selector = webhook.get("namespaceSelector")
        if selector is None and is_patch:
            continue
        # None is {} here: https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/
        guarded = [_SYSTEM, *([_LEASES] if _sees_leases(webhook) else [])]
        covered = [one for one in guarded if matches({} if selector is None else selector, {_NAME: one}, unknown=False)]
        if covered:
            yield (
                f"{name} is asked about {' and '.join(covered)}. Add to its namespaceSelector.matchExpressions:"
                f" {{key: {_NAME}, operator: NotIn, values: [{', '.join(guarded)}]}}."
            )


def _sees_leases(webhook: Mapping[str, Any]) -> bool:
    """Whether its rules cover the leases by which nodes say that they live."""
    return any(
        {"*", "coordination.k8s.io"} & set(map(str, elements(rule.get("apiGroups"))))
        and {"*", "*/*", "leases"} & set(map(str, elements(rule.get("resources"))))
        for rule in entries(webhook.get("rules"))
    )


RULE = ResourceRule(
    name="webhook-covers-system",
    what="No webhook is asked about kube-system, nor about the leases of nodes.",
    why="When the webhook is down, the pods that would bring it back need its consent, and kubelets need it to renew"
    " their leases: the cluster cannot repair itself.",
    source="https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/#webhook-limit-scope",
    fix="Exclude kube-system, and kube-node-lease where the webhook sees leases, by the namespaceSelector.",
    severity=Severity.HIGH,
    reference="story: Jetstack's webhook and the endless re-creation of nodes",
    types=TYPES,
    check=_check,
)
