"""Security groups and their rules."""

from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.wire import Properties


class SecurityGroup(Ec2Resource):
    token = "aws:ec2/securityGroup:SecurityGroup"
    noun, id_name = "security_group", "GroupId"
    fields: ClassVar = {"name": "GroupName", "description": "Description", "vpcId": "VpcId"}
    also = frozenset({"revokeRulesOnDelete"})
    defaults: ClassVar = {"description": "Managed by Pulumi"}
    replace = frozenset(fields)
    name_input: ClassVar[str | None] = "name"
    computed = ("arn", "egress", "ingress", "ownerId")

    def settle(self, resource_id: str, inputs: Properties) -> None:
        # As the official provider does: a new group's "all may leave" rule goes, so that only declared rules count.
        group = self.find(resource_id)
        if group["IpPermissionsEgress"]:
            permissions = group["IpPermissionsEgress"]
            self.api.revoke_security_group_egress(GroupId=resource_id, IpPermissions=permissions)

    def drop(self, resource_id: str, state: Properties) -> None:
        if state.get("revokeRulesOnDelete"):
            self.revoke_all(resource_id)
        super().drop(resource_id, state)

    def revoke_all(self, resource_id: str) -> None:
        group = self.find(resource_id)
        for direction, member in (("ingress", "IpPermissions"), ("egress", "IpPermissionsEgress")):
            if group[member]:
                revoke = getattr(self.api, f"revoke_security_group_{direction}")
                revoke(GroupId=resource_id, IpPermissions=group[member])


class DefaultSecurityGroup(SecurityGroup):
    """The VPC's own group, adopted and emptied; deleting it only forgets it."""

    token = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
    fields: ClassVar = {"vpcId": "VpcId"}
    defaults: ClassVar = {}
    replace = frozenset(fields)
    name_input = None
    computed = ("arn", "description", "name", "ownerId")

    def make(self, inputs: Properties) -> str:
        wanted = {"vpc-id": inputs["vpcId"], "group-name": "default"}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        return str(self.api.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.revoke_all(resource_id)
        self.retag(resource_id, {}, self.all_tags(inputs), [])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        return outputs and {**outputs, "name": found["GroupName"], "description": found["Description"]}

    def drop(self, resource_id: str, state: Properties) -> None:
        return


class SecurityGroupIngressRule(Ec2Resource):
    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    noun, id_name = "security_group_rule", "SecurityGroupRuleId"
    direction = "ingress"
    fields: ClassVar = {
        "securityGroupId": "GroupId",
        "ipProtocol": "IpProtocol",
        "fromPort": "FromPort",
        "toPort": "ToPort",
        "cidrIpv4": "CidrIpv4",
        "cidrIpv6": "CidrIpv6",
        "prefixListId": "PrefixListId",
        "description": "Description",
    }
    also = frozenset({"referencedSecurityGroupId"})
    replace = frozenset({"securityGroupId"})
    required = ("securityGroupId", "ipProtocol")
    computed = ("arn", "securityGroupRuleId")

    def make(self, inputs: Properties) -> str:
        authorize = getattr(self.api, f"authorize_security_group_{self.direction}")
        tags = self.tag_specifications(inputs)
        answer = authorize(
            GroupId=inputs["securityGroupId"], IpPermissions=[_permission(inputs)], TagSpecifications=tags
        )
        return str(answer["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None:
            return None
        if outputs["ipProtocol"] == "-1":
            outputs = {key: value for key, value in outputs.items() if key not in ("fromPort", "toPort")}
        group = (found.get("ReferencedGroupInfo") or {}).get("GroupId")
        return {**outputs, "referencedSecurityGroupId": group, "securityGroupRuleId": resource_id}

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        rule = self.request(new, self.fields.keys() - {"securityGroupId"})
        if new.get("referencedSecurityGroupId"):
            rule["ReferencedGroupId"] = new["referencedSecurityGroupId"]
        update = {"SecurityGroupRuleId": resource_id, "SecurityGroupRule": rule}
        self.api.modify_security_group_rules(GroupId=new["securityGroupId"], SecurityGroupRules=[update])

    def drop(self, resource_id: str, state: Properties) -> None:
        revoke = getattr(self.api, f"revoke_security_group_{self.direction}")
        revoke(GroupId=state["securityGroupId"], SecurityGroupRuleIds=[resource_id])


class SecurityGroupEgressRule(SecurityGroupIngressRule):
    token = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
    direction = "egress"


def _permission(inputs: Properties) -> dict[str, Any]:
    """The rule as the authorize calls want it."""
    described = {"Description": inputs["description"]} if inputs.get("description") else {}
    permission = {"IpProtocol": inputs["ipProtocol"]}
    for key, name in (("fromPort", "FromPort"), ("toPort", "ToPort")):
        if inputs.get(key) is not None:
            permission[name] = inputs[key]
    peers = {
        "cidrIpv4": ("IpRanges", "CidrIp"),
        "cidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
        "prefixListId": ("PrefixListIds", "PrefixListId"),
        "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    }
    for key, (member, name) in peers.items():
        if inputs.get(key):
            permission[member] = [{name: inputs[key], **described}]
    return permission


TYPES = (
    SecurityGroup,
    DefaultSecurityGroup,
    SecurityGroupIngressRule,
    SecurityGroupEgressRule,
)
