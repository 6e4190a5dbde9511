"""Each namespace says which pods it lets in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policy.kubernetes_objects import CORE, TYPES, object_of
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known

_LABEL: Final = "pod-security.kubernetes.io/enforce"
_LEVELS: Final = ("privileged", "baseline", "restricted")


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if (found := object_of(resource, CORE, "Namespace")) is None:
        return
    level = found.at("metadata", "labels", _LABEL)
    if not is_known(level) or level in settings.pod_security_levels:
        return
    # A system namespace may be as open as it says, but it has to say so.
    if level in _LEVELS and (not is_known(found.name) or found.name in settings.system_namespaces):
        return
    said = f"enforces {level}" if level else "enforces no level of Pod Security"
    wanted = " or ".join(settings.pod_security_levels)
    yield f"namespace {found.name if is_known(found.name) else resource.name} {said}. Label it {_LABEL}: {wanted}."


RULE = ResourceRule(
    name="namespace-without-pod-security",
    what="Every namespace enforces the restricted level of Pod Security; the platform's own name their level.",
    why="What these rules refuse comes in by kubectl or by an operator unless the API server refuses it, too; without"
    " the label only the cluster's baseline holds.",
    source="https://kubernetes.io/docs/concepts/security/pod-security-admission/#pod-security-admission-labels-for-namespaces",
    fix="Make the namespace with components/services/guarded_namespace.py, or add the label.",
    severity=Severity.HIGH,
    reference="CIS 5.2.1",
    settings=("pod_security_levels", "system_namespaces"),
    types=TYPES,
    check=_check,
)
