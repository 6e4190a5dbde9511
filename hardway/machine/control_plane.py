"""Everything that one control plane machine boots with."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.config.machines import CONTROL_PLANE_MAX_PODS, Taint
from hardway.machine.apiserver import apiserver_values
from hardway.machine.backup import backup_files, backup_units
from hardway.machine.etcd import etcd_values
from hardway.machine.file import File
from hardway.machine.kubeconfig import LOCAL_API, render_kubeconfig
from hardway.machine.node import NodeSettings, render_node
from hardway.machine.private_files import with_private_modes
from hardway.machine.template import as_file, render_tree
from hardway.pki_plan import control_plane_leaves

UNITS: Final[dict[str, tuple[str, ...]]] = {
    "etcd": ("etcd.service", "etcd-promote.service", "cluster-formed.service"),
    "apiserver": (
        "kube-apiserver.service",
        "cluster-bootstrap.service",
        "csr-approver.service",
        "join-token.timer",
        "worker-lifecycle.service",
    ),
    "control": ("kube-controller-manager.service", "kube-scheduler.service"),
}
"""Units by the group of artifacts after which they start. They order themselves among each other."""

CONTROL_PLANE_TAINT: Final = Taint(key="node-role.kubernetes.io/control-plane", effect="NoSchedule")
_AGENT: Final = Path(__file__).parent / "agent"


def render_control_plane(environment: Environment, member: str, lock: ArtifactLock) -> dict[str, File]:
    """Every file in the bundle of the control plane called `member`, by its path on the machine."""
    common = render_node(environment, _node_settings(environment, member), lock)
    values = {
        "environment": environment,
        "agent": _agent_settings(environment, member),
        **etcd_values(environment, member),
        **apiserver_values(environment),
    }
    own = {
        **render_tree("control-plane", values),
        **render_tree("etcd", {}),
        **backup_files(environment),
        **_kubeconfigs(),
        **_agent_programs(),
    }
    twice = common.keys() & own.keys()
    assert not twice, f"rendered twice: {sorted(twice)}"
    return with_private_modes({**common, **own})


def _node_settings(environment: Environment, member: str) -> NodeSettings:
    return NodeSettings(
        role="control-plane",
        name=member,
        secret=f"hardway/{environment.name}/control-plane/{member}",
        instance_type=environment.control_plane.instance_type,
        root_volume_gib=environment.control_plane.root_volume_gib,
        max_pods=CONTROL_PLANE_MAX_PODS,
        labels={},
        taints=(CONTROL_PLANE_TAINT,),
        sysctls={},
        api_server=LOCAL_API,
        units={**UNITS, **backup_units(environment)},
        leaves=control_plane_leaves(environment, member),
    )


def _agent_settings(environment: Environment, member: str) -> dict[str, object]:
    members = environment.control_plane.members
    return {
        "environment": environment.name,
        "member": member,
        "control_planes": {name: str(member.address) for name, member in members.items()},
    }


def _kubeconfigs() -> dict[str, File]:
    return {
        f"/etc/kubernetes/{service}.kubeconfig": File(
            render_kubeconfig(
                server=LOCAL_API,
                certificate_authority=f"/run/credentials/{service}.service/kubernetes-ca.crt",
                client_certificate=f"/run/credentials/{service}.service/{service}.crt",
                client_key=f"/run/credentials/{service}.service/{service}.key",
                user=f"system:{service}",
            )
        )
        for service in ("kube-controller-manager", "kube-scheduler")
    }


def _agent_programs() -> dict[str, File]:
    return {f"/usr/lib/hardway/agent/{path.name}": as_file(path.read_text()) for path in sorted(_AGENT.glob("*.py"))}
