"""What a cluster holds can be had back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.rule import Finding, Resource, Settings, Severity, StackRule


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    configuration = settings.configuration
    if configuration.get("hardway:kind") == "environment" and not configuration.get("hardway:management"):
        yield Finding(
            message="nothing is backed up: hardway:management names no management stack. Say its name and its backup"
            " bucket, as stacks/Pulumi.sandbox.yaml does, and run ./hw up."
        )


RULE = StackRule(
    name="environment-without-backups",
    what="Every environment names a management stack, which keeps its backups.",
    why="Three disks are one mistake away from none: what was only in etcd is then gone, whatever git has.",
    source="https://etcd.io/docs/v3.6/op-guide/recovery/",
    fix="Say hardway:management with the name of a management stack and its backup bucket.",
    severity=Severity.HIGH,
    reference="story: a cluster upgraded in place without a backup (Reddit, 2023)",
    check=_check,
)
