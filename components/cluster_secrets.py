"""Cluster secrets: entries of the secret store that belong to no single machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pulumi

from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming


def cluster_secrets(
    *,
    naming: Naming,
    pools: Iterable[str],
    key_arn: pulumi.Input[str],
    break_glass: pulumi.Output[str],
    deletion_protection: bool,
) -> Mapping[str, pulumi.Output[str]]:
    """Make the sealed break-glass kubeconfig, which no machine's role may read, and an entry per pool for its
    join token, which control planes write. Returns the ARNs of the latter by pool."""

    def entry(path: str, description: str, role: str, value: pulumi.Output[str] | None) -> MachineSecret:
        return MachineSecret(
            path.replace("/", "-"),
            MachineSecretArgs(
                naming=naming,
                path=path,
                description=description,
                tag_role=role,
                key_arn=key_arn,
                value=value,
                deletion_protection=deletion_protection,
            ),
        )

    entry("break-glass", "Administration above RBAC, for hours", "break-glass", break_glass)
    return {
        pool: entry(f"join/{pool}", f"Token with which workers of {pool} join; rotated", "worker", None).arn
        for pool in pools
    }
