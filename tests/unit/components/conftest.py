"""What components are built from in these tests: the sandbox's stack file, with changes where a test needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components.artifacts import ArtifactsHandle
from components.backups import BackupsHandle
from components.naming import Naming
from components.network import NetworkHandle
from hardway.config.environment import Environment
from hardway.config.load import load_environment
from hardway.ports import ROLES

ROOT = Path(__file__).parents[3]
Change = Callable[[dict[str, Any]], None]


NAMING = Naming(environment="sandbox", stack="sandbox")


def unchanged(values: dict[str, Any]) -> None:
    """No change."""


def load(change: Change = unchanged) -> Environment:
    """The sandbox's environment after a change of its values."""
    values = yaml.safe_load((ROOT / "stacks" / "Pulumi.sandbox.yaml").read_text())["config"]
    change(values)
    return load_environment("sandbox", values, "stacks/Pulumi.sandbox.yaml")


@pytest.fixture
def naming() -> Naming:
    """Names of the environment sandbox."""
    return NAMING


@pytest.fixture
def environment() -> Environment:
    """The sandbox's environment as it is."""
    return load()


def network_handle(environment: Environment) -> NetworkHandle:
    """A network's handle; to be called within a program."""
    subnets = environment.network.subnets
    return NetworkHandle(
        vpc_id=pulumi.Output.from_input("vpc-1"),
        subnet_ids={name: pulumi.Output.from_input(f"subnet-{name}") for name in subnets},
        zones={name: spec.zone for name, spec in subnets.items()},
        security_group_ids={role: pulumi.Output.from_input(f"sg-{role}") for role in ROLES},
        zone_id=pulumi.Output.from_input("zone-1"),
        s3_prefix_list_id=pulumi.Output.from_input("pl-s3"),
    )


def artifacts_handle() -> ArtifactsHandle:
    """A bucket's handle; to be called within a program."""
    return ArtifactsHandle(
        bucket=pulumi.Output.from_input("bucket-1"), bucket_arn=pulumi.Output.from_input("arn:aws:s3:::bucket-1")
    )


def backups_handle() -> BackupsHandle:
    """A backup vault's handle; to be called within a program."""
    return BackupsHandle(
        bucket=pulumi.Output.from_input("backups-1"),
        key_arn=pulumi.Output.from_input("arn:aws:kms:eu-central-1:1:key/backups"),
    )
