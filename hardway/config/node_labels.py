"""Which labels a node may give itself: kubelet refuses to start with any other in Kubernetes' own namespaces."""

from __future__ import annotations

import re
from typing import Final

# https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/ (--node-labels)
_OWN_NAMESPACES: Final = ("kubernetes.io", "k8s.io")
_ALLOWED_NAMESPACES: Final = ("kubelet.kubernetes.io", "node.kubernetes.io")
_ALLOWED: Final = frozenset(
    {
        "beta.kubernetes.io/arch",
        "beta.kubernetes.io/instance-type",
        "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone",
        "kubernetes.io/arch",
        "kubernetes.io/hostname",
        "kubernetes.io/os",
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    }
)
_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
_NAMESPACE: Final = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def label_fault(key: str, value: str) -> str | None:
    """Why a node cannot have this label from its start; None if it can."""
    namespace, slash, name = key.rpartition("/")
    if not _NAME.fullmatch(name) or (slash and not _NAMESPACE.fullmatch(namespace)):
        return f"{key!r} is not the key of a label, as example.com/purpose"
    if value and not _NAME.fullmatch(value):
        return f"{value!r} is not the value of a label: up to 63 letters, digits, dots, dashes and underscores"
    if _within(namespace, _OWN_NAMESPACES) and not _within(namespace, _ALLOWED_NAMESPACES) and key not in _ALLOWED:
        return "kubelet may not set labels in kubernetes.io and k8s.io, but for node.kubernetes.io; use another domain"
    return None


def _within(namespace: str, domains: tuple[str, ...]) -> bool:
    return any(namespace == domain or namespace.endswith(f".{domain}") for domain in domains)
