"""`./hw up` of something that is there: gates, plans and drift, with the real engine and a region without machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.repository import Repository, copy_repository

STACK_FILE = "stacks/Pulumi.sandbox.yaml"
READS = ("Get", "Describe", "List", "Head", "Lookup")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """A copy whose sandbox is up, as far as that goes without machines."""
    folder = tmp_path_factory.mktemp("gates")
    repository = copy_repository(folder / "repository", folder)
    repository.variables["HARDWAY_SANDBOX"] = str(folder / "region")
    # What is kept of the state after each step is tested elsewhere, and takes as long as the rest.
    repository.variables["PULUMI_SKIP_CHECKPOINTS"] = "true"
    repository.hw("sandbox", "start", "--api-only")
    try:
        first = repository.hw("up", "sandbox")
        assert "Preview" not in first.stderr, "nothing is there, so there is nothing to lose"
        yield repository
    finally:
        repository.hw("sandbox", "reset", "--yes")


@pytest.fixture(autouse=True)
def _as_committed(repository: Repository) -> None:
    repository.restore()


def writes(repository: Repository) -> list[str]:
    """The calls so far that changed anything in the region."""
    log = Path(repository.variables["HARDWAY_SANDBOX"]) / "logs/api.log"
    calls = [line.split()[2:4] for line in log.read_text().splitlines()]
    return [f"{service} {action}" for service, action in calls if not action.startswith(READS)]


def test_what_is_held_back_touches_nothing_until_it_is_released_by_name(repository: Repository) -> None:
    repository.edit(STACK_FILE, "root_volume_gib: 8\n    etcd", "root_volume_gib: 9\n    etcd")
    before = writes(repository)
    refused = repository.hw("up", "sandbox", code=2)
    assert "3 control planes are replaced: control-plane-control-plane-1, " in refused.stderr
    assert "--release replace:control-plane" in refused.stderr
    assert "± replace aws:ec2:Instance control-plane-control-plane-1" in refused.stderr, "the summary says what"
    assert "releases nothing" in repository.hw("up", "sandbox", "--release", "everything", code=2).stderr
    assert writes(repository) == before

    repository.variables["HARDWAY_RELEASE"] = "replace:control-plane"
    try:
        repository.hw("up", "sandbox")
    finally:
        del repository.variables["HARDWAY_RELEASE"]
    made = writes(repository)[len(before) :]
    assert made.count("ec2 RunInstances") == made.count("ec2 TerminateInstances") == 3
    repository.git("commit", "--quiet", "--all", "-m", "Larger disks")


def test_what_was_reviewed_is_what_is_done(repository: Repository, tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    repository.edit(STACK_FILE, "peers:\n      office: 198.18.0.0/24", "peers:\n      office: 198.18.0.0/25")
    repository.hw("preview", "sandbox", "--no-policy", "--save-plan", str(plan))
    text = plan.read_text()
    assert plan.stat().st_mode & 0o077 == 0
    assert "PRIVATE KEY" not in text
    assert "ciphertext" in text, "what is secret is sealed"

    before = writes(repository)
    repository.edit(STACK_FILE, "office: 198.18.0.0/25", "office: 198.18.0.0/26")
    stale = repository.hw("up", "sandbox", "--plan", str(plan), code=2)
    assert "is stale, and nothing was touched" in stale.stderr
    assert 'cidrIpv4 becomes "198.18.0.0/26", reviewed was that it becomes "198.18.0.0/25"' in stale.stderr
    assert writes(repository) == before

    repository.edit(STACK_FILE, "office: 198.18.0.0/26", "office: 198.18.0.0/25")
    repository.hw("up", "sandbox", "--plan", str(plan))
    assert len(writes(repository)) > len(before)
    repository.git("commit", "--quiet", "--all", "-m", "A smaller office")
    done = writes(repository)
    again = repository.hw("up", "sandbox", "--plan", str(plan), code=2)
    assert "is stale" in again.stderr
    assert writes(repository) == done


def test_a_lost_machine_and_a_lost_volume_are_made_anew(repository: Repository) -> None:
    from hardway.cli.machines import client, machines
    from hardway.cli.region_control import Region

    variables = Region(Path(repository.variables["HARDWAY_SANDBOX"])).variables()
    ec2 = client("ec2", "eu-central-1", variables)
    (lost,) = (one.id for one in machines(ec2, "sandbox") if one.name == "control-plane-2")
    volumes = [
        {"Name": "tag:hardway:role", "Values": ["etcd"]},
        {"Name": "tag:hardway:machine", "Values": ["control-plane-2"]},
    ]
    (volume,) = ec2.describe_volumes(Filters=volumes)["Volumes"]
    ec2.modify_instance_attribute(InstanceId=lost, DisableApiTermination={"Value": False})
    ec2.terminate_instances(InstanceIds=[lost])
    ec2.delete_volume(VolumeId=volume["VolumeId"])

    before = writes(repository)
    said = repository.hw("up", "sandbox").stderr
    (line,) = (line for line in said.splitlines() if "made anew" in line)
    assert lost in line
    assert volume["VolumeId"] in line
    made = [call for call in writes(repository)[len(before) :] if call.startswith("ec2 ")]
    assert sorted(made) == ["ec2 AttachVolume", "ec2 CreateVolume", "ec2 RunInstances"]
    assert "made anew" not in repository.hw("up", "sandbox").stderr


def test_drift_is_told_and_left_as_it_is(repository: Repository, tmp_path: Path) -> None:
    from hardway.cli.machines import client
    from hardway.cli.region_control import Region

    assert repository.hw("drift", "sandbox").returncode == 0
    region = Region(Path(repository.variables["HARDWAY_SANDBOX"]))
    ec2 = client("ec2", "eu-central-1", region.variables())
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:hardway:environment", "Values": ["sandbox"]}])["Vpcs"]
    ec2.create_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "Name", "Value": "by hand"}])
    client("s3", "eu-central-1", region.variables()).delete_bucket_policy(Bucket="hardway-sandbox-artifacts")
    before, file = writes(repository), tmp_path / "drift.json"
    repository.hw("drift", "sandbox", "--report", "json", "--output", str(file), code=2)
    management, stack = json.loads(file.read_text())["stacks"]
    assert (management["stack"], management["drift"]) == ("sandbox-management", [])
    assert [(one["operation"], one["type"], one["name"]) for one in stack["drift"]] == [
        ("delete", "aws:s3/bucketPolicy:BucketPolicy", "artifacts"),
        ("update", "aws:ec2/vpc:Vpc", "network"),
    ]
    assert stack["changes"] == []
    assert writes(repository) == before
    repository.hw("drift", "nowhere", code=1)
