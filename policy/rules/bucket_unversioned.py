"""An object that is overwritten or deleted can be had back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policy.buckets import finding, without
from policy.provider_values import blocks, is_on
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _versions(resource: Resource) -> bool:
    said = resource.at("versioningConfiguration", default=resource.at("versioning", default=()))
    if not is_known(said):
        return True
    states = [block.get("status", block.get("enabled")) for block in blocks(said)]
    return any(not is_known(state) or state == "Enabled" or is_on(state) for state in states)


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for bucket in without(resources, "BucketVersioning", _versions):
        yield finding(bucket, "no BucketVersioning of it has the status Enabled: add one.")


RULE = StackRule(
    name="bucket-unversioned",
    what="Every bucket keeps old versions of its objects.",
    why="A bundle, a backup or the cluster's marker that is overwritten by mistake is gone otherwise.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    fix='Add a BucketVersioning with versioning_configuration={"status": "Enabled"}.',
    severity=Severity.MEDIUM,
    reference="AWS Security Hub: S3.14",
    check=_check,
)
