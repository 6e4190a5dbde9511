"""Machines that are not one of many cannot be ended by hand."""

from __future__ import annotations

from collections.abc import Iterator

from policy.machines import INSTANCE, unless_templated
from policy.provider_values import is_off
from policy.rule import Resource, ResourceRule, Settings, Severity


def _check(instance: Resource, settings: Settings) -> Iterator[str]:
    if is_off(instance.at("disableApiTermination", default=unless_templated(instance, False))):
        yield (
            "disableApiTermination is not true: set disable_api_termination=True, and force_destroy=True so that"
            " Pulumi may still replace the machine."
        )


RULE = ResourceRule(
    name="instance-termination-unprotected",
    what="AWS refuses to end an instance that belongs to no group, for anybody but Pulumi.",
    why="Nothing makes such a machine anew: it is a control plane, and one click too many is the quorum of etcd.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html",
    fix="Set disable_api_termination=True.",
    severity=Severity.MEDIUM,
    reference="story: Spotify deleted production clusters twice, from the wrong window",
    types=(INSTANCE,),
    check=_check,
)
