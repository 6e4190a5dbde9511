"""Disks that machines are made with are encrypted, the root disk too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy.machines import LAUNCH_TEMPLATE, TYPES, unless_templated
from policy.provider_values import blocks, is_off
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known

_ROOT_DEVICES: Final = {"/dev/xvda", "/dev/sda1"}
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html: reserved for the root disk."""


def _is_plain(disk: Mapping[str, Any]) -> bool:
    # A disk from a snapshot is encrypted as the snapshot is, which only AWS knows.
    return is_off(disk.get("encrypted")) and disk.get("snapshotId") is None


def _disks(machine: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The disks that the machine is made with, and where it says so."""
    if machine.type != LAUNCH_TEMPLATE:
        root = machine.at("rootBlockDevice", default=unless_templated(machine, {}))
        yield from (("rootBlockDevice", disk) for disk in blocks(root))
        for disk in blocks(machine.at("ebsBlockDevices", default=())):
            yield f"ebsBlockDevices {disk.get('deviceName')}", disk
        return
    mappings = machine.at("blockDeviceMappings", default=())
    for mapping in blocks(mappings):
        for disk in blocks(mapping.get("ebs")):
            yield f"blockDeviceMappings {mapping.get('deviceName')}", disk
    if is_known(mappings) and all(map(is_known, mappings)):
        devices = [mapping.get("deviceName") for mapping in mappings]
        if all(map(is_known, devices)) and not _ROOT_DEVICES & set(devices):
            yield "blockDeviceMappings without the root disk", {}


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    for place, disk in _disks(machine):
        if _is_plain(disk):
            yield f"{place}: encrypted is not true. Set encrypted and kms_key_id for this disk."


RULE = ResourceRule(
    name="machine-disk-unencrypted",
    what="Every disk that a machine is made with is encrypted, the root disk too.",
    why="A machine keeps its keys and its pods' data on its root disk, which is otherwise as plain as the image was.",
    source="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    fix="Set encrypted and kms_key_id in root_block_device, or in block_device_mappings for the image's root device.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 2.2.1",
    types=TYPES,
    check=_check,
)
