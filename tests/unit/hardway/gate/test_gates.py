"""What is held back, what is not, and what releases it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hardway.config.versions import Versions
from hardway.gate.gates import END_OF_LIFE, GUARDS, MANY, gates, names, version_gates
from hardway.report.danger import KINDS
from hardway.report.model import Operation, Report, ResourceChange, StackPreview

INSTANCE, VOLUME = "aws:ec2/instance:Instance", "aws:ebs/volume:Volume"
CONTROL_PLANE = {"tags": {"hardway:role": "control-plane"}}
CA = {"isCaCertificate": True}


def change(
    kind: str, name: str, operation: Operation, inputs: dict[str, Any] | None = None, **more: Any
) -> ResourceChange:
    urn = f"urn:pulumi:prod::hardway::{kind}::{name}"
    return ResourceChange(urn=urn, type=kind, name=name, operation=operation, old=inputs or {}, **more)


def held(*changes: ResourceChange, deletes: int = 10) -> list[str]:
    report = Report(environment="prod", stacks=(StackPreview(stack="prod", succeeded=True, changes=changes),))
    return [gate.name for gate in gates(report, deletes=deletes)]


def member(number: int, operation: Operation = Operation.REPLACE) -> ResourceChange:
    return change(INSTANCE, f"control-plane-{number}", operation, CONTROL_PLANE)


def test_one_control_plane_may_go_and_two_may_not() -> None:
    assert held(member(1)) == []
    assert held(member(1), member(2)) == ["replace:control-plane"]
    assert held(member(1, Operation.DELETE), member(2)) == ["replace:control-plane", "delete:control-plane"]
    assert held(member(1, Operation.UPDATE), member(2, Operation.CREATE)) == []


def test_other_machines_are_no_control_planes() -> None:
    bastions = [change(INSTANCE, f"bastion-{number}", Operation.REPLACE, {"tags": {}}) for number in range(5)]
    assert held(*bastions) == []


@pytest.mark.parametrize(
    ("kind", "inputs", "thing"),
    [
        (VOLUME, {}, "data-volume"),
        ("tls:index/selfSignedCert:SelfSignedCert", CA, "certificate-authority"),
        ("kubernetes:core/v1:Namespace", {}, "namespace"),
        ("kubernetes:core/v1:PersistentVolume", {}, "persistent-volume"),
        ("kubernetes:core/v1:PersistentVolumeClaim", {}, "persistent-volume"),
        ("aws:kms/key:Key", {}, "encryption-key"),
        ("random:index/randomBytes:RandomBytes", {}, "encryption-key"),
        ("aws:s3/bucket:Bucket", {}, "bucket"),
    ],
)
def test_not_one_of_these_may_go(kind: str, inputs: dict[str, Any], thing: str) -> None:
    assert held(change(kind, "it", Operation.REPLACE, inputs)) == [f"replace:{thing}"]
    assert held(change(kind, "it", Operation.DELETE, inputs)) == [f"delete:{thing}"]
    assert held(change(kind, "it", Operation.FORGET, inputs)) == [f"delete:{thing}"]
    for harmless in (Operation.CREATE, Operation.UPDATE, Operation.IMPORT):
        assert held(change(kind, "it", harmless, inputs)) == []


def test_a_leaf_certificate_may_be_replaced() -> None:
    leaf = change(
        "tls:index/locallySignedCert:LocallySignedCert", "leaf", Operation.REPLACE, {"isCaCertificate": False}
    )
    assert held(leaf) == []


def test_deletions_are_counted_without_groups_and_replacements() -> None:
    roles = [change("aws:iam/role:Role", f"role-{number}", Operation.DELETE) for number in range(3)]
    group = change("hardway:machines:WorkerPool", "pool", Operation.DELETE, component=True)
    replaced = change("aws:iam/role:Role", "other", Operation.REPLACE)
    assert held(*roles, group, replaced, deletes=3) == []
    assert held(*roles, group, replaced, deletes=2) == [MANY]
    assert held(roles[0], deletes=0) == [MANY]


def test_all_stacks_are_looked_at() -> None:
    stacks = tuple(
        StackPreview(stack=name, succeeded=True, changes=(change("aws:iam/role:Role", name, Operation.DELETE),))
        for name in ("prod", "prod-services")
    )
    found = gates(Report(environment="prod", stacks=stacks), deletes=1)
    assert [gate.what for gate in found] == ["2 resources are deleted: prod, prod-services"]


def test_a_gate_says_what_goes_and_why_that_matters() -> None:
    volumes = [change(VOLUME, f"control-plane-{number}-etcd", Operation.DELETE) for number in range(9)]
    report = Report(environment="prod", stacks=(StackPreview(stack="prod", succeeded=True, changes=tuple(volumes)),))
    (gate,) = gates(report, deletes=10)
    assert gate.what.startswith("9 data volumes are deleted: control-plane-0-etcd, control-plane-1-etcd")
    assert gate.what.endswith("and 3 more")
    assert "backup" in gate.why


VERSIONS = Versions(
    kubernetes="1.36.3",
    etcd="3.6.14",
    containerd="2.2.5",
    runc="1.5.2",
    cni_plugins="1.9.1",
    flannel="0.28.4",
    coredns="1.14.7",
)


def test_versions_are_held_back_from_the_day_after_their_last() -> None:
    assert version_gates(VERSIONS, date(2026, 11, 6)) == ()
    (containerd,) = version_gates(VERSIONS, date(2026, 11, 7))
    assert (containerd.name, containerd.what) == (
        END_OF_LIFE,
        "containerd 2.2 is past its end of life since 2026-11-06",
    )
    assert [gate.what.split()[0] for gate in version_gates(VERSIONS, date(2027, 6, 29))] == ["kubernetes", "containerd"]


def test_names_are_what_gates_are_called() -> None:
    assert len(set(names())) == len(names())
    assert {"replace:control-plane", "delete:data-volume", "replace:certificate-authority", MANY, END_OF_LIFE} <= set(
        names()
    )


def test_every_guard_is_of_a_kind_that_resources_are_of() -> None:
    assert set(GUARDS) <= {kind for _, kind, _ in KINDS}
