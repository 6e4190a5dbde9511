"""What of a machine is kept back from pods, by its EC2 instance type."""

from __future__ import annotations

from dataclasses import dataclass

from hardway.config.instance_types import size_of


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """What a machine of some type has."""

    vcpus: int
    memory_gib: int
    root_volume_gib: int

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

    @property
    def eviction_hard(self) -> dict[str, str]:
        """At what rest kubelet ends pods to save the machine.

        Shares as in kubelet's defaults (100 MiB of a small machine, a tenth of the disk), but a tenth of a large disk
        is much room to leave empty, and 100 MiB of a large machine are gone before kubelet has looked again.
        """
        disk = f"{min(self.root_volume_gib * 1024 // 10, 20 * 1024)}Mi"
        return {
            "memory.available": f"{min(max(100, 16 * self.memory_gib), 1024)}Mi",
            "nodefs.available": disk,
            "nodefs.inodesFree": "5%",
            "imagefs.available": disk,
            "imagefs.inodesFree": "5%",
            "pid.available": "10%",
        }


def capacity_of(instance_type: str, root_volume_gib: int) -> Capacity:
    """What a machine of a type as `m7i.large` has; ValueError for a type that machines cannot have."""
    size = size_of(instance_type)
    return Capacity(vcpus=size.vcpus, memory_gib=size.memory_gib, root_volume_gib=root_volume_gib)
