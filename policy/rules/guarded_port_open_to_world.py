"""The ports of the platform are for known networks only."""

from __future__ import annotations

from collections.abc import Iterator

from policy.address_ranges import INGRESS_TYPES, open_ingress
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    for ingress in open_ingress(resource):
        reached = [str(port) for port in settings.guarded_ports if ingress.reaches(port.first, port.last)]
        if reached:
            yield (
                f"It lets in {ingress}, so anybody reaches {', '.join(reached)}: name the network or the security"
                " group that needs it."
            )


RULE = ResourceRule(
    name="guarded-port-open-to-world",
    what="No security group lets anybody from anywhere reach SSH, etcd, the API, kubelets or NodePorts.",
    why="etcd and kubelets give the whole cluster to whoever is let in, and a fresh hole in the API server is tried on"
    " every open one within hours.",
    source="https://kubernetes.io/docs/reference/networking/ports-and-protocols/",
    fix="Refer to a security group, or to the network of a peer, and not to 0.0.0.0/0 or ::/0.",
    severity=Severity.CRITICAL,
    reference="CIS AWS 3.0.0: 5.2, 5.3; story: typhoon and hetzner-k3s open 6443 to the world",
    settings=("guarded_ports",),
    types=INGRESS_TYPES,
    check=_check,
)
