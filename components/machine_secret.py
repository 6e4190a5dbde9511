"""Machine secret: one entry of the secret store, encrypted with the environment's key."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager

from components.naming import Naming


@dataclass(frozen=True, kw_only=True)
class MachineSecretArgs:
    """What a secret needs to know."""

    naming: Naming
    """Names and tags of this stack."""

    path: str
    """Path below the environment, as control-plane/control-plane-1."""

    description: str
    """What is in it and who reads it."""

    tag_role: str
    """Value of the tag hardway:role."""

    key_arn: pulumi.Input[str]
    """Key that encrypts it."""

    value: pulumi.Output[str] | None
    """The content, a secret Output; None leaves it to somebody else to write."""

    deletion_protection: bool
    """Whether a deleted secret, and its name, can be taken back for a week; if not, it is forgotten at once."""


class MachineSecret(pulumi.ComponentResource):
    """An entry that exists at once, so that roles can name it, and has its value as soon as that is made."""

    arn: pulumi.Output[str]
    """ARN of the entry."""

    version: secretsmanager.SecretVersion | None = None
    """The stored value, for what must not start before it is there; None where somebody else writes it."""

    def __init__(self, name: str, args: MachineSecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hardway:machines:MachineSecret", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = secretsmanager.Secret(
            name,
            name=args.naming.secret(args.path),
            description=args.description,
            kms_key_id=args.key_arn,
            recovery_window_in_days=7 if args.deletion_protection else 0,
            tags=args.naming.tags(args.tag_role, args.path.replace("/", "-")),
            opts=child,
        )
        if args.value is not None:
            secret_value: pulumi.Output[str] = pulumi.Output.secret(args.value)
            self.version = secretsmanager.SecretVersion(
                name, secret_id=secret.id, secret_string=secret_value, opts=child
            )
        self.arn = secret.arn
        self.register_outputs({"arn": self.arn, "version_id": self.version and self.version.version_id})
