"""Restore drill: a machine that can be started to try the latest backup, and does not run otherwise."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2, vpc

from components.artifacts import ArtifactsHandle
from components.backups import BackupsHandle
from components.bundle import Bundle, BundleArgs, bundle_url
from components.machine import IMAGE_OWNER_TAG, METADATA_OPTIONS
from components.machine_role import MachineRole, MachineRoleArgs
from components.naming import Naming
from components.network import NetworkHandle
from hardway.machine.user_data import UserData, render_user_data
from hardway.ports import HTTPS_PORT

_THING = "restore-drill"
_ROLE = "drill"


@dataclass(frozen=True, kw_only=True)
class RestoreDrillArgs:
    """What the drill needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    region: str
    """Region of the environment."""

    network: NetworkHandle
    """Where the machine will stand."""

    artifacts: ArtifactsHandle
    """What it boots from."""

    backups: BackupsHandle
    """What it tries."""

    ami: pulumi.Input[str]
    """Image that it boots."""

    image_owner: pulumi.Input[str]
    """Account that owns the image, as AWS says."""

    root_device: pulumi.Input[str]
    """Name of the image's root device."""

    instance_type: str
    """Its size: that of a control plane, so that its seconds tell what a restore takes."""

    root_volume_gib: int
    """Size of its disk, which holds a backup and three members made of it."""

    key_arn: pulumi.Input[str]
    """Key that encrypts its disk and its bundle."""

    bundle: bytes
    """Its packed files."""


class RestoreDrill(pulumi.ComponentResource):
    """A launch template and no machine: `./hw drill restore` starts one, which ends itself, disk included."""

    template_id: pulumi.Output[str]
    """The launch template."""

    def __init__(self, name: str, args: RestoreDrillArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:RestoreDrill", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        bundle = Bundle(
            name,
            BundleArgs(
                naming=args.naming,
                thing=_THING,
                tag_role=_ROLE,
                bucket=args.artifacts.bucket,
                content=args.bundle,
            ),
            self._child,
        )
        role = MachineRole(
            name,
            MachineRoleArgs(
                naming=args.naming,
                thing=_THING,
                tag_role=_ROLE,
                region=args.region,
                bucket_arn=args.artifacts.bucket_arn,
                key_arn=args.key_arn,
                readable_secrets={},
                further=args.backups.drilling(args.naming.environment, args.region),
            ),
            self._child,
        )
        self.template_id = self._template(role, bundle, self._group()).id
        self.register_outputs({"template_id": self.template_id})

    def _group(self) -> ec2.SecurityGroup:
        """Nobody reaches the machine, and it reaches the endpoint of S3 only."""
        args = self._args
        group = ec2.SecurityGroup(
            self._name,
            name=args.naming.name(_THING),
            description="Machines that try a backup",
            vpc_id=args.network.vpc_id,
            tags=args.naming.tags(_ROLE, _THING),
            opts=self._child,
        )
        vpc.SecurityGroupEgressRule(
            f"{self._name}-to-s3",
            security_group_id=group.id,
            prefix_list_id=args.network.s3_prefix_list_id,
            ip_protocol="tcp",
            from_port=HTTPS_PORT,
            to_port=HTTPS_PORT,
            description="Bundle, artifacts and backups",
            tags=args.naming.tags(_ROLE, f"{_THING}-to-s3"),
            opts=self._child,
        )
        return group

    def _user_data(self, bundle: Bundle) -> pulumi.Output[str]:
        args = self._args
        return pulumi.Output.all(bucket=args.artifacts.bucket, key=bundle.stored).apply(
            lambda known: base64.b64encode(
                render_user_data(
                    UserData(
                        environment=args.naming.environment,
                        region=args.region,
                        role="drill",
                        name=_THING,
                        bundle_url=bundle_url(args.region, known["bucket"], known["key"]),
                        bundle_sha256=bundle.sha256,
                        data_volume_id=None,
                    )
                ).encode()
            ).decode()
        )

    def _template(self, role: MachineRole, bundle: Bundle, group: ec2.SecurityGroup) -> ec2.LaunchTemplate:
        args = self._args
        tags = args.naming.tags(_ROLE, _THING, {"hardway:machine": _THING})
        return ec2.LaunchTemplate(
            self._name,
            name=args.naming.name(_THING),
            image_id=args.ami,
            instance_type=args.instance_type,
            iam_instance_profile={"arn": role.profile_arn},
            user_data=self._user_data(bundle),
            vpc_security_group_ids=[group.id],
            # It powers off once it has told what it found, whoever started it.
            instance_initiated_shutdown_behavior="terminate",
            metadata_options=METADATA_OPTIONS,
            block_device_mappings=[
                {
                    "device_name": args.root_device,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.root_volume_gib,
                        "encrypted": "true",
                        "kms_key_id": args.key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            tag_specifications=[
                {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
            ],
            update_default_version=True,
            tags={**args.naming.tags(_ROLE, _THING), IMAGE_OWNER_TAG: args.image_owner},
            opts=self._child,
        )
