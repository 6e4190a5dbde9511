"""The EC2 instance types that machines can have, and how large each is."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

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
# Kind, generation, and what is special: m, 7 and i of m7i.
_FAMILY: Final = re.compile(r"(?P<kind>[a-z]+)\d+(?P<special>[a-z-]*)")


class Size(NamedTuple):
    """Virtual processors and memory of a type."""

    vcpus: int
    memory_gib: int


def size_of(instance_type: str) -> Size:
    """The size of a type as `m7i.large`; ValueError for one that machines cannot have."""
    family, _, size = instance_type.partition(".")
    parts = _FAMILY.fullmatch(family)
    if parts is not None:
        # A g behind the generation is Graviton: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
        if parts["kind"] == "a" or "g" in parts["special"].partition("-")[0]:
            raise ValueError(f"{instance_type} is an arm64 machine; all artifacts are for amd64, as m7i or t3")
        if parts["kind"] == "t" and size in _BURSTABLE:
            return Size(*_BURSTABLE[size])
        if parts["kind"] in _GIB_PER_VCPU and (vcpus := _vcpus(size)):
            return Size(vcpus, vcpus * _GIB_PER_VCPU[parts["kind"]])
    raise ValueError(f"the size of {instance_type} is not known; add its family to {__name__}")


def _vcpus(size: str) -> int:
    multiple = size.removesuffix("xlarge")
    if size.endswith("xlarge") and multiple.isdigit():
        return 4 * int(multiple)
    return _VCPUS.get(size, 0)
