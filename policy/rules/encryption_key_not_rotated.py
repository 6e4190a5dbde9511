"""KMS gives its keys new material every year."""

from __future__ import annotations

from collections.abc import Iterator

from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(key: Resource, settings: Settings) -> Iterator[str]:
    # Keys of other kinds cannot be rotated by KMS.
    spec = key.at("customerMasterKeySpec", default="SYMMETRIC_DEFAULT")
    usage = key.at("keyUsage", default="ENCRYPT_DECRYPT")
    if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        return
    if is_off(key.at("enableKeyRotation", default=False)):
        yield "enableKeyRotation is not true: set enable_key_rotation=True."
    days = key.at("rotationPeriodInDays", default=365)
    if is_known(days) and days > settings.longest_key_rotation_days:
        yield f"rotationPeriodInDays is {days}: at most {settings.longest_key_rotation_days} days are allowed."


RULE = ResourceRule(
    name="encryption-key-not-rotated",
    what="Every symmetric KMS key gets new material at least once a year.",
    why="What one key may ever have encrypted is what one leak of it opens; rotation is free and changes no ARN.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    fix="Set enable_key_rotation=True.",
    severity=Severity.MEDIUM,
    reference="CIS AWS 3.0.0: 3.6",
    settings=("longest_key_rotation_days",),
    types=("aws:kms/key:Key",),
    check=_check,
)
