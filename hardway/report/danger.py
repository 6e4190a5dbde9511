"""How dangerous a change is: what holds data or identity comes first in reports, and is what gates ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hardway.report.model import Operation, ResourceChange
from hardway.report.values import Value

_LOSING: Final = frozenset({Operation.DELETE, Operation.REPLACE, Operation.FORGET})


def _role(wanted: str) -> Callable[[Mapping[str, Value]], bool]:
    def has_role(inputs: Mapping[str, Value]) -> bool:
        tags = inputs.get("tags")
        return isinstance(tags, Mapping) and tags.get("hardway:role") == wanted

    return has_role


def _is_ca(inputs: Mapping[str, Value]) -> bool:
    return inputs.get("isCaCertificate") is True


def _any(inputs: Mapping[str, Value]) -> bool:
    return True


KINDS: Final[tuple[tuple[str, str, Callable[[Mapping[str, Value]], bool]], ...]] = (
    ("aws:ebs/volume:Volume", "data volume", _any),
    ("tls:index/selfSignedCert:SelfSignedCert", "certificate authority", _is_ca),
    ("tls:index/locallySignedCert:LocallySignedCert", "certificate authority", _is_ca),
    ("kubernetes:core/v1:Namespace", "namespace", _any),
    ("kubernetes:core/v1:PersistentVolume", "persistent volume", _any),
    ("kubernetes:core/v1:PersistentVolumeClaim", "persistent volume", _any),
    ("aws:s3/bucket:Bucket", "bucket", _any),
    ("aws:kms/key:Key", "encryption key", _any),
    ("random:index/randomBytes:RandomBytes", "encryption key", _any),
    ("aws:secretsmanager/secret:Secret", "secret", _any),
    ("aws:ec2/instance:Instance", "control plane", _role("control-plane")),
    ("aws:autoscaling/group:Group", "worker pool", _any),
    ("aws:ec2/networkInterface:NetworkInterface", "planned address", _any),
    ("aws:lb/loadBalancer:LoadBalancer", "load balancer", _any),
    ("aws:ec2/vpc:Vpc", "network", _any),
    ("aws:ec2/subnet:Subnet", "network", _any),
    ("aws:route53/zone:Zone", "zone", _any),
)
"""Resource type, what it is to an operator, and which resources of the type are that; most dangerous first."""

_HARMLESS: Final = frozenset(
    {
        # Named by its content: the new one lies beside the old one.
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:ec2/volumeAttachment:VolumeAttachment",
        "command:local:Command",
        "pulumi:pulumi:Stack",
    }
)


def kind_of(change: ResourceChange) -> str:
    """What the resource is to an operator, such as `data volume`; empty if it is nothing special."""
    for resource_type, kind, applies in KINDS:
        if change.type == resource_type and applies(change.old or change.new):
            return kind
    return ""


def rolls_machines(change: ResourceChange) -> bool:
    """Whether an update ends in other machines: a pool is rolled whenever its template is another."""
    return (
        change.operation is Operation.UPDATE
        and change.type == "aws:autoscaling/group:Group"
        and any(each.path.split(".")[0].split("[")[0] == "launchTemplate" for each in change.properties)
    )


def is_dangerous(change: ResourceChange) -> bool:
    """Whether something that is there goes: deleted, replaced, forgotten, or machines of a pool one after the other."""
    return change.operation in _LOSING or rolls_machines(change)


def rank(change: ResourceChange) -> tuple[int, int, str, str]:
    """Sorts changes: the most dangerous one is the least."""
    operations = list(Operation)
    if not is_dangerous(change):
        return 1000, operations.index(change.operation), change.type, change.urn
    kinds = [kind for _, kind, _ in KINDS]
    found = kind_of(change)
    weight = kinds.index(found) if found else len(kinds)
    if change.component or change.type in _HARMLESS or change.type.startswith("pulumi:providers:"):
        weight = len(kinds) + 1
    return weight, operations.index(change.operation), change.type, change.urn
