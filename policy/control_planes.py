"""The control planes of an environment: the machines, and the zones that their data is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from policy.resource import Resource

_ROLE: Final = "hardway:role"
_INSTANCE: Final = "aws:ec2/instance:Instance"
_VOLUME: Final = "aws:ebs/volume:Volume"


def members(resources: Sequence[Resource]) -> list[Resource]:
    """The machines; none in a stack without a control plane."""
    return [one for one in resources if one.type == _INSTANCE and one.at("tags", _ROLE) == "control-plane"]


def members_by_zone(resources: Sequence[Resource]) -> Counter[str]:
    """How many members have their etcd data in each zone. A machine stands where its volume is: nowhere else can it
    be attached."""
    volumes = [one for one in resources if one.type == _VOLUME and one.at("tags", _ROLE) == "etcd"]
    return Counter(zone for one in volumes if isinstance(zone := one.at("availabilityZone"), str))
