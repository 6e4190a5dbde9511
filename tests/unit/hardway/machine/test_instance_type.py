from __future__ import annotations

import pytest

from hardway.machine.instance_type import capacity_of


@pytest.mark.parametrize(
    ("instance_type", "vcpus", "memory_gib"),
    [
        ("t3.medium", 2, 4),
        ("t3a.2xlarge", 8, 32),
        ("m7i.large", 2, 8),
        ("c7i-flex.xlarge", 4, 8),
        ("r6i.4xlarge", 16, 128),
        ("i4i.2xlarge", 8, 64),
    ],
)
def test_sizes(instance_type: str, vcpus: int, memory_gib: int) -> None:
    capacity = capacity_of(instance_type, 50)
    assert (capacity.vcpus, capacity.memory_gib) == (vcpus, memory_gib)


@pytest.mark.parametrize(
    "instance_type", ["p5.48xlarge", "m7i.metal", "t3.huge", "large", "inf1.xlarge", "trn1.2xlarge"]
)
def test_an_unknown_type_is_refused_with_the_fix(instance_type: str) -> None:
    with pytest.raises(ValueError, match=f"the size of {instance_type} is not known; add its family"):
        capacity_of(instance_type, 50)


@pytest.mark.parametrize("instance_type", ["m7g.large", "t4g.small", "c6gn.xlarge", "i4g.large", "a1.large"])
def test_an_arm_type_is_refused(instance_type: str) -> None:
    with pytest.raises(ValueError, match=f"{instance_type} is an arm64 machine"):
        capacity_of(instance_type, 50)


def test_a_control_plane_keeps_more_for_the_system() -> None:
    capacity = capacity_of("m7i.large", 50)
    assert capacity.kube_reserved["memory"] == "384Mi"
    assert capacity.system_reserved(control_plane=True)["memory"] == "1024Mi"
    assert capacity.system_reserved(control_plane=False)["memory"] == "384Mi"


def test_reservations_are_bounded_on_large_machines() -> None:
    assert capacity_of("r6i.16xlarge", 50).kube_reserved["memory"] == "2048Mi"


@pytest.mark.parametrize(
    ("instance_type", "root_volume_gib", "memory", "disk"),
    [
        ("t3.small", 10, "100Mi", "1024Mi"),
        ("m7i.2xlarge", 100, "512Mi", "10240Mi"),
        ("r6i.16xlarge", 1000, "1024Mi", "20480Mi"),
    ],
)
def test_pods_are_evicted_by_the_size_of_the_machine(
    instance_type: str, root_volume_gib: int, memory: str, disk: str
) -> None:
    thresholds = capacity_of(instance_type, root_volume_gib).eviction_hard
    assert thresholds["memory.available"] == memory
    assert thresholds["nodefs.available"] == thresholds["imagefs.available"] == disk
