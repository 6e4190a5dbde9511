"""What was changed behind the engine's back is seen, and put right."""

from __future__ import annotations

from tests.engine.conftest import Project

PROGRAM = """
import pulumi_aws as aws
vpc = aws.ec2.Vpc("vpc", cidr_block="10.7.0.0/16", tags={"Name": "drift"})
bucket = aws.s3.Bucket("bucket", bucket="drift-of-a-bucket", tags={"owner": "us"})
pulumi.export("vpc", vpc.id)
"""


def test_a_tag_changed_by_hand_is_drift_and_is_put_back(project: Project) -> None:
    project.up(PROGRAM)
    vpc, ec2 = project.output("vpc"), project.region.client("ec2")
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "by hand"}, {"Key": "more", "Value": "x"}])

    shown = project.run("preview", "--refresh", "--diff")
    assert '"by hand" => "drift"' in shown
    project.run("refresh", "--yes", "--skip-preview")
    assert project.resources()["vpc"]["outputs"]["tags"] == {"Name": "by hand", "more": "x"}
    assert list(project.steps()) == ["vpc"]
    project.up()
    tags = ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [vpc]}])["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"Name": "drift"}
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def test_what_was_deleted_by_hand_is_made_again(project: Project) -> None:
    project.up(PROGRAM)
    project.region.client("s3").delete_bucket(Bucket="drift-of-a-bucket")

    project.run("refresh", "--yes", "--skip-preview")
    assert "bucket" not in project.resources()
    assert {name: step["op"] for name, step in project.steps().items()} == {"bucket": "create"}
    project.up()
    assert "drift-of-a-bucket" in [entry["Name"] for entry in project.region.client("s3").list_buckets()["Buckets"]]


def test_deleting_what_is_already_gone_succeeds(project: Project) -> None:
    project.up(PROGRAM)
    project.region.client("ec2").delete_vpc(VpcId=project.output("vpc"))
    project.run("destroy", "--yes", "--skip-preview")


def test_existing_resources_are_imported(project: Project) -> None:
    ec2 = project.region.client("ec2")
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": "theirs"}]}]
    vpc = ec2.create_vpc(CidrBlock="10.6.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    program = """
    import pulumi_aws as aws
    vpc = aws.ec2.Vpc("vpc", cidr_block="10.6.0.0/16", tags={"Name": "theirs"}, opts=OPTIONS)
    """
    project.up(program.replace("OPTIONS", f"pulumi.ResourceOptions(import_={vpc!r})"))
    assert project.resources()["vpc"]["id"] == vpc
    project.write(program.replace("OPTIONS", "None"))
    assert project.steps() == {}
