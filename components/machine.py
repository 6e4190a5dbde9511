"""Machine: one control plane's computer, with an address and a disk that outlive it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi
from pulumi_aws import ebs, ec2

from components.naming import Naming

IMAGE_OWNER_TAG: Final = "hardway:image-owner"
"""Tag of instances and launch templates with the account that owns their image. An image's id says nothing of it, and
policies do not see the look-up by which it was found; see policy/rules/image_owner_not_allowed.py."""

DATA_DEVICE: Final = "/dev/sdf"
"""Attachment point of the etcd volume. Machines find it by volume id: Nitro gives devices other names."""

# Instances and launch templates have input types of their own for these same four keys: hence Any.
METADATA_OPTIONS: Final[Any] = {
    "http_endpoint": "enabled",
    # Session tokens only, and no hop beyond the machine: a pod cannot take the machine's credentials.
    "http_tokens": "required",
    "http_put_response_hop_limit": 1,
    "instance_metadata_tags": "disabled",
}
"""How machines of every role can be asked who they are."""


@dataclass(frozen=True, kw_only=True)
class ControlPlaneMachineArgs:
    """What a control plane machine needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    member: str
    """Name of the member."""

    subnet_id: pulumi.Input[str]
    """Subnet that the machine stands in."""

    zone: str
    """Availability zone of that subnet."""

    address: str
    """The planned address of the member."""

    security_group_id: pulumi.Input[str]
    """Group that guards the machine."""

    ami: pulumi.Input[str]
    """Image that the machine boots."""

    image_owner: pulumi.Input[str]
    """Account that owns the image, as AWS says."""

    instance_type: str
    """Size of the machine."""

    profile_name: pulumi.Input[str]
    """Instance profile with the machine's role."""

    key_arn: pulumi.Input[str]
    """Key that encrypts the disks."""

    root_volume_gib: int
    """Size of the disk that goes with the machine."""

    etcd_volume_gib: int
    """Size of the disk that stays."""

    protect_data: bool
    """Whether Pulumi refuses to delete the etcd volume, and leaves it alone when it forgets it."""

    deletion_protection: bool
    """Whether AWS refuses to end the machine for anybody but Pulumi."""


class ControlPlaneMachine(pulumi.ComponentResource):
    """Interface and etcd volume first, then the instance that borrows them; see `boot`."""

    interface_id: pulumi.Output[str]
    """Interface that holds the planned address."""

    volume_id: pulumi.Output[str]
    """Volume that holds the member's etcd data."""

    def __init__(self, name: str, args: ControlPlaneMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:ControlPlaneMachine", name, None, opts)
        self._name = name
        self._args = args
        self._tags = args.naming.tags("control-plane", args.member, {"hardway:machine": args.member})
        self.interface_id = ec2.NetworkInterface(
            name,
            subnet_id=args.subnet_id,
            private_ips=[args.address],
            security_groups=[args.security_group_id],
            # Pods' packets travel inside VXLAN between the machines' own addresses: nothing to make exceptions for.
            source_dest_check=True,
            description=f"Planned address of {args.member}",
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
        ).id
        self.volume_id = ebs.Volume(
            f"{name}-etcd",
            availability_zone=args.zone,
            size=args.etcd_volume_gib,
            type="gp3",
            iops=3000,
            throughput=125,
            encrypted=True,
            kms_key_id=args.key_arn,
            tags={
                **self._tags,
                "Name": args.naming.name(f"{args.member}-etcd"),
                "hardway:role": "etcd",
            },
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect_data, retain_on_delete=args.protect_data),
        ).id
        self.register_outputs({"interface_id": self.interface_id, "volume_id": self.volume_id})

    def boot(self, user_data: pulumi.Input[str], after: Sequence[pulumi.Resource]) -> ec2.Instance:
        """The running instance. Other user data, image or size is another instance: the old one goes first,
        as address and volume can be in one place only."""
        args = self._args
        instance = ec2.Instance(
            self._name,
            ami=args.ami,
            instance_type=args.instance_type,
            iam_instance_profile=args.profile_name,
            user_data=user_data,
            user_data_replace_on_change=True,
            primary_network_interface={"network_interface_id": self.interface_id},
            metadata_options=METADATA_OPTIONS,
            root_block_device={
                "volume_type": "gp3",
                "volume_size": args.root_volume_gib,
                "encrypted": True,
                "kms_key_id": args.key_arn,
                "delete_on_termination": True,
                "tags": {**self._tags, "Name": args.naming.name(f"{args.member}-root")},
            },
            disable_api_termination=args.deletion_protection,
            # The protection is against hands in the console; a reviewed replacement must still go through.
            force_destroy=True,
            tags={**self._tags, IMAGE_OWNER_TAG: args.image_owner},
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True, depends_on=list(after)),
        )
        ec2.VolumeAttachment(
            f"{self._name}-etcd",
            device_name=DATA_DEVICE,
            volume_id=self.volume_id,
            instance_id=instance.id,
            # A volume taken from a running etcd may hold half a write.
            stop_instance_before_detaching=True,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        return instance
