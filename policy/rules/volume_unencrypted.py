"""Volumes that outlive machines are encrypted."""

from __future__ import annotations

from collections.abc import Iterator

from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(volume: Resource, settings: Settings) -> Iterator[str]:
    if is_off(volume.at("encrypted", default=False)):
        yield "encrypted is not true: set encrypted=True and kms_key_id. That is another volume: move its data first."


RULE = ResourceRule(
    name="volume-unencrypted",
    what="Every EBS volume is encrypted.",
    why="Whoever gets a snapshot of the volume, or the disk that AWS retires, reads every Secret of the cluster.",
    source="https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
    fix="Set encrypted=True and kms_key_id on the volume.",
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 2.2.1",
    types=("aws:ebs/volume:Volume",),
    check=_check,
)
