"""What a worker of one pool boots."""

from __future__ import annotations

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.file import File
from hardway.machine.node import NodeSettings, render_node
from hardway.machine.private_files import with_private_modes
from hardway.machine.template import render_tree
from hardway.pki_plan import pool_leaves


def render_worker(environment: Environment, pool: str, lock: ArtifactLock) -> dict[str, File]:
    """Every file of the bundle that all workers of `pool` share."""
    settings = environment.pools[pool]
    node = render_node(
        environment,
        NodeSettings(
            role="worker",
            name=pool,
            secret=f"hardway/{environment.name}/pool/{pool}",
            api_server=environment.api_url,
            instance_type=settings.instance_type,
            root_volume_gib=settings.root_volume_gib,
            max_pods=settings.max_pods,
            labels=settings.labels,
            taints=tuple(settings.taints),
            sysctls=settings.sysctls,
            leaves=pool_leaves(environment, pool),
        ),
        lock,
    )
    own = render_tree(
        "worker",
        {"join_secret": f"hardway/{environment.name}/join/{pool}", "api_server": environment.api_url},
    )
    return with_private_modes({**node, **own})
