from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hardway.recovery.search import REPEATED, SEARCHED, complete, find, is_searched

TAGS = {"Name": "hardway-dev-a", "hardway:environment": "dev", "hardway:stack": "dev"}
Client = Callable[[str], Any]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    session: Any = boto3.Session(region_name="eu-central-1")
    with mock_aws():
        yield session.client


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def vpc(client: Client, tags: dict[str, str] = TAGS) -> str:
    specification = [{"ResourceType": "vpc", "Tags": listed(tags)}]
    return str(client("ec2").create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"])


def test_what_is_written_where_it_belongs_is_not_searched() -> None:
    assert not any(is_searched(kind) for kind in REPEATED)
    assert not is_searched("tls:index/privateKey:PrivateKey")
    assert not is_searched("kubernetes:apps/v1:Deployment")
    assert all(is_searched(kind) for kind in SEARCHED)
    assert is_searched("aws:sqs/queue:Queue"), "what nobody knows is not passed over"


def test_it_is_found_by_all_of_its_tags_among_its_kind(client: Client) -> None:
    wanted = vpc(client)
    vpc(client, TAGS | {"hardway:environment": "prod"})
    specification = [{"ResourceType": "volume", "Tags": listed(TAGS)}]
    client("ec2").create_volume(AvailabilityZone="eu-central-1a", Size=1, TagSpecifications=specification)
    assert find("aws:ec2/vpc:Vpc", client, {"tags": TAGS}) == [wanted]
    assert find("aws:ec2/subnet:Subnet", client, {"tags": TAGS}) == []


def test_everything_that_may_be_it_is_told(client: Client) -> None:
    assert sorted([vpc(client), vpc(client)]) == sorted(find("aws:ec2/vpc:Vpc", client, {"tags": TAGS}))


def test_a_terminated_instance_is_none(client: Client) -> None:
    specification = [{"ResourceType": "instance", "Tags": listed(TAGS)}]
    made = client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2, TagSpecifications=specification)
    gone, there = (instance["InstanceId"] for instance in made["Instances"])
    client("ec2").terminate_instances(InstanceIds=[gone])
    assert find("aws:ec2/instance:Instance", client, {"tags": TAGS}) == [there]


def test_a_rule_has_a_direction(client: Client) -> None:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc(client))["GroupId"]
    permissions = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    specification = [{"ResourceType": "security-group-rule", "Tags": listed(TAGS)}]
    request = {"GroupId": group, "IpPermissions": permissions, "TagSpecifications": specification}
    into = ec2.authorize_security_group_ingress(**request)["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    out = ec2.authorize_security_group_egress(**request)["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    inputs = {"securityGroupId": group, "tags": TAGS}
    assert find("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", client, inputs) == [into]
    assert find("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", client, inputs) == [out]


def test_a_new_groups_own_rule_is_taken_away_and_no_other(client: Client) -> None:
    ec2 = client("ec2")
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc(client))["GroupId"]
    permissions = [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}]
    specification = [{"ResourceType": "security-group-rule", "Tags": listed(TAGS)}]
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=permissions, TagSpecifications=specification)
    for _ in range(2):
        complete("aws:ec2/securityGroup:SecurityGroup", client, group)
        left = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
        assert [rule["FromPort"] for rule in left["SecurityGroupRules"]] == [1]


def test_a_secret_is_found_by_its_whole_name(client: Client) -> None:
    secrets = client("secretsmanager")
    secrets.create_secret(Name="hardway/dev/pool/general-2", SecretString="x")
    kind = "aws:secretsmanager/secret:Secret"
    assert find(kind, client, {"name": "hardway/dev/pool/general"}) == []
    wanted = secrets.create_secret(Name="hardway/dev/pool/general", SecretString="x")["ARN"]
    assert find(kind, client, {"name": "hardway/dev/pool/general"}) == [wanted]


def test_a_key_that_is_being_deleted_is_none(client: Client) -> None:
    kms = client("kms")
    tags = [{"TagKey": key, "TagValue": value} for key, value in TAGS.items()]
    gone, there = (kms.create_key(Tags=tags)["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.schedule_key_deletion(KeyId=gone)
    assert find("aws:kms/key:Key", client, {"tags": TAGS}) == [there]


def test_ids_that_are_made_of_inputs_are_spelled_as_the_provider_does(client: Client) -> None:
    record = {"zoneId": "Z1", "name": "api.dev", "type": "A"}
    assert find("aws:route53/record:Record", client, record) == ["Z1_api.dev_A"]
    route = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}
    # The number is what the official provider's documentation shows for this destination.
    assert find("aws:ec2/route:Route", client, route) == ["r-rtb-11080289494"]
