"""Disks of machines that are as plain as the image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policy.resource import UNKNOWN, Resource
from policy.rules.machine_disk_unencrypted import RULE
from tests.policy.declared import but, lacking
from tests.policy.machines import MACHINES, instance, template
from tests.policy.resources import messages

MAPPING = ("blockDeviceMappings", 0)
DATA = {"deviceName": "/dev/sdg", "ebs": {"encrypted": "true"}}


@pytest.mark.parametrize("machine", MACHINES)
def test_our_machines_are_no_finding(machine: Callable[[], Resource]) -> None:
    assert messages(RULE, machine()) == []


def test_a_plain_root_disk_of_an_instance_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(instance(), ("rootBlockDevice", "encrypted"), False))
    assert found.startswith("rootBlockDevice: encrypted is not true.")
    assert messages(RULE, lacking(instance(), "rootBlockDevice", "encrypted")) == [found]
    assert messages(RULE, lacking(instance(), "rootBlockDevice")) == [found]


def test_a_plain_root_disk_of_a_template_is_found_said_or_not() -> None:
    (found,) = messages(RULE, but(template(), (*MAPPING, "ebs", "encrypted"), "false"))
    assert "blockDeviceMappings /dev/xvda: encrypted is not true" in found
    assert messages(RULE, lacking(template(), *MAPPING, "ebs", "encrypted")) == [found]


@pytest.mark.parametrize("mappings", [[], [DATA], None])
def test_a_template_that_leaves_the_root_disk_to_the_image_is_found(mappings: Any) -> None:
    (found,) = messages(RULE, but(template(), MAPPING[:1], mappings))
    assert "without the root disk" in found
    assert len(messages(RULE, lacking(template(), MAPPING[0]))) == 1


@pytest.mark.parametrize(
    ("disk", "found"),
    [
        ({"deviceName": "/dev/sdg"}, 1),
        ({"deviceName": "/dev/sdg", "encrypted": True}, 0),
        ({"deviceName": "/dev/sdg", "snapshotId": "snap-1"}, 0),
        (UNKNOWN, 0),
    ],
)
def test_other_disks_of_an_instance_are_judged_alike(disk: Any, found: int) -> None:
    assert len(messages(RULE, but(instance(), ("ebsBlockDevices",), [disk]))) == found


@pytest.mark.parametrize(
    "change",
    [
        lambda: but(instance(), ("rootBlockDevice",), UNKNOWN),
        lambda: but(instance(), ("rootBlockDevice", "encrypted"), UNKNOWN),
        lambda: but(template(), MAPPING[:1], UNKNOWN),
        lambda: but(template(), MAPPING, UNKNOWN),
        lambda: but(template(), (*MAPPING, "ebs"), UNKNOWN),
        lambda: but(template(), (*MAPPING, "deviceName"), UNKNOWN),
    ],
)
def test_what_is_unknown_is_no_finding(change: Callable[[], Resource]) -> None:
    assert messages(RULE, change()) == []


def test_an_instance_from_a_template_may_leave_its_disk_to_it() -> None:
    assert messages(RULE, but(lacking(instance(), "rootBlockDevice"), ("launchTemplate",), {"id": "lt-1"})) == []
