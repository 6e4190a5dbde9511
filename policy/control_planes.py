"""The control planes of an environment: the machines, and the zones that their data is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from policy.resource import UNKNOWN, Resource, Unknown
from policy.tags import role

_INSTANCE: Final = "aws:ec2/instance:Instance"
_VOLUME: Final = "aws:ebs/volume:Volume"


def members(resources: Sequence[Resource]) -> list[Resource] | Unknown:
    """The machines; none in a stack without a control plane, UNKNOWN if one's role is not known."""
    roles = [(one, role(one)) for one in resources if one.type == _INSTANCE]
    if any(given is UNKNOWN for _, given in roles):
        return UNKNOWN
    return [one for one, given in roles if given == "control-plane"]


def members_by_zone(resources: Sequence[Resource]) -> Counter[str | Unknown]:
    """How many members have, or may have, their etcd data in each zone. A machine stands where its volume is: nowhere
    else can it be attached."""
    roles = [(one, role(one)) for one in resources if one.type == _VOLUME]
    zones = [
        one.at("availabilityZone") if given == "etcd" else UNKNOWN
        for one, given in roles
        if given == "etcd" or given is UNKNOWN
    ]
    return Counter(zone for zone in zones if isinstance(zone, str | Unknown))
