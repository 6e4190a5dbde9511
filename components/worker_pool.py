"""Worker pool: identical machines that an auto-scaling group keeps at a wanted number."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pulumi
import pulumi_command as command
from pulumi_aws import ec2

from components.artifacts import ArtifactsHandle
from components.bundle import Bundle, BundleArgs, bundle_url
from components.machine import IMAGE_OWNER_TAG, METADATA_OPTIONS
from components.machine_role import MachineRole, MachineRoleArgs
from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming
from components.network import NetworkHandle
from components.worker_group import WorkerGroupArgs, keep_workers
from hardway.config.machines import Pool
from hardway.machine.user_data import UserData, render_user_data


@dataclass(frozen=True, kw_only=True)
class WorkerPoolArgs:
    """What a pool needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    pool: str
    """Name of the pool."""

    config: Pool
    """The pool's section of the stack file."""

    region: str
    """Region of the environment."""

    network: NetworkHandle
    """Where the machines stand."""

    artifacts: ArtifactsHandle
    """What they boot from."""

    ami: pulumi.Input[str]
    """Image that they boot."""

    image_owner: pulumi.Input[str]
    """Account that owns the image, as AWS says."""

    root_device: pulumi.Input[str]
    """Name of the image's root device."""

    key_arn: pulumi.Input[str]
    """Key that encrypts their disks and secrets."""

    bundle: bytes
    """Packed files of every machine of the pool."""

    secret: pulumi.Output[str]
    """Packed secret files of every machine of the pool."""

    join_secret_arn: pulumi.Input[str]
    """Entry of the secret store with the pool's join token, which control planes write."""

    gate: pulumi.Resource
    """Open once it is this pool's turn: every API server is what this `up` makes it, as no kubelet may be newer than an
    API server, and the machines of the pool before are, too."""

    deletion_protection: bool
    """Whether secrets are guarded against deletion."""


class WorkerPool(pulumi.ComponentResource):
    """A launch template that says what a machine is, and a group that keeps as many as the pool wants."""

    group_name: pulumi.Output[str]
    """Name of the auto-scaling group."""

    gate: command.local.Command
    """Open once every machine of the pool is what this `up` makes it."""

    def __init__(self, name: str, args: WorkerPoolArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:WorkerPool", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self._thing = f"pool-{args.pool}"
        secret = self._secret()
        self._tags = args.naming.tags("worker", self._thing, {"hardway:pool": args.pool})
        template = self._template(self._role(secret), self._bundle(), secret)
        group = keep_workers(
            name,
            WorkerGroupArgs(
                naming=args.naming,
                pool=args.pool,
                config=args.config,
                region=args.region,
                subnet_ids=args.network.subnet_ids,
                template=template,
                tags=self._tags,
                after=args.gate,
            ),
            self,
        )
        self.group_name, self.gate = group.name, group.gate
        self.register_outputs({"group_name": self.group_name})

    def _secret(self) -> MachineSecret:
        args = self._args
        return MachineSecret(
            self._name,
            MachineSecretArgs(
                naming=args.naming,
                path=f"pool/{args.pool}",
                description=f"Keys and certificates that workers of {args.pool} boot with",
                tag_role="worker",
                key_arn=args.key_arn,
                value=args.secret,
                deletion_protection=args.deletion_protection,
            ),
            self._child,
        )

    def _role(self, secret: MachineSecret) -> MachineRole:
        args = self._args
        return MachineRole(
            self._name,
            MachineRoleArgs(
                naming=args.naming,
                thing=self._thing,
                tag_role="worker",
                region=args.region,
                bucket_arn=args.artifacts.bucket_arn,
                key_arn=args.key_arn,
                readable_secrets={"pool": secret.arn, "join": args.join_secret_arn},
            ),
            self._child,
        )

    def _bundle(self) -> Bundle:
        return Bundle(
            self._name,
            BundleArgs(
                naming=self._args.naming,
                thing=self._thing,
                tag_role="worker",
                bucket=self._args.artifacts.bucket,
                content=self._args.bundle,
            ),
            self._child,
        )

    def _user_data(self, bundle: Bundle) -> pulumi.Output[str]:
        args = self._args
        return pulumi.Output.all(bucket=args.artifacts.bucket, key=bundle.stored).apply(
            lambda known: base64.b64encode(
                render_user_data(
                    UserData(
                        environment=args.naming.environment,
                        region=args.region,
                        role="worker",
                        name=args.pool,
                        bundle_url=bundle_url(args.region, known["bucket"], known["key"]),
                        bundle_sha256=bundle.sha256,
                        data_volume_id=None,
                    )
                ).encode()
            ).decode()
        )

    def _template(self, role: MachineRole, bundle: Bundle, secret: MachineSecret) -> ec2.LaunchTemplate:
        args = self._args
        return ec2.LaunchTemplate(
            self._name,
            name=args.naming.name(self._thing),
            image_id=args.ami,
            instance_type=args.config.instance_type,
            iam_instance_profile={"arn": role.profile_arn},
            user_data=self._user_data(bundle),
            vpc_security_group_ids=[args.network.security_group_ids["worker"]],
            metadata_options=METADATA_OPTIONS,
            block_device_mappings=[
                {
                    "device_name": args.root_device,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.config.root_volume_gib,
                        "encrypted": "true",
                        "kms_key_id": args.key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            tag_specifications=[
                {"resource_type": kind, "tags": self._tags} for kind in ("instance", "volume", "network-interface")
            ],
            update_default_version=True,
            # The template's own tag and not the machines': those would be another version, and so another machine each.
            tags={**args.naming.tags("worker", self._thing), IMAGE_OWNER_TAG: args.image_owner},
            # A machine that boots before its pool's new keys are stored would take the old ones.
            opts=pulumi.ResourceOptions(parent=self, depends_on=secret.version),
        )
