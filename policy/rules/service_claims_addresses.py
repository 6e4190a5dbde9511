"""Services claim no address that may be somebody else's."""

from __future__ import annotations

from collections.abc import Iterator

from policy.kubernetes_objects import CORE, TYPES, elements, object_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, CORE, "Service")) is None:
        return
    claimed = [address for address in elements(found.at("spec", "externalIPs")) if is_known(address)]
    if claimed:
        yield f"spec.externalIPs claims {', '.join(map(str, claimed))}. Remove it and use a route of the gateway."


RULE = ResourceRule(
    name="service-claims-addresses",
    what="No Service has externalIPs.",
    why="Every node then sends traffic for those addresses, whoever owns them, to the Service's pods.",
    source="https://github.com/kubernetes/kubernetes/issues/97076",
    fix="Remove externalIPs; to be reached from outside, use a route of the gateway.",
    severity=Severity.HIGH,
    reference="CVE-2020-8554",
    types=TYPES,
    check=_check,
)
