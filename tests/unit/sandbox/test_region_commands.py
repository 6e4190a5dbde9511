"""The verbs around a region: its record, its log, its kernel settings, and an API-only region as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox import api_log, sysctls
from sandbox.paths import RegionDirectory
from sandbox.record import process_start, read_record

ROOT = Path(__file__).parents[3]


def sandbox(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HARDWAY_SANDBOX": str(folder)}
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("sandbox") / "region"
    try:
        started = sandbox(folder, "start", "--api-only")
        assert started.returncode == 0, started.stderr
        yield folder
    finally:
        sandbox(folder, "reset")
        assert not folder.exists()


def client(folder: Path, service: str, **keys: str) -> Any:
    variables = json.loads(sandbox(folder, "env", "--json").stdout)
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        region_name=variables["AWS_REGION"],
        aws_access_key_id=keys.get("key", variables["AWS_ACCESS_KEY_ID"]),
        aws_secret_access_key=keys.get("secret", variables["AWS_SECRET_ACCESS_KEY"]),
    )


def test_a_second_start_finds_the_running_region(region: Path) -> None:
    first, second = (json.loads(sandbox(region, "start", "--api-only").stdout) for _ in range(2))
    assert first["pid"] == second["pid"]
    assert first["api_only"]


def test_calls_need_a_valid_signature(region: Path) -> None:
    assert client(region, "ec2").describe_vpcs()["Vpcs"]
    with pytest.raises(ClientError, match="AuthFailure"):
        client(region, "ec2", secret="wrong").describe_vpcs()


def test_writes_are_counted_and_reads_are_not(region: Path) -> None:
    def writes() -> int:
        return int(json.loads(sandbox(region, "status", "--json").stdout)["writes"])

    before = writes()
    client(region, "ec2").describe_vpcs()
    assert writes() == before
    client(region, "ec2").create_vpc(CidrBlock="10.77.0.0/16")
    assert writes() == before + 1


def test_any_debian_image_that_is_named_exists_once(region: Path) -> None:
    filters = [{"Name": "name", "Values": ["debian-12-amd64-20260101-1111"]}]
    images = client(region, "ec2").describe_images(Owners=["136693071363"], Filters=filters)["Images"]
    assert [image["RootDeviceName"] for image in images] == ["/dev/xvda"]


def test_load_balancers_have_the_addresses_that_were_asked_for(region: Path) -> None:
    ec2 = client(region, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.78.1.0/24")["Subnet"]["SubnetId"]
    mapping = [{"SubnetId": subnet, "PrivateIPv4Address": "10.78.1.10"}]
    made = client(region, "elbv2").create_load_balancer(
        Name="api", Type="network", Scheme="internal", SubnetMappings=mapping
    )
    zones = made["LoadBalancers"][0]["AvailabilityZones"]
    assert zones[0]["LoadBalancerAddresses"] == [{"PrivateIPv4Address": "10.78.1.10"}]
    with pytest.raises(ClientError, match="InUse"):
        ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.78.1.10")
    free = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["PrivateIpAddress"]
    assert free == "10.78.1.128"


def test_groups_launch_as_their_template_says(region: Path) -> None:
    ec2, scaling = client(region, "ec2"), client(region, "autoscaling")
    vpc = ec2.create_vpc(CidrBlock="10.79.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.79.{number}.0/24")["Subnet"]["SubnetId"] for number in (1, 2)
    ]
    group = ec2.create_security_group(GroupName="worker", Description="workers", VpcId=vpc)["GroupId"]
    data = {
        "ImageId": "ami-00000000000000001",
        "InstanceType": "t3.medium",
        "SecurityGroupIds": [group],
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "hardway:pool", "Value": "general"}]}],
    }
    ec2.create_launch_template(LaunchTemplateName="general", LaunchTemplateData=data)
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="general",
        MinSize=2,
        MaxSize=2,
        VPCZoneIdentifier=",".join(subnets),
        LaunchTemplate={"LaunchTemplateName": "general", "Version": "$Latest"},
    )
    filters = [{"Name": "tag:hardway:pool", "Values": ["general"]}]
    found = [item for part in ec2.describe_instances(Filters=filters)["Reservations"] for item in part["Instances"]]
    assert {instance["SubnetId"] for instance in found} == set(subnets)
    for instance in found:
        assert [item["GroupId"] for item in instance["SecurityGroups"]] == [group]
        assert instance["MetadataOptions"]["HttpTokens"] == "required"


def test_a_region_that_ended_with_its_state_is_not_replaced_silently(tmp_path: Path) -> None:
    folder = tmp_path / "region"
    try:
        pid = json.loads(sandbox(folder, "start", "--api-only").stdout)["pid"]
        state = folder / "state/.pulumi/stacks/hardway"
        state.mkdir(parents=True)
        (state / "sandbox.json").write_text('{"checkpoint": {"latest": {"resources": [{"type": "x"}]}}}')
        os.kill(pid, 9)
        status = sandbox(folder, "status")
        assert status.returncode == 3
        assert "reset" in status.stdout
        refused = sandbox(folder, "start", "--api-only")
        assert refused.returncode == 1
        assert "reset" in refused.stderr
        assert sandbox(folder, "reset").returncode == 0
        assert not folder.exists()
    finally:
        sandbox(folder, "reset")


def test_a_reused_process_id_is_not_the_region(tmp_path: Path) -> None:
    own = process_start(os.getpid())
    fields = {
        "pid": os.getpid(), "started_ticks": (own or 0) + 1, "endpoint": "", "region": "", "epoch": "",
        "api_only": True, "why_api_only": "", "started": 0.0, "access_key": "", "secret_key": "",
    }  # fmt: skip
    path = tmp_path / "region.json"
    path.write_text(json.dumps(fields))
    record = read_record(path)
    assert record is not None
    assert not record.alive


def test_the_log_keeps_one_line_a_call(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text(
        api_log.line(1.0, "AKIA1", "s3", "Put:/bucket/a name", "200", 0.01)
        + api_log.line(2.0, "ASIA1", "secretsmanager", "PutSecretValue", "200", 0.01)
        + api_log.line(3.0, "AKIA1", "ec2", "CreateVpc", "400", 0.01)
        + api_log.line(4.0, "AKIA1", "ec2", "DescribeVpcs", "200", 0.01)
    )
    assert api_log.operator_writes(log) == 1


def test_kernel_settings_go_back_unless_somebody_else_changed_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"a.b": tmp_path / "a", "c.d": tmp_path / "c"}
    for file in settings.values():
        file.write_text("128\n")
    monkeypatch.setattr(sysctls, "_path", settings.__getitem__)
    directory = RegionDirectory(tmp_path)
    sysctls.apply(directory, {"a.b": "8192", "c.d": "8192"})
    sysctls.apply(directory, {"a.b": "8192"})
    assert settings["a.b"].read_text() == "8192"
    settings["c.d"].write_text("9999")
    sysctls.restore(directory)
    assert settings["a.b"].read_text() == "128"
    assert settings["c.d"].read_text() == "9999"
    assert not directory.changes.exists()
