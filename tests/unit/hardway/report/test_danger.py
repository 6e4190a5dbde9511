from __future__ import annotations

from typing import Any

from hardway.report import danger
from hardway.report.model import Edit, Operation, PropertyChange, ResourceChange


def change(kind: str, operation: Operation, old: dict[str, Any] | None = None, **more: Any) -> ResourceChange:
    return ResourceChange(
        urn=f"urn:pulumi:s::p::{kind}::one", type=kind, name="one", operation=operation, old=old or {}, **more
    )


def test_data_and_identity_come_before_machines_before_the_rest_before_what_is_harmless() -> None:
    machine = {"tags": {"hardway:role": "control-plane"}}
    template = (PropertyChange(path="launchTemplate.version", edit=Edit.CHANGE, old="1", new="2"),)
    ordered = [
        change("aws:ebs/volume:Volume", Operation.DELETE),
        change("aws:ebs/volume:Volume", Operation.REPLACE),
        change("tls:index/selfSignedCert:SelfSignedCert", Operation.REPLACE, {"isCaCertificate": True}),
        change("kubernetes:core/v1:Namespace", Operation.DELETE),
        change("aws:ec2/instance:Instance", Operation.REPLACE, machine),
        change("aws:autoscaling/group:Group", Operation.UPDATE, properties=template),
        change("aws:iam/role:Role", Operation.DELETE),
        change("hardway:network:Network", Operation.DELETE, component=True),
        change("aws:s3/bucketObjectv2:BucketObjectv2", Operation.REPLACE),
        change("aws:ebs/volume:Volume", Operation.UPDATE),
        change("aws:ebs/volume:Volume", Operation.CREATE),
    ]
    assert sorted(reversed(ordered), key=danger.rank) == ordered
    assert [danger.is_dangerous(each) for each in ordered] == [True] * 9 + [False] * 2


def test_a_certificate_is_an_authority_only_if_it_says_so() -> None:
    kind = "tls:index/locallySignedCert:LocallySignedCert"
    assert danger.kind_of(change(kind, Operation.REPLACE, {"isCaCertificate": True})) == "certificate authority"
    assert danger.kind_of(change(kind, Operation.REPLACE, {"isCaCertificate": False})) == ""


def test_a_pool_of_another_size_keeps_its_machines() -> None:
    template = (PropertyChange(path="launchTemplate.version", edit=Edit.CHANGE, old="1", new="2"),)
    size = (PropertyChange(path="maxSize", edit=Edit.CHANGE, old=1, new=2),)
    kind = "aws:autoscaling/group:Group"
    assert danger.rolls_machines(change(kind, Operation.UPDATE, properties=template))
    assert not danger.rolls_machines(change(kind, Operation.UPDATE, properties=size))
