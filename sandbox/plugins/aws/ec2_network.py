"""VPCs, their subnets, and what connects them with the Internet."""

from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.wire import Properties


class Vpc(Ec2Resource):
    token = "aws:ec2/vpc:Vpc"
    noun, id_name = "vpc", "VpcId"
    fields: ClassVar = {"cidrBlock": "CidrBlock", "instanceTenancy": "InstanceTenancy"}
    attributes: ClassVar = {"enableDnsSupport": "EnableDnsSupport", "enableDnsHostnames": "EnableDnsHostnames"}
    also = frozenset(attributes)
    defaults: ClassVar = {"enableDnsSupport": True, "instanceTenancy": "default"}
    replace = frozenset({"cidrBlock", "instanceTenancy"})
    computed = (
        "arn",
        "defaultNetworkAclId",
        "defaultRouteTableId",
        "defaultSecurityGroupId",
        "dhcpOptionsId",
        "mainRouteTableId",
        "ownerId",
    )

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.change(resource_id, {}, inputs, set(self.attributes))

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        for key in changed & self.attributes.keys():
            value = {"Value": bool(new.get(key, self.defaults.get(key, False)))}
            self.api.modify_vpc_attribute(VpcId=resource_id, **{self.attributes[key]: value})

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs = super().look(resource_id, state)
        if outputs is None:
            return None
        for key, name in self.attributes.items():
            answer = self.api.describe_vpc_attribute(VpcId=resource_id, Attribute=key)
            outputs[key] = answer[name]["Value"]
        of_vpc = [{"Name": "vpc-id", "Values": [resource_id]}]
        main = [*of_vpc, {"Name": "association.main", "Values": ["true"]}]
        default = [*of_vpc, {"Name": "group-name", "Values": ["default"]}]
        for table in self.api.describe_route_tables(Filters=main)["RouteTables"]:
            outputs["mainRouteTableId"] = outputs["defaultRouteTableId"] = table["RouteTableId"]
        for group in self.api.describe_security_groups(Filters=default)["SecurityGroups"]:
            outputs["defaultSecurityGroupId"] = group["GroupId"]
        return outputs


class Subnet(Ec2Resource):
    token = "aws:ec2/subnet:Subnet"
    noun, id_name = "subnet", "SubnetId"
    fields: ClassVar = {
        "vpcId": "VpcId",
        "cidrBlock": "CidrBlock",
        "availabilityZone": "AvailabilityZone",
        "availabilityZoneId": "AvailabilityZoneId",
    }
    also = frozenset({"mapPublicIpOnLaunch"})
    replace = frozenset(fields)
    computed = ("arn", "availabilityZone", "availabilityZoneId", "ownerId")

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if inputs.get("mapPublicIpOnLaunch"):
            self.change(resource_id, {}, inputs, {"mapPublicIpOnLaunch"})
        self.wait(lambda: self.find(resource_id)["State"] == "available", f"subnet {resource_id}")

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        public = {"Value": bool(new.get("mapPublicIpOnLaunch"))}
        self.api.modify_subnet_attribute(SubnetId=resource_id, MapPublicIpOnLaunch=public)

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs = super().look(resource_id, state)
        return outputs and {**outputs, "mapPublicIpOnLaunch": self.find(resource_id).get("MapPublicIpOnLaunch")}


class InternetGateway(Ec2Resource):
    token = "aws:ec2/internetGateway:InternetGateway"
    noun, id_name = "internet_gateway", "InternetGatewayId"
    also = frozenset({"vpcId"})
    computed = ("arn", "ownerId")

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if inputs.get("vpcId"):
            self.api.attach_internet_gateway(InternetGatewayId=resource_id, VpcId=inputs["vpcId"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        vpcs = [attachment["VpcId"] for attachment in (found or {}).get("Attachments", [])]
        return outputs and {**outputs, "vpcId": vpcs[0] if vpcs else None}

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self._detach(resource_id)
        self.settle(resource_id, new)

    def drop(self, resource_id: str, state: Properties) -> None:
        self._detach(resource_id)
        super().drop(resource_id, state)

    def _detach(self, resource_id: str) -> None:
        for attachment in self.find(resource_id).get("Attachments", []):
            self.api.detach_internet_gateway(InternetGatewayId=resource_id, VpcId=attachment["VpcId"])


class Eip(Ec2Resource):
    token = "aws:ec2/eip:Eip"
    noun, id_name = "address", "AllocationId"
    arn_kind = "eipalloc"
    fields: ClassVar = {"domain": "Domain"}
    replace = frozenset({"domain"})
    computed = ("allocationId", "arn", "publicIp", "publicDns", "privateIp", "associationId")

    def make(self, inputs: Properties) -> str:
        tags = self.tag_specifications(inputs, "elastic-ip")
        return str(self.api.allocate_address(**self.request(inputs), TagSpecifications=tags)["AllocationId"])

    def find(self, resource_id: str) -> Any:
        found = self.api.describe_addresses(AllocationIds=[resource_id])["Addresses"]
        return found[0] if found else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        return outputs and {**outputs, "allocationId": resource_id, "publicIp": found.get("PublicIp")}

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.release_address(AllocationId=resource_id)


class NatGateway(Ec2Resource):
    token = "aws:ec2/natGateway:NatGateway"
    noun, id_name = "nat_gateway", "NatGatewayId"
    arn_kind = "natgateway"
    fields: ClassVar = {
        "allocationId": "AllocationId",
        "connectivityType": "ConnectivityType",
        "subnetId": "SubnetId",
    }
    replace = frozenset(fields)
    computed = ("associationId", "networkInterfaceId", "privateIp", "publicIp")

    @property
    def kind(self) -> str:
        return "natgateway"

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.wait(lambda: self.find(resource_id)["State"] == "available", f"NAT gateway {resource_id}")

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        addresses = (found or {}).get("NatGatewayAddresses") or [{}]
        names = ("AllocationId", "NetworkInterfaceId", "PrivateIp", "PublicIp")
        return outputs and outputs | {name[:1].lower() + name[1:]: addresses[0].get(name) for name in names}

    def drop(self, resource_id: str, state: Properties) -> None:
        super().drop(resource_id, state)
        self.wait(lambda: (self.find(resource_id) or {}).get("State", "deleted") == "deleted", "the NAT gateway's end")


TYPES = (Vpc, Subnet, InternetGateway, Eip, NatGateway)
