"""How large an EC2 instance type is, and what of it is kept back from pods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Memory in GiB per vCPU, by the letter that an instance family begins with.
_GIB_PER_VCPU: Final[dict[str, int]] = {"c": 2, "m": 4, "r": 8, "i": 8}
_VCPUS: Final[dict[str, int]] = {"large": 2, "xlarge": 4}
# Burstable machines follow no such rule.
_BURSTABLE: Final[dict[str, tuple[int, int]]] = {
    "small": (2, 2),
    "medium": (2, 4),
    "large": (2, 8),
    "xlarge": (4, 16),
    "2xlarge": (8, 32),
}


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
    """The size of a type as `m7i.large`; an error for a family whose sizes are not known here."""
    family, _, size = instance_type.partition(".")
    if family.startswith("t") and size in _BURSTABLE:
        vcpus, memory_gib = _BURSTABLE[size]
        return Capacity(vcpus=vcpus, memory_gib=memory_gib)
    vcpus = _VCPUS.get(size, 0)
    multiple = size.removesuffix("xlarge")
    if size.endswith("xlarge") and multiple.isdigit():
        vcpus = 4 * int(multiple)
    if not vcpus or family[:1] not in _GIB_PER_VCPU:
        raise ValueError(f"{instance_type}: the size of this instance type is not known; add its family to {__name__}")
    return Capacity(vcpus=vcpus, memory_gib=vcpus * _GIB_PER_VCPU[family[0]])
