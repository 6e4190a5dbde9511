"""What there is in a region, whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any


def inventory(client: Callable[[str], Any]) -> dict[str, Counter[str]]:
    """Everything that there is in the region, by kind and by what it is, without ids."""
    found: dict[str, Counter[str]] = {}
    ec2 = client("ec2")
    for noun, member in {
        "vpcs": "Vpcs",
        "subnets": "Subnets",
        "route_tables": "RouteTables",
        "internet_gateways": "InternetGateways",
        "security_groups": "SecurityGroups",
        "network_interfaces": "NetworkInterfaces",
        "volumes": "Volumes",
        "launch_templates": "LaunchTemplates",
        "flow_logs": "FlowLogs",
        "vpc_endpoints": "VpcEndpoints",
        "nat_gateways": "NatGateways",
        "addresses": "Addresses",
    }.items():
        entries = getattr(ec2, f"describe_{noun}")()[member]
        found[noun] = Counter(
            f"{_name(one)} {one.get('State', '')}" for one in entries if one.get("State") != "deleted"
        )
    found["rules"] = Counter(
        " ".join(map(str, (rule["IsEgress"], rule["IpProtocol"], rule["FromPort"], rule.get("CidrIpv4"), _name(rule))))
        for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]
    )
    found["instances"] = Counter(
        f"{_name(instance)} {instance['State']['Name']}"
        for reservation in ec2.describe_instances()["Reservations"]
        for instance in reservation["Instances"]
        if instance["State"]["Name"] != "terminated"
    )
    elb, iam, kms, s3 = (client(service) for service in ("elbv2", "iam", "kms", "s3"))
    balancers = elb.describe_load_balancers()["LoadBalancers"]
    found["balancers"] = Counter(one["LoadBalancerName"] for one in balancers)
    found["target_groups"] = Counter(one["TargetGroupName"] for one in elb.describe_target_groups()["TargetGroups"])
    found["listeners"] = Counter(
        f"{one['LoadBalancerName']} {listener['Port']}"
        for one in balancers
        for listener in elb.describe_listeners(LoadBalancerArn=one["LoadBalancerArn"])["Listeners"]
    )
    roles = [role["RoleName"] for role in iam.list_roles()["Roles"]]
    found["roles"] = Counter(f"{role} {iam.list_role_policies(RoleName=role)['PolicyNames']}" for role in roles)
    profiles = iam.list_instance_profiles()["InstanceProfiles"]
    found["profiles"] = Counter(f"{one['InstanceProfileName']} {len(one['Roles'])}" for one in profiles)
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    found["keys"] = Counter(key["Description"] for key in keys if key["KeyState"] == "Enabled")
    found["aliases"] = Counter(one["AliasName"] for one in kms.list_aliases()["Aliases"])
    secrets = client("secretsmanager").list_secrets()["SecretList"]
    found["secrets"] = Counter(f"{one['Name']} {'AWSCURRENT' in str(one)}" for one in secrets)
    buckets = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    found["buckets"] = Counter(buckets)
    found["objects"] = Counter(
        one["Key"].partition("/")[0] for name in buckets for one in s3.list_objects_v2(Bucket=name).get("Contents", [])
    )
    found["log_groups"] = Counter(
        f"{one['logGroupName']} {one.get('retentionInDays')}"
        for one in client("logs").describe_log_groups()["logGroups"]
    )
    route53 = client("route53")
    found["records"] = Counter(
        f"{zone['Name']}: {record['Type']} {record['Name']}"
        for zone in route53.list_hosted_zones()["HostedZones"]
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    )
    groups = client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    found["groups"] = Counter(one["AutoScalingGroupName"] for one in groups)
    return {kind: entries for kind, entries in found.items() if entries}


def _name(entry: dict[str, Any]) -> str:
    return next((tag["Value"] for tag in entry.get("Tags") or entry.get("TagSet") or [] if tag["Key"] == "Name"), "-")
