"""What the metadata service tells an instance, from moto's state."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.ec2.models import ec2_backends
from moto.sts.models import sts_backends

from sandbox.iam import Result, evaluate
from sandbox.metadata import Facts, Tree
from sandbox.moto_app import ACCOUNT

ROLE_SECONDS = 21_600
RENEW_BEFORE = timedelta(minutes=15)
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


class InstanceFacts:
    """Reads facts of one region's instances; the API's lock must be held."""

    def __init__(self, region: str) -> None:
        self._region = region
        self._credentials: dict[tuple[str, str], tuple[datetime, str]] = {}

    def at(self, address: str) -> Facts | None:
        """Facts of the instance with this address, if it is one."""
        instance = self._instance(address)
        if instance is None:
            return None
        user_data = instance.user_data
        return Facts(
            instance_id=instance.id,
            meta_data=self._meta_data(instance),
            document=self._document(instance),
            user_data=base64.b64decode(str(user_data)) if user_data else None,
            tokens_required=instance.metadata_options.http_tokens == "required",
        )

    def hop_limit(self, address: str) -> int:
        """How many hops an answer to this address may travel."""
        instance = self._instance(address)
        return instance.metadata_options.http_put_response_hop_limit or 1 if instance else 1

    def _instance(self, address: str) -> Any:
        for eni in ec2_backends[ACCOUNT][self._region].enis.values():
            if eni.private_ip_address == address and eni.instance:
                return eni.instance
        return None

    def _meta_data(self, instance: Any) -> Tree:
        interface = instance.nics[0]
        subnet = interface.subnet
        groups = sorted(group.id for group in interface.group_set)
        vpc = subnet.ec2_backend.get_vpc(subnet.vpc_id)
        tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
        card: Tree = {
            "device-number": "0",
            "interface-id": interface.id,
            "local-hostname": instance.private_dns_name,
            "local-ipv4s": interface.private_ip_address,
            "mac": interface.mac_address,
            "owner-id": ACCOUNT,
            "security-group-ids": "\n".join(groups),
            "subnet-id": subnet.id,
            "subnet-ipv4-cidr-block": subnet.cidr_block,
            "vpc-id": subnet.vpc_id,
            "vpc-ipv4-cidr-block": vpc.cidr_block,
        }
        tree: dict[str, str | Tree] = {
            "ami-id": instance.image_id,
            "hostname": instance.private_dns_name,
            "instance-id": instance.id,
            "instance-life-cycle": "on-demand",
            "instance-type": instance.instance_type,
            "local-hostname": instance.private_dns_name,
            "local-ipv4": interface.private_ip_address,
            "mac": interface.mac_address,
            "network": {"interfaces": {"macs": {interface.mac_address: card}}},
            "placement": {"availability-zone": instance.placement.zone, "region": self._region},
            "services": {"domain": "amazonaws.com", "partition": "aws"},
        }
        if instance.metadata_options.instance_metadata_tags == "enabled":
            tree["tags"] = {"instance": tags}
        if role := self._role(instance):
            info = {"Code": "Success", "InstanceProfileArn": role[0], "InstanceProfileId": role[1]}
            tree["iam"] = {
                "info": json.dumps(info),
                "security-credentials": {role[2].name: self._role_credentials(instance.id, role[2])},
            }
        return tree

    def _document(self, instance: Any) -> str:
        return json.dumps(
            {
                "accountId": ACCOUNT,
                "architecture": instance.architecture,
                "availabilityZone": instance.placement.zone,
                "imageId": instance.image_id,
                "instanceId": instance.id,
                "instanceType": instance.instance_type,
                "privateIp": instance.private_ip,
                "region": self._region,
                "version": "2017-09-30",
            }
        )

    def _role(self, instance: Any) -> tuple[str, str, Any] | None:
        """The role of the instance's profile, if its trust policy lets EC2 assume it."""
        association = ec2_backends[ACCOUNT][self._region].iam_instance_profile_associations.get(instance.id)
        if association is None:
            return None
        profile = association.iam_instance_profile
        if not profile.roles:
            return None
        role = profile.roles[0]
        statements = json.loads(role.assume_role_policy_document)["Statement"]
        verdicts = [
            evaluate(statement, "sts:AssumeRole", "", "ec2.amazonaws.com", {})
            for statement in (statements if isinstance(statements, list) else [statements])
        ]
        trusted = Result.PERMITTED in verdicts and Result.DENIED not in verdicts
        return (profile.arn, profile.id, role) if trusted else None

    def _role_credentials(self, instance_id: str, role: Any) -> str:
        now = datetime.now(UTC)
        ends, text = self._credentials.get((instance_id, role.name), (now, ""))
        if ends - RENEW_BEFORE > now:
            return text
        ends = now + timedelta(seconds=ROLE_SECONDS)
        session = sts_backends[ACCOUNT]["aws"].assume_role(
            region_name=self._region,
            role_session_name=instance_id,
            role_arn=role.arn,
            policy=None,
            duration=ROLE_SECONDS,
            external_id=None,
        )
        text = json.dumps(
            {
                "Code": "Success",
                "LastUpdated": now.strftime(_STAMP),
                "Type": "AWS-HMAC",
                "AccessKeyId": session.access_key_id,
                "SecretAccessKey": session.secret_access_key,
                "Token": session.session_token,
                "Expiration": ends.strftime(_STAMP),
            }
        )
        self._credentials[(instance_id, role.name)] = (ends, text)
        return text
