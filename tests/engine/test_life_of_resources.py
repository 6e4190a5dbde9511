"""Creating, changing, replacing and deleting, step by step, on one small network."""

from __future__ import annotations

from tests.engine.conftest import Project

NETWORK = """
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.9.0.0/16", enable_dns_hostnames=True, tags={"Name": "life"})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="%(subnet)s", availability_zone="eu-central-1a",
                        tags={"color": "%(color)s"})
group = aws.ec2.SecurityGroup("group", name="life-group", vpc_id=vpc.id)
rule = aws.vpc.SecurityGroupIngressRule("rule", security_group_id=group.id, referenced_security_group_id=group.id,
                                        ip_protocol="tcp", from_port=%(port)s, to_port=%(port)s, description="peers")
table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
association = aws.ec2.RouteTableAssociation("association", subnet_id=subnet.id, route_table_id=table.id)
interface = aws.ec2.NetworkInterface("interface", subnet_id=subnet.id, private_ips=["%(address)s"],
                                     security_groups=[group.id])
volume = aws.ebs.Volume("volume", availability_zone="eu-central-1a", size=%(size)s, type="gp3", encrypted=True)
pulumi.export("vpc", vpc.id)
pulumi.export("volume", volume.id)
"""
FIRST = {"subnet": "10.9.1.0/24", "color": "red", "port": 2379, "address": "10.9.1.10", "size": 1}


def test_a_network_lives_through_all_kinds_of_change(project: Project) -> None:
    project.write(NETWORK % FIRST)
    planned = project.steps()
    assert {step["op"] for step in planned.values()} == {"create"}

    created = project.writes(project.up)
    assert ("ec2", "CreateVpc") in created
    ec2 = project.region.client("ec2")
    vpc = project.output("vpc")
    group = project.resources()["group"]["id"]
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    assert [rule["IsEgress"] for rule in rules["SecurityGroupRules"]] == [False], "only the declared rule is there"

    assert project.writes(lambda: project.run("up", "--yes", "--skip-preview", "--expect-no-changes")) == []
    assert project.writes(lambda: project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")) == []

    project.write(NETWORK % (FIRST | {"color": "blue", "port": 2380, "size": 2}))
    changes = project.steps()
    assert {name: step["op"] for name, step in changes.items()} == {
        "rule": "update",
        "subnet": "update",
        "volume": "update",
    }
    assert set(changes["subnet"]["detailedDiff"]) == {"tags.color", "tagsAll.color"}
    volume = project.output("volume")
    made = project.writes(project.up)
    assert ("ec2", "CreateSubnet") not in made
    described = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]
    assert described["Size"] == 2

    project.write(NETWORK % (FIRST | {"subnet": "10.9.2.0/24", "address": "10.9.2.10", "size": 2}))
    operations = {name: step["op"] for name, step in project.steps().items()}
    assert operations["subnet"] == "replace"
    assert operations["interface"] == "replace"
    assert operations["association"] == "replace"
    assert operations.get("vpc") is None
    project.up()
    of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
    assert [entry["CidrBlock"] for entry in ec2.describe_subnets(Filters=of_vpc)["Subnets"]] == ["10.9.2.0/24"]

    only_vpc = NETWORK.split("subnet =")[0] + 'pulumi.export("vpc", vpc.id)'
    project.up(only_vpc % {})
    assert ec2.describe_subnets(Filters=of_vpc)["Subnets"] == []
    assert ec2.describe_volumes(Filters=[{"Name": "volume-id", "Values": [volume]}])["Volumes"] == []
    project.run("destroy", "--yes", "--skip-preview")
    assert ec2.describe_vpcs(Filters=of_vpc)["Vpcs"] == []


def test_a_replacement_with_a_fixed_name_deletes_first(project: Project) -> None:
    program = """
    import pulumi_aws as aws
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.8.0.0/16")
    group = aws.ec2.SecurityGroup("group", name="fixed", description="%s", vpc_id=vpc.id)
    named = aws.iam.Role("named", path="/%s/", assume_role_policy='{"Version": "2012-10-17", "Statement": []}')
    """
    project.up(program % ("one", "one"))
    first = project.resources()["named"]["inputs"]["name"]
    assert first.startswith("named-")

    project.write(program % ("two", "two"))
    diffs = project.steps()
    assert diffs["group"]["op"] == "replace"
    assert diffs["group"]["detailedDiff"]["description"]["kind"] == "update-replace"
    project.up()
    assert project.resources()["group"]["inputs"]["description"] == "two"
    assert project.resources()["named"]["outputs"]["path"] == "/two/"


def test_json_documents_and_sets_are_compared_by_meaning(project: Project) -> None:
    program = """
    import json
    import pulumi_aws as aws
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = aws.iam.Role("role", name="meaning", assume_role_policy=json.dumps(trust, indent=INDENT))
    policy = aws.iam.RolePolicy("policy", name="meaning", role=role.name, policy=json.dumps(document, indent=INDENT))
    """
    project.up(program.replace("INDENT", "None"))
    project.write(program.replace("INDENT", "4"))
    assert project.steps() == {}
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
