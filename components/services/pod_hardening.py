"""The security settings that every pod of ours has: Pod Security's `restricted` profile, and a read-only root."""

from __future__ import annotations

from typing import Final

from pulumi_kubernetes.core.v1 import (
    CapabilitiesArgs,
    PodSecurityContextArgs,
    SeccompProfileArgs,
    SecurityContextArgs,
    TopologySpreadConstraintArgs,
)
from pulumi_kubernetes.meta.v1 import LabelSelectorArgs

NON_ROOT_USER: Final = 65532
"""The user that our images run as."""


def pod_security() -> PodSecurityContextArgs:
    """Security context of a pod: non-root, the runtime's default seccomp profile."""
    return PodSecurityContextArgs(
        run_as_non_root=True,
        run_as_user=NON_ROOT_USER,
        run_as_group=NON_ROOT_USER,
        seccomp_profile=SeccompProfileArgs(type="RuntimeDefault"),
    )


def container_security() -> SecurityContextArgs:
    """Security context of a container: no capability, no escalation, read-only root."""
    return SecurityContextArgs(
        allow_privilege_escalation=False,
        read_only_root_filesystem=True,
        capabilities=CapabilitiesArgs(drop=["ALL"]),
    )


def one_a_node(labels: dict[str, str]) -> TopologySpreadConstraintArgs:
    """Each replica of a revision on a node of its own.

    Nodes that the pod may not use count for nothing, and replicas of another revision neither: otherwise a rolling
    change could not place its first new pod.
    """
    return TopologySpreadConstraintArgs(
        max_skew=1,
        topology_key="kubernetes.io/hostname",
        when_unsatisfiable="DoNotSchedule",
        node_taints_policy="Honor",
        match_label_keys=["pod-template-hash"],
        label_selector=LabelSelectorArgs(match_labels=labels),
    )
