"""Control plane: its members, what each boots and may read, and the gate by which they are replaced one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_command as command

from components.artifacts import ArtifactsHandle
from components.backups import BackupsHandle
from components.bundle import Bundle, BundleArgs, bundle_url
from components.machine import ControlPlaneMachine, ControlPlaneMachineArgs
from components.machine_role import MachineRole, MachineRoleArgs
from components.machine_secret import MachineSecret, MachineSecretArgs
from components.naming import Naming
from components.network import NetworkHandle
from hardway.config.machines import ControlPlane as ControlPlaneConfig
from hardway.machine.user_data import UserData, render_user_data


@dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """What the control plane needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    config: ControlPlaneConfig
    """The control plane section of the stack file."""

    region: str
    """Region of the environment."""

    network: NetworkHandle
    """Where the machines stand."""

    artifacts: ArtifactsHandle
    """What they boot from."""

    bucket_name: str
    """Name of the bucket as it is in the stack file: commands have it as plain text."""

    ami: pulumi.Input[str]
    """Image that they boot."""

    image_owner: pulumi.Input[str]
    """Account that owns the image, as AWS says."""

    key_arn: pulumi.Input[str]
    """Key that encrypts their disks and secrets."""

    bundles: Mapping[str, bytes]
    """Packed files by member."""

    secrets: Mapping[str, pulumi.Output[str]]
    """Packed secret files by member."""

    join_secret_arns: Mapping[str, pulumi.Input[str]]
    """Entries of the secret store into which members put join tokens, by pool."""

    groups: Sequence[str]
    """Names of the auto-scaling groups whose workers members let in and out."""

    backups: BackupsHandle | None
    """Where they put backups of etcd; None for nowhere."""

    deletion_protection: bool
    """Whether machines and secrets are guarded against deletion."""


class ControlPlane(pulumi.ComponentResource):
    """All members are alike. In the first `up` they boot side by side; later one waits for the other to serve."""

    addresses: Mapping[str, str]
    """Planned address by member."""

    gate: command.local.Command
    """The last gate: open once every member serves what this `up` gave it."""

    def __init__(self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:ControlPlane", name, None, opts)
        self._name = name
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        secrets = {member: self._secret(member) for member in args.config.members}
        role = MachineRole(
            name,
            MachineRoleArgs(
                naming=args.naming,
                thing="control-plane",
                tag_role="control-plane",
                region=args.region,
                bucket_arn=args.artifacts.bucket_arn,
                key_arn=args.key_arn,
                readable_secrets={member: secret.arn for member, secret in secrets.items()},
                writable_secrets=args.join_secret_arns,
                forms_cluster=True,
                groups=args.groups,
                further=args.backups.writing(args.naming.environment, args.region) if args.backups else [],
            ),
            self._child,
        )
        gates: list[command.local.Command] = []
        for member, secret in secrets.items():
            # The value, too: a machine that boots before its new keys are stored would take the old ones.
            after = [one for one in (*gates[-1:], secret.version) if one is not None]
            gates.append(self._member(member, role, after))
        self.gate = gates[-1]
        self.addresses = {member: str(spec.address) for member, spec in args.config.members.items()}
        self.register_outputs({"addresses": dict(self.addresses)})

    def _secret(self, member: str) -> MachineSecret:
        return MachineSecret(
            f"{self._name}-{member}",
            MachineSecretArgs(
                naming=self._args.naming,
                path=f"control-plane/{member}",
                description=f"Keys and certificates that {member} boots with",
                tag_role="control-plane",
                key_arn=self._args.key_arn,
                value=self._args.secrets[member],
                deletion_protection=self._args.deletion_protection,
            ),
            self._child,
        )

    def _member(self, member: str, role: MachineRole, after: Sequence[pulumi.Resource]) -> command.local.Command:
        args = self._args
        spec = args.config.members[member]
        bundle = Bundle(
            f"{self._name}-{member}",
            BundleArgs(
                naming=args.naming,
                thing=member,
                tag_role="control-plane",
                bucket=args.artifacts.bucket,
                content=args.bundles[member],
            ),
            self._child,
        )
        machine = ControlPlaneMachine(
            f"{self._name}-{member}",
            ControlPlaneMachineArgs(
                naming=args.naming,
                member=member,
                subnet_id=args.network.subnet_ids[spec.subnet],
                zone=args.network.zones[spec.subnet],
                address=str(spec.address),
                security_group_id=args.network.security_group_ids["control-plane"],
                ami=args.ami,
                image_owner=args.image_owner,
                instance_type=args.config.instance_type,
                profile_name=role.profile_name,
                key_arn=args.key_arn,
                root_volume_gib=args.config.root_volume_gib,
                etcd_volume_gib=args.config.etcd_volume_gib,
                protect_data=args.config.protect_data,
                deletion_protection=args.deletion_protection,
            ),
            self._child,
        )
        user_data = pulumi.Output.all(bucket=args.artifacts.bucket, key=bundle.stored, volume=machine.volume_id).apply(
            lambda known: render_user_data(
                UserData(
                    environment=args.naming.environment,
                    region=args.region,
                    role="control-plane",
                    name=member,
                    bundle_url=bundle_url(args.region, known["bucket"], known["key"]),
                    bundle_sha256=bundle.sha256,
                    data_volume_id=known["volume"],
                )
            )
        )
        instance = machine.boot(user_data, after)
        return self._gate(member, instance.id, str(spec.address))

    def _gate(self, member: str, instance_id: pulumi.Output[str], address: str) -> command.local.Command:
        """Open once the member serves. The next member depends on it, so two are never replaced at once.

        There is no `create`: the first `up` has nothing to wait for. Another instance id is an update of the
        command's environment, and that runs the wait; if it fails, the next `up` finds the same update and waits.
        """
        return command.local.Command(
            f"{self._name}-{member}-gate",
            update=f".venv/bin/python -m hardway.rollout wait --environment {self._args.naming.environment}"
            f" --bucket {self._args.bucket_name} --member {member} --address {address}"
            f" --deadline {self._args.config.serve_seconds}",
            environment={"AWS_REGION": self._args.region, "HARDWAY_INSTANCE": instance_id},
            opts=self._child,
        )
