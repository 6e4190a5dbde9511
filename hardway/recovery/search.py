"""Finds in AWS what a creation that was cut off may have made, by what nothing else shares with it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

Clients = Callable[[str], Any]
"""A boto3 client by the name of its service."""
Inputs = Mapping[str, Any]
Finder = Callable[[Clients, Inputs], Iterable[str]]
"""The ids, as the provider spells them, of whatever has the identity that these inputs give."""

REPEATED: Final = frozenset(
    {
        "aws:autoscaling/lifecycleHook:LifecycleHook",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:lb/targetGroupAttachment:TargetGroupAttachment",
        "aws:s3/bucketObjectv2:BucketObjectv2",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:secretsmanager/secretVersion:SecretVersion",
    }
)
"""What is written where it belongs, whatever is there: doing it once more leaves nothing behind."""


def is_searched(kind: str) -> bool:
    """Whether what is created twice is there twice. Keys, certificates, commands and Kubernetes objects are not."""
    return kind.startswith("aws:") and kind not in REPEATED


def find(kind: str, clients: Clients, inputs: Inputs) -> list[str]:
    """Ids of everything there is of that kind, one of SEARCHED, and identity."""
    return list(_FINDERS[kind](clients, inputs))


def complete(kind: str, clients: Clients, found: str) -> None:
    """What the provider does after creating one, and the engine would not miss, is done. Doing it again is harmless."""
    if kind != "aws:ec2/securityGroup:SecurityGroup":
        return
    # A new group lets everything out until this rule is taken away; those that were asked for have tags.
    of_group = [{"Name": "group-id", "Values": [found]}]
    rules = _pages(clients("ec2"), "describe_security_group_rules", "SecurityGroupRules", Filters=of_group)
    if surplus := [rule["SecurityGroupRuleId"] for rule in rules if rule["IsEgress"] and not rule.get("Tags")]:
        clients("ec2").revoke_security_group_egress(GroupId=found, SecurityGroupRuleIds=surplus)


def _tagged(prefix: str) -> Finder:
    """All kinds of EC2 by their tags, in one way: names are unique for a kind, and ids tell the kind."""

    def look(clients: Clients, inputs: Inputs) -> Iterator[str]:
        wanted = {(key, str(value)) for key, value in (inputs.get("tags") or {}).items()}
        name = [{"Name": "key", "Values": ["Name"]}, {"Name": "value", "Values": [inputs["tags"]["Name"]]}]
        for found in {tag["ResourceId"] for tag in _pages(clients("ec2"), "describe_tags", "Tags", Filters=name)}:
            if found.startswith(prefix):
                own = [{"Name": "resource-id", "Values": [found]}]
                tags = _pages(clients("ec2"), "describe_tags", "Tags", Filters=own)
                if wanted <= {(tag["Key"], tag["Value"]) for tag in tags}:
                    yield found

    return look


def _instances(clients: Clients, inputs: Inputs) -> Iterator[str]:
    alive = [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]
    for found in _tagged("i-")(clients, inputs):
        # Tags of those that are gone are told for another hour.
        if clients("ec2").describe_instances(InstanceIds=[found], Filters=alive)["Reservations"]:
            yield found


def _nat_gateways(clients: Clients, inputs: Inputs) -> Iterator[str]:
    alive = [{"Name": "state", "Values": ["pending", "available"]}]
    for found in _tagged("nat-")(clients, inputs):
        if clients("ec2").describe_nat_gateways(NatGatewayIds=[found], Filters=alive)["NatGateways"]:
            yield found


def _rules(egress: bool) -> Finder:
    """A rule has the same name in both directions."""

    def look(clients: Clients, inputs: Inputs) -> Iterator[str]:
        group = [{"Name": "group-id", "Values": [inputs["securityGroupId"]]}]
        for rule in _pages(clients("ec2"), "describe_security_group_rules", "SecurityGroupRules", Filters=group):
            name = [tag["Value"] for tag in rule.get("Tags") or [] if tag["Key"] == "Name"]
            if rule["IsEgress"] == egress and name == [inputs["tags"]["Name"]]:
                yield str(rule["SecurityGroupRuleId"])

    return look


def _association(clients: Clients, inputs: Inputs) -> Iterator[str]:
    of_subnet = [{"Name": "association.subnet-id", "Values": [inputs["subnetId"]]}]
    for table in clients("ec2").describe_route_tables(Filters=of_subnet)["RouteTables"]:
        for association in table["Associations"]:
            ours = table["RouteTableId"] == inputs["routeTableId"] and association.get("SubnetId") == inputs["subnetId"]
            if ours:
                yield str(association["RouteTableAssociationId"])


def _attachment(clients: Clients, inputs: Inputs) -> Iterator[str]:
    parts = (inputs["deviceName"], inputs["instanceId"], inputs["volumeId"])
    yield f"vai-{zlib.crc32(''.join(f'{part}-' for part in parts).encode())}"


def _listener(clients: Clients, inputs: Inputs) -> Iterator[str]:
    for found in clients("elbv2").describe_listeners(LoadBalancerArn=inputs["loadBalancerArn"])["Listeners"]:
        if found["Port"] == inputs["port"]:
            yield str(found["ListenerArn"])


def _balancer(clients: Clients, inputs: Inputs) -> Iterator[str]:
    for found in _pages(clients("elbv2"), "describe_load_balancers", "LoadBalancers"):
        if found["LoadBalancerName"] == inputs["name"]:
            yield str(found["LoadBalancerArn"])


def _target_group(clients: Clients, inputs: Inputs) -> Iterator[str]:
    for found in _pages(clients("elbv2"), "describe_target_groups", "TargetGroups"):
        if found["TargetGroupName"] == inputs["name"]:
            yield str(found["TargetGroupArn"])


def _secret(clients: Clients, inputs: Inputs) -> Iterator[str]:
    named = [{"Key": "name", "Values": [inputs["name"]]}]
    for found in _pages(clients("secretsmanager"), "list_secrets", "SecretList", Filters=named):
        if found["Name"] == inputs["name"]:  # The filter takes every name that begins so.
            yield str(found["ARN"])


def _key(clients: Clients, inputs: Inputs) -> Iterator[str]:
    kms, wanted = clients("kms"), {(key, str(value)) for key, value in inputs["tags"].items()}
    for key in _pages(kms, "list_keys", "Keys"):
        about = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        if about["KeyManager"] == "CUSTOMER" and about["KeyState"] != "PendingDeletion":
            tags = kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]
            if wanted <= {(tag["TagKey"], tag["TagValue"]) for tag in tags}:
                yield str(key["KeyId"])


def _zone(clients: Clients, inputs: Inputs) -> Iterator[str]:
    route53 = clients("route53")
    vpc, region = inputs["vpcs"][0]["vpcId"], clients("ec2").meta.region_name
    for found in route53.list_hosted_zones_by_vpc(VPCId=vpc, VPCRegion=region)["HostedZoneSummaries"]:
        if found["Name"].rstrip(".") == inputs["name"]:
            yield str(found["HostedZoneId"])


def _spelled(pattern: str) -> Finder:
    """The id is made of inputs. Whether there is one the engine finds out, when it looks at what was adopted."""
    return lambda clients, inputs: [pattern.format_map(inputs)]


def _route(clients: Clients, inputs: Inputs) -> Iterator[str]:
    yield f"r-{inputs['routeTableId']}{zlib.crc32(inputs['destinationCidrBlock'].encode())}"


def _pages(client: Any, operation: str, member: str, **wanted: Any) -> Iterator[Any]:
    for page in client.get_paginator(operation).paginate(**wanted):
        yield from page[member]


_FINDERS: Final[Mapping[str, Finder]] = {
    "aws:autoscaling/group:Group": _spelled("{name}"),
    "aws:cloudwatch/logGroup:LogGroup": _spelled("{name}"),
    "aws:ebs/volume:Volume": _tagged("vol-"),
    "aws:ec2/eip:Eip": _tagged("eipalloc-"),
    "aws:ec2/flowLog:FlowLog": _tagged("fl-"),
    "aws:ec2/instance:Instance": _instances,
    "aws:ec2/internetGateway:InternetGateway": _tagged("igw-"),
    "aws:ec2/launchTemplate:LaunchTemplate": _tagged("lt-"),
    "aws:ec2/natGateway:NatGateway": _nat_gateways,
    "aws:ec2/networkInterface:NetworkInterface": _tagged("eni-"),
    "aws:ec2/route:Route": _route,
    "aws:ec2/routeTable:RouteTable": _tagged("rtb-"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": _association,
    "aws:ec2/securityGroup:SecurityGroup": _tagged("sg-"),
    "aws:ec2/subnet:Subnet": _tagged("subnet-"),
    "aws:ec2/volumeAttachment:VolumeAttachment": _attachment,
    "aws:ec2/vpc:Vpc": _tagged("vpc-"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _tagged("vpce-"),
    "aws:iam/instanceProfile:InstanceProfile": _spelled("{name}"),
    "aws:iam/role:Role": _spelled("{name}"),
    "aws:kms/alias:Alias": _spelled("{name}"),
    "aws:kms/key:Key": _key,
    "aws:lb/listener:Listener": _listener,
    "aws:lb/loadBalancer:LoadBalancer": _balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:route53/record:Record": _spelled("{zoneId}_{name}_{type}"),
    "aws:route53/zone:Zone": _zone,
    "aws:s3/bucket:Bucket": _spelled("{bucket}"),
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rules(egress=True),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rules(egress=False),
}
SEARCHED: Final = frozenset(_FINDERS)
