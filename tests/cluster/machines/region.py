"""A full region with two plain machines, a server and a client, and what it leaves on the host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from sandbox.paths import RegionDirectory
from tests.cluster.host_state import host_state

ROOT = Path(__file__).parents[3]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}
RIGHTS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::region-test/open/*"}],
}
SERVER = """
import http.server, socketserver
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.client_address[0].encode()
        self.send_response(200 if self.path in ("/", "/readyz") else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Handler).serve_forever()
"""


@dataclass
class Region:
    """A region with a server machine and a client machine, and its API clients."""

    folder: Path
    variables: dict[str, str]
    groups: dict[str, str]
    instances: dict[str, str]
    target_group: str

    def api(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.variables["AWS_ENDPOINT_URL"],
            region_name="eu-central-1",
            aws_access_key_id=self.variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.variables["AWS_SECRET_ACCESS_KEY"],
        )

    def on(self, machine: str, *command: str) -> subprocess.CompletedProcess[str]:
        return sandbox(self.folder, "shell", machine, "--", *command)

    def get(self, machine: str, url: str) -> str:
        return self.on(machine, "curl", "-s", "-m", "3", url).stdout

    def state(self, name: str) -> str:
        found = self.api("ec2").describe_instances(InstanceIds=[self.instances[name]])
        return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])


def sandbox(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HARDWAY_SANDBOX": str(folder)}
    command = [sys.executable, "-m", "sandbox", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def traces(folder: Path) -> list[str]:
    """What of the host carries this region's names; other regions may come and go meanwhile."""
    prefix = RegionDirectory(folder).prefix
    names = (prefix, prefix.replace("hw", "hardway-", 1), str(folder))
    facts = [
        str(value)
        for values in host_state(folder).values()
        for value in (values if isinstance(values, list) else [values])
    ]
    return [fact for fact in facts if any(name in fact for name in names)]


def build(region: Region) -> None:
    """A VPC with one subnet, two groups, two machines, a load balancer, a name and a bucket."""
    ec2, elb, iam, s3 = (region.api(service) for service in ("ec2", "elbv2", "iam", "s3"))
    vpc = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.90.1.0/24", AvailabilityZone="eu-central-1a")["Subnet"][
        "SubnetId"
    ]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.eu-central-1.s3", RouteTableIds=[table])
    for name in ("server", "client", "balancer"):
        region.groups[name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    for source in ("client", "balancer"):
        allow(region, "server", source)
    office = [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "198.18.0.0/24"}]}]
    ec2.authorize_security_group_ingress(GroupId=region.groups["balancer"], IpPermissions=office)

    iam.create_role(RoleName="region-test", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="region-test", PolicyName="read", PolicyDocument=json.dumps(RIGHTS))
    iam.create_instance_profile(InstanceProfileName="region-test")
    iam.add_role_to_instance_profile(InstanceProfileName="region-test", RoleName="region-test")
    s3.create_bucket(Bucket="region-test", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for key in ("open/hello", "closed/hello"):
        s3.put_object(Bucket="region-test", Key=key, Body=b"hello")

    image = [{"Name": "name", "Values": ["debian-12-amd64-20260101-1111"]}]
    ami = ec2.describe_images(Owners=["136693071363"], Filters=image)["Images"][0]["ImageId"]
    for name, address in (("server", "10.90.1.11"), ("client", "10.90.1.12")):
        launched = ec2.run_instances(
            ImageId=ami,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.small",
            SubnetId=subnet,
            PrivateIpAddress=address,
            SecurityGroupIds=[region.groups[name]],
            IamInstanceProfile={"Name": "region-test"},
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            UserData=f"#cloud-config\nwrite_files:\n- path: /root/who\n  content: {name}\n",
            TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}],
        )
        region.instances[name] = launched["Instances"][0]["InstanceId"]
    mapping = [{"SubnetId": subnet, "PrivateIPv4Address": "10.90.1.10"}]
    balancer = elb.create_load_balancer(
        Name="web",
        Type="network",
        Scheme="internal",
        SubnetMappings=mapping,
        SecurityGroups=[region.groups["balancer"]],
    )["LoadBalancers"][0]
    region.target_group = elb.create_target_group(
        Name="web",
        Protocol="TCP",
        Port=8080,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckProtocol="HTTP",
        HealthCheckPath="/readyz",
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=4,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=region.target_group, Targets=[{"Id": "10.90.1.11", "Port": 8080}])
    forward = [{"Type": "forward", "TargetGroupArn": region.target_group}]
    arn = balancer["LoadBalancerArn"]
    elb.create_listener(LoadBalancerArn=arn, Protocol="TCP", Port=80, DefaultActions=forward)
    zones = region.api("route53")
    zone = zones.create_hosted_zone(
        Name="region.test", CallerReference="1", VPC={"VPCRegion": "eu-central-1", "VPCId": vpc}
    )["HostedZone"]["Id"]
    alias = {
        "HostedZoneId": balancer["CanonicalHostedZoneId"],
        "DNSName": balancer["DNSName"],
        "EvaluateTargetHealth": False,
    }
    record = {"Name": "web.region.test", "Type": "A", "AliasTarget": alias}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    zones.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    eventually(lambda: region.state("server") == region.state("client") == "running")
    region.on("server", "systemd-run", "--quiet", "--unit=web", "python3", "-c", SERVER)
    eventually(lambda: region.get("server", "http://127.0.0.1:8080/") != "")


def allow(region: Region, group: str, source: str) -> None:
    pair = [{"GroupId": region.groups[source]}]
    rule = [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "UserIdGroupPairs": pair}]
    region.api("ec2").authorize_security_group_ingress(GroupId=region.groups[group], IpPermissions=rule)
