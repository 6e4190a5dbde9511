"""Volumes that outlive machines are protected from deletion."""

from __future__ import annotations

from collections.abc import Iterator

from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(volume: Resource, settings: Settings) -> Iterator[str]:
    if not volume.protect:
        yield (
            "The volume is not protected: pass protect=True, and set protect_data: true under hardway:control_plane."
        )


RULE = ResourceRule(
    name="data-volume-unprotected",
    what="Pulumi refuses to delete volumes that hold data until somebody releases them by name.",
    why="A volume that is a resource of its own holds what must survive the machine; one renamed resource or one wrong"
    " stack deletes an etcd member's data, and three of them the cluster.",
    source="https://www.pulumi.com/docs/iac/concepts/resources/options/protect/",
    fix="Pass ResourceOptions(protect=True) to the volume.",
    severity=Severity.CRITICAL,
    reference="story: https://github.com/kinvolk/lokomotive/issues/907",
    types=("aws:ebs/volume:Volume",),
    check=_check,
)
