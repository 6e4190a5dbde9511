"""What of a machine is kept back from pods, by its EC2 instance type."""

from __future__ import annotations

from dataclasses import dataclass

from hardway.config.instance_types import size_of


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a machine of some type has."""

    vcpus: int
    memory_gib: int

    @property
    def kube_reserved(self) -> dict[str, str]:
        """For kubelet and containerd: grows with the machine, because pods do."""
        return {
            "cpu": f"{100 + 10 * self.vcpus}m",
            "memory": f"{min(256 + 16 * self.memory_gib, 2048)}Mi",
            "ephemeral-storage": "500Mi",
            "pid": "1000",
        }

    def system_reserved(self, *, control_plane: bool) -> dict[str, str]:
        """For the system's units; on a control plane that includes etcd and the API server."""
        memory = 512 + 256 * min(self.memory_gib // 4, 16) if control_plane else 384
        return {
            "cpu": f"{250 * self.vcpus if control_plane else 100}m",
            "memory": f"{memory}Mi",
            "ephemeral-storage": "256Mi",
            "pid": "1000",
        }


def capacity_of(instance_type: str) -> Capacity:
    """What a machine of a type as `m7i.large` has; ValueError for a type that machines cannot have."""
    size = size_of(instance_type)
    return Capacity(vcpus=size.vcpus, memory_gib=size.memory_gib)
