"""KMS keys are protected from deletion."""

from __future__ import annotations

from collections.abc import Iterator

from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(key: Resource, settings: Settings) -> Iterator[str]:
    if not key.protect:
        yield "The key is not protected: pass protect=True, and set hardway:deletion_protection to true."


RULE = ResourceRule(
    name="encryption-key-unprotected",
    what="Pulumi refuses to delete KMS keys until somebody releases them.",
    why="What a deleted key encrypted cannot be read by anybody again: volumes, backups and secrets alike.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    fix="Pass ResourceOptions(protect=True) to the key.",
    severity=Severity.CRITICAL,
    reference="story: Spotify deleted production clusters twice, from the wrong window",
    types=("aws:kms/key:Key",),
    check=_check,
)
