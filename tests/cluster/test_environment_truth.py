"""State, region and previews agree: nothing to do after an `up`, and a change by hand shows."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest

from tests.cluster.conftest import ROOT, Sandbox, run

STACKS = ("sandbox", "sandbox-services")


@pytest.mark.parametrize("stack", STACKS)
def test_a_preview_right_afterwards_expects_no_change(sandbox: Sandbox, stack: str) -> None:
    sandbox.pulumi("preview", "-s", stack, "--expect-no-changes")


@pytest.mark.parametrize("stack", STACKS)
def test_a_refresh_finds_no_drift(sandbox: Sandbox, stack: str) -> None:
    sandbox.pulumi("refresh", "-s", stack, "--yes", "--expect-no-changes")


def test_a_second_up_writes_nothing(sandbox: Sandbox) -> None:
    before = sandbox.region("status")["writes"]
    sandbox.hw("up", "sandbox", "--yes")
    assert sandbox.region("status")["writes"] == before


def test_a_tag_changed_by_hand_shows_as_drift(sandbox: Sandbox) -> None:
    variables = sandbox.variables()
    ec2 = boto3.client(
        "ec2",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name="eu-central-1",
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:hardway:environment", "Values": ["sandbox"]}])["Vpcs"][0]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "hardway:stack", "Value": "by-hand"}])
    try:
        drift = sandbox.pulumi(
            "refresh", "-s", "sandbox", "--preview-only", "--diff", "--expect-no-changes", check=False
        )
        assert drift.returncode != 0
        assert "by-hand" in drift.stdout
    finally:
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "hardway:stack", "Value": "sandbox"}])


def test_a_second_region_with_machines_is_refused_and_leaves_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    other = tmp_path / "other"
    started = run(
        [str(ROOT / ".venv/bin/python"), "-m", "sandbox", "start"],
        {**sandbox.environment, "HARDWAY_SANDBOX": str(other)},
        check=False,
    )
    assert started.returncode != 0
    assert f"in {sandbox.directory}" in started.stderr
    assert not other.exists()
