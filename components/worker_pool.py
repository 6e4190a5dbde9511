"""Worker pool: identical machines that an auto-scaling group keeps at a wanted number."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_command as command
from pulumi_aws import autoscaling, ec2

from components.artifacts import ArtifactsHandle
from components.bundle import Bundle, BundleArgs, bundle_url
from components.machine import IMAGE_OWNER_TAG, METADATA_OPTIONS
from components.machine_role import MachineRole, MachineRoleArgs
from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming
from components.network import NetworkHandle
from hardway.config.machines import Pool
from hardway.machine.agent.groups import DRAIN, JOIN
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


BOOT_SECONDS: Final = 7200
"""How long a machine that has not joined is kept to be looked at: the most that a hook holds. Then it is replaced, so
never more than twelve times a day."""


def group_name(naming: Naming, pool: str) -> str:
    """Name of the auto-scaling group of a pool."""
    return naming.name(f"pool-{pool}")


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
        template = self._template(self._role(secret), self._bundle(), secret)
        group = self._group(template)
        self.group_name = group.name
        self.gate = self._gate(template, [group, *self._hooks(group)])
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
        tags = args.naming.tags("worker", self._thing, {"hardway:pool": args.pool})
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
                {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
            ],
            update_default_version=True,
            # The template's own tag and not the machines': those would be another version, and so another machine each.
            tags={**args.naming.tags("worker", self._thing), IMAGE_OWNER_TAG: args.image_owner},
            # A machine that boots before its pool's new keys are stored would take the old ones.
            opts=pulumi.ResourceOptions(parent=self, depends_on=secret.version),
        )

    def _group(self, template: ec2.LaunchTemplate) -> autoscaling.Group:
        args = self._args
        tags = args.naming.tags("worker", self._thing, {"hardway:pool": args.pool})
        return autoscaling.Group(
            self._name,
            name=group_name(args.naming, args.pool),
            # No wanted number: it starts at the least and is an autoscaler's business afterwards.
            min_size=args.config.min,
            max_size=args.config.max,
            vpc_zone_identifiers=[args.network.subnet_ids[subnet] for subnet in args.config.subnets],
            launch_template={
                "id": template.id,
                "version": template.latest_version.apply(str),
            },
            health_check_type="EC2",
            health_check_grace_period=300,
            # The machines wait for the API, and the API's health is somebody else's wait: don't wait here, too.
            wait_for_capacity_timeout="0",
            termination_policies=["OldestLaunchTemplate", "OldestInstance"],
            # The launch template tags the machines; the group itself is tagged here.
            tags=[{"key": key, "value": value, "propagate_at_launch": False} for key, value in sorted(tags.items())],
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=args.gate,
                # Its last machines are drained, too: that may take as long as their hook allows.
                custom_timeouts=pulumi.CustomTimeouts(delete=f"{args.config.rollout.drain_seconds // 60 + 15}m"),
            ),
        )

    def _hooks(self, group: autoscaling.Group) -> list[autoscaling.LifecycleHook]:
        """What holds machines that come and go until a control plane has seen to them; see hardway/machine/agent."""
        rollout = self._args.config.rollout
        return [
            autoscaling.LifecycleHook(
                f"{self._name}-{name}",
                name=name,
                autoscaling_group_name=group.name,
                lifecycle_transition=f"autoscaling:EC2_INSTANCE_{transition}",
                heartbeat_timeout=seconds,
                default_result=result,
                # It ends with its group, whose last machines are drained like any other.
                opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
            )
            for name, transition, seconds, result in (
                # Given up: a machine that never joined must not count, or the next one is replaced by its like.
                (JOIN, "LAUNCHING", BOOT_SECONDS, "ABANDON"),
                (DRAIN, "TERMINATING", rollout.drain_seconds, "CONTINUE"),
            )
        ]

    def _gate(self, template: ec2.LaunchTemplate, after: list[pulumi.Resource]) -> command.local.Command:
        """Open once no machine is of an older template; it begins the replacement, too, and follows it.

        A template's first version has no older machines, so the first `up` does not even look. If it fails, the next
        `up` finds the same change and goes on.
        """
        rollout, name = self._args.config.rollout, group_name(self._args.naming, self._args.pool)
        roll = (
            f".venv/bin/python -m hardway.pool_rollout --group {name} --canary-seconds {rollout.canary_seconds}"
            f" --surge-percent {rollout.surge_percent} --drain-seconds {rollout.drain_seconds}"
        )
        return command.local.Command(
            f"{self._name}-gate",
            create=f'test "$HARDWAY_TEMPLATE" = 1 || {roll}',
            update=roll,
            environment={"AWS_REGION": self._args.region, "HARDWAY_TEMPLATE": template.latest_version.apply(str)},
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )
