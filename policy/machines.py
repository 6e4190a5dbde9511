"""What a machine is made from: instances, and the templates that auto scaling makes instances from."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from policy.resource import UNKNOWN, Resource, Unknown, is_known

INSTANCE: Final = "aws:ec2/instance:Instance"
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
INTERFACE: Final = "aws:ec2/networkInterface:NetworkInterface"
GROUP: Final = "aws:autoscaling/group:Group"

TYPES: Final = (
    INSTANCE,
    LAUNCH_TEMPLATE,
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
)
"""Every type that says what a machine boots, on which disks and behind which metadata service."""


def unless_templated(machine: Resource, default: Any) -> Any:
    """What holds for a machine that does not say: the default, or what its launch template says, judged there."""
    return default if machine.at("launchTemplate") is None else UNKNOWN


def user_data(machine: Resource) -> bytes | Unknown:
    """What the machine gets to read at boot, as it arrives there; empty if there is none."""
    encoded = machine.at("userDataBase64")
    plain = machine.at("userData", default="")
    if machine.type == LAUNCH_TEMPLATE:
        encoded = plain
    if not is_known(encoded) or not is_known(plain):
        return UNKNOWN
    if not encoded:
        return str(plain).encode()
    try:
        return base64.b64decode(str(encoded), validate=True)
    except binascii.Error:
        return str(encoded).encode()  # AWS refuses it; whatever it is, it is judged as it stands
