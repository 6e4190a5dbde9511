"""Endpoints of services in a VPC."""

from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.wire import Properties


class VpcEndpoint(Ec2Resource):
    token = "aws:ec2/vpcEndpoint:VpcEndpoint"
    noun, id_name = "vpc_endpoint", "VpcEndpointId"
    fields: ClassVar = {
        "vpcId": "VpcId",
        "serviceName": "ServiceName",
        "vpcEndpointType": "VpcEndpointType",
        "policy": "PolicyDocument",
        "privateDnsEnabled": "PrivateDnsEnabled",
        "routeTableIds": "RouteTableIds",
        "subnetIds": "SubnetIds",
        "securityGroupIds": "SecurityGroupIds",
    }
    defaults: ClassVar = {"vpcEndpointType": "Gateway"}
    replace = frozenset({"vpcId", "serviceName", "vpcEndpointType"})
    sets = frozenset({"routeTableIds", "subnetIds", "securityGroupIds"})
    documents = frozenset({"policy"})
    computed = ("arn", "cidrBlocks", "dnsEntries", "networkInterfaceIds", "ownerId", "prefixListId", "state")

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.wait(lambda: self.find(resource_id)["State"].lower() == "available", f"VPC endpoint {resource_id}")

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None:
            return None
        if "Groups" in found:
            outputs["securityGroupIds"] = [group["GroupId"] for group in found["Groups"]]
        outputs["networkInterfaceIds"] = found.get("NetworkInterfaceIds", [])
        outputs["state"] = found["State"].lower()
        if state.get("vpcEndpointType", "Gateway") == "Gateway":
            named = [{"Name": "prefix-list-name", "Values": [found["ServiceName"]]}]
            for prefix_list in self.api.describe_managed_prefix_lists(Filters=named)["PrefixLists"]:
                outputs["prefixListId"] = prefix_list["PrefixListId"]
        return outputs

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        request: dict[str, Any] = self.request(new, changed & {"policy", "privateDnsEnabled"})
        for key, name in (
            ("routeTableIds", "RouteTable"),
            ("subnetIds", "Subnet"),
            ("securityGroupIds", "SecurityGroup"),
        ):
            old, wanted = set(state.get(key) or []), set(new.get(key) or [])
            if key in changed:
                request |= {f"Add{name}Ids": sorted(wanted - old), f"Remove{name}Ids": sorted(old - wanted)}
        self.api.modify_vpc_endpoint(VpcEndpointId=resource_id, **{k: v for k, v in request.items() if v != []})

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.delete_vpc_endpoints(VpcEndpointIds=[resource_id])
        self.wait(lambda: self.read(resource_id, state) is None, "the VPC endpoint's end")


TYPES = (VpcEndpoint,)
