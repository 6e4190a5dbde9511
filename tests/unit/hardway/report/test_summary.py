"""A report in a few lines."""

from __future__ import annotations

from hardway.report.model import Edit, Operation, PropertyChange, Report, ResourceChange, StackPreview
from hardway.report.summary import summary

KIND = "aws:ebs/volume:Volume"


def volume(number: int, operation: Operation = Operation.DELETE) -> ResourceChange:
    forced = PropertyChange(path="size", edit=Edit.CHANGE, old=1, new=2, forces_replacement=True)
    return ResourceChange(
        urn=f"urn:pulumi:prod::hardway::{KIND}::etcd-{number}",
        type=KIND,
        name=f"etcd-{number}",
        operation=operation,
        properties=(forced,) if operation is Operation.REPLACE else (),
        deleted_first=True,
    )


def of(*changes: ResourceChange, **counts: int) -> str:
    stack = StackPreview(stack="prod", succeeded=True, changes=changes, counts=counts)
    return summary(Report(environment="prod", stacks=(stack,)))


def test_nothing_is_one_word() -> None:
    assert of(same=3) == "prod: Nothing changes\n  3 unchanged"


def test_what_goes_is_named_with_why() -> None:
    assert of(volume(1, Operation.REPLACE), volume(2), replace=1, delete=1).splitlines() == [
        "prod: Deletes 1 and replaces 1 resources",
        "  1 to delete, 1 to replace",
        "  ± replace aws:ebs:Volume etcd-1 (data volume, the old one goes first) because size",
        "  - delete aws:ebs:Volume etcd-2 (data volume)",
    ]


def test_many_are_counted() -> None:
    assert of(*(volume(number) for number in range(40))).splitlines()[-1] == "  … and 28 more"
