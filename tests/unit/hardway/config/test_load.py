"""Stack files are read whole or refused with every fault named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from hardway.config.load import ConfigError, kind_of, load_environment, load_management, load_services

ROOT = Path(__file__).parents[4]
CASES = sorted((Path(__file__).parent / "invalid").glob("*.yaml"))


def stack_values(stack: str) -> dict[str, Any]:
    values: dict[str, Any] = yaml.safe_load((ROOT / f"stacks/Pulumi.{stack}.yaml").read_text())["config"]
    return values


def put(values: dict[str, Any], path: str, value: object) -> None:
    """Set or, with None, delete `values[section][...]` where path is dotted below `hardway:`."""
    first, *rest = path.split(".")
    keys = ["aws:region" if first == "aws:region" else f"hardway:{first}", *rest]
    at: Any = values
    for key in keys[:-1]:
        at = at.setdefault(key, {})
    if value is None:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod"])
def test_every_environment_of_the_repository_is_valid(stack: str) -> None:
    environment = load_environment(stack, stack_values(stack), "f")
    assert environment.name == stack
    assert environment.api_url == f"https://api.{environment.domain}:6443"
    assert len(environment.control_plane.members) == 3


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod"])
def test_every_services_stack_points_to_its_environment(stack: str) -> None:
    services = load_services(f"{stack}-services", stack_values(f"{stack}-services"), "f")
    assert services.environment == stack


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod"])
def test_every_environment_has_the_bucket_of_its_management_stack(stack: str) -> None:
    link = load_environment(stack, stack_values(stack), "f").management
    assert link is not None
    management = load_management(link.stack, stack_values(link.stack), "f")
    assert management.backups.bucket == link.backup_bucket


def test_a_management_stack_says_everything_that_is_wrong_with_it() -> None:
    values = {"hardway:kind": "management", "hardway:backups": {"bucket": "b-1", "lock_days": 0}, "hardway:vpc": "x"}
    with pytest.raises(ConfigError) as caught:
        load_management("sandbox-management", values, "f")
    assert str(caught.value).splitlines() == [
        "f: hardway:vpc: is not a known key; known are backups, deletion_protection, kind",
        "f: aws:region: is missing",
        "f: hardway:backups.lock_days: Input should be greater than or equal to 1",
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_an_invalid_file_is_refused_with_exactly_its_faults(case: Path) -> None:
    """A case edits the sandbox's file (`set`) and lists every line of the message (`faults`)."""
    spec = yaml.safe_load(case.read_text())
    values = stack_values("sandbox")
    for path, value in spec["set"].items():
        put(values, path, value)
    with pytest.raises(ConfigError) as caught:
        load_environment("sandbox", values, "stacks/Pulumi.sandbox.yaml")
    assert str(caught.value).splitlines() == [f"stacks/Pulumi.sandbox.yaml: {fault}" for fault in spec["faults"]]


def test_secret_keys_are_left_to_the_program() -> None:
    values = stack_values("sandbox") | {"hardway:etcd_encryption_key": "c2VjcmV0"}
    assert "c2VjcmV0" not in load_environment("sandbox", values, "f").model_dump_json()


def test_a_long_stack_name_is_refused() -> None:
    with pytest.raises(ConfigError, match="stack name: a-name-beyond-twenty-one has 24 characters; 20 at most"):
        load_environment("a-name-beyond-twenty-one", stack_values("sandbox"), "f")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ConfigError, match="f: hardway:kind: is 'cluster'; must be management, environment or services"):
        kind_of({"hardway:kind": "cluster"}, "f")


def test_a_services_stack_names_unknown_keys() -> None:
    values = stack_values("sandbox-services") | {"hardway:dns": {}}
    known = "cluster_dns, deletion_protection, demo, environment, kind"
    with pytest.raises(ConfigError, match=f"hardway:dns: is not a known key; known are {known}"):
        load_services("sandbox-services", values, "f")
