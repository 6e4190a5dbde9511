"""No policy undoes the denial of all traffic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.kubernetes_objects import TYPES, elements, object_of
from policy.label_selectors import selects_everything
from policy.rule import Resource, ResourceRule, Settings, Severity

_PEERS: Final = {"ingress": "from", "egress": "to"}


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, "networking.k8s.io", "NetworkPolicy")) is None:
        return
    if not selects_everything(found.at("spec", "podSelector")):
        return
    for direction, peers in _PEERS.items():
        if any(_is_open(rule, peers) for rule in elements(found.at("spec", direction))):
            yield f"spec.{direction} allows everything to every pod. Name the peers or the ports, or select some pods."


def _is_open(rule: Any, peers: str) -> bool:
    return isinstance(rule, Mapping) and not rule.get(peers) and not rule.get("ports")


RULE = ResourceRule(
    name="network-policy-allows-everything",
    what="No NetworkPolicy allows all traffic of all pods of a namespace.",
    why="Policies add up: one that allows everything leaves nothing of the one that denies by default.",
    source="https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic",
    fix="Select the pods that need it, and name the peers and ports they need.",
    severity=Severity.MEDIUM,
    reference="CIS 5.3.2",
    types=TYPES,
    check=_check,
)
