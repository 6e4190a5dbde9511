"""VPCs and what routes in them."""

import zlib
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource, tag_list, tag_map
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import Properties


class Ec2Resource(AwsResource):
    """A type of the EC2 API, whose calls are named alike for all of them."""

    service = "ec2"
    noun: ClassVar[str]
    id_name: ClassVar[str]
    #: The member of answers; the nouns of most types give it.
    member: ClassVar[str] = ""
    arn_kind: ClassVar[str] = ""

    @property
    def kind(self) -> str:
        return self.noun.replace("_", "-")

    @property
    def shape(self) -> str:
        return self.member or "".join(word.capitalize() for word in self.noun.split("_"))

    def tag_specifications(self, inputs: Properties, kind: str = "") -> list[dict[str, Any]]:
        tags = self.all_tags(inputs)
        return [{"ResourceType": kind or self.kind, "Tags": tag_list(tags)}] if tags else []

    def make(self, inputs: Properties) -> str:
        call = getattr(self.api, f"create_{self.noun}")
        answer = call(**self.request(inputs), TagSpecifications=self.tag_specifications(inputs))
        return str(answer.get(self.shape, answer)[self.id_name])

    def find(self, resource_id: str) -> Any:
        """AWS' description, or None."""
        call = getattr(self.api, f"describe_{self.noun}s")
        found = call(**{self.id_name + "s": [resource_id]})[self.shape + "s"]
        return found[0] if found else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.find(resource_id)
        if found is None or found.get("State") in ("deleted", "deleting"):
            return None
        arn = {"arn": self.aws.arn("ec2", f"{self.arn_kind or self.kind}/{resource_id}")}
        return {**arn, **self.state_of(found), "ownerId": found.get("OwnerId"), "tags": tag_map(found.get("Tags"))}

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in remove])
        if put:
            self.api.create_tags(Resources=[resource_id], Tags=tag_list(put))

    def drop(self, resource_id: str, state: Properties) -> None:
        getattr(self.api, f"delete_{self.noun}")(**{self.id_name: resource_id})


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


class RouteTable(Ec2Resource):
    token = "aws:ec2/routeTable:RouteTable"
    noun, id_name = "route_table", "RouteTableId"
    fields: ClassVar = {"vpcId": "VpcId"}
    replace = frozenset(fields)
    computed = ("arn", "ownerId")


class Route(Ec2Resource):
    token = "aws:ec2/route:Route"
    tagged = False
    fields: ClassVar = {
        "routeTableId": "RouteTableId",
        "destinationCidrBlock": "DestinationCidrBlock",
        "gatewayId": "GatewayId",
        "natGatewayId": "NatGatewayId",
        "networkInterfaceId": "NetworkInterfaceId",
        "vpcPeeringConnectionId": "VpcPeeringConnectionId",
    }
    replace = frozenset({"routeTableId", "destinationCidrBlock"})
    required = ("routeTableId", "destinationCidrBlock")
    computed = ("instanceId", "instanceOwnerId", "networkInterfaceId", "origin", "state")

    def make(self, inputs: Properties) -> str:
        self.api.create_route(**self.request(inputs))
        return f"r-{inputs['routeTableId']}{zlib.crc32(inputs['destinationCidrBlock'].encode())}"

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        # An import names the table and the destination: `rtb-1_10.0.0.0/16`.
        table, _, destination = resource_id.partition("_")
        table, destination = state.get("routeTableId") or table, state.get("destinationCidrBlock") or destination
        for route in self.api.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]:
            if route.get("DestinationCidrBlock") == destination:
                rest = {"routeTableId": table, "origin": route.get("Origin"), "state": route.get("State")}
                crc = zlib.crc32(destination.encode())
                return {**self.state_of(route), **rest, "id": f"r-{table}{crc}"}
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.api.replace_route(**self.request(new))

    def drop(self, resource_id: str, state: Properties) -> None:
        destination = state["destinationCidrBlock"]
        self.api.delete_route(RouteTableId=state["routeTableId"], DestinationCidrBlock=destination)


class RouteTableAssociation(Ec2Resource):
    token = "aws:ec2/routeTableAssociation:RouteTableAssociation"
    tagged = False
    fields: ClassVar = {"routeTableId": "RouteTableId", "subnetId": "SubnetId", "gatewayId": "GatewayId"}
    replace = frozenset(fields)

    def make(self, inputs: Properties) -> str:
        return str(self.api.associate_route_table(**self.request(inputs))["AssociationId"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        wanted = [{"Name": "association.route-table-association-id", "Values": [resource_id]}]
        for table in self.api.describe_route_tables(Filters=wanted)["RouteTables"]:
            for association in table["Associations"]:
                if association["RouteTableAssociationId"] == resource_id:
                    return self.state_of(association)
        return None

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.disassociate_route_table(AssociationId=resource_id)


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


class FlowLog(Ec2Resource):
    token = "aws:ec2/flowLog:FlowLog"
    noun, id_name = "flow_log", "FlowLogId"
    arn_kind = "vpc-flow-log"
    fields: ClassVar = {
        "trafficType": "TrafficType",
        "logDestinationType": "LogDestinationType",
        "logDestination": "LogDestination",
        "iamRoleArn": "DeliverLogsPermissionArn",
        "maxAggregationInterval": "MaxAggregationInterval",
    }
    also = frozenset({"vpcId", "subnetId"})
    defaults: ClassVar = {"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600}
    replace = frozenset(fields) | also
    computed = ("arn", "logGroupName")

    def make(self, inputs: Properties) -> str:
        kind, of = ("VPC", inputs["vpcId"]) if inputs.get("vpcId") else ("Subnet", inputs["subnetId"])
        tags = self.tag_specifications(inputs, "vpc-flow-log")
        request = {**self.request(inputs), "TagSpecifications": tags}
        if inputs["logDestinationType"] == "cloud-watch-logs":
            request["LogGroupName"] = request.pop("LogDestination").split(":log-group:")[1].removesuffix(":*")
        answer = self.api.create_flow_logs(ResourceIds=[of], ResourceType=kind, **request)
        for failure in answer.get("Unsuccessful", []):
            raise ProviderError(f"CreateFlowLogs: {failure['Error']['Code']}: {failure['Error']['Message']}")
        return str(answer["FlowLogIds"][0])

    def find(self, resource_id: str) -> Any:
        found = self.api.describe_flow_logs(FlowLogIds=[resource_id])["FlowLogs"]
        return found[0] if found else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None:
            return None
        if "LogGroupName" in found:
            outputs["logGroupName"] = found["LogGroupName"]
            outputs["logDestination"] = self.aws.arn("logs", f"log-group:{found['LogGroupName']}")
        key = "vpcId" if found["ResourceId"].startswith("vpc-") else "subnetId"
        return {**outputs, key: found["ResourceId"]}

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.delete_flow_logs(FlowLogIds=[resource_id])


TYPES = (
    Vpc,
    Subnet,
    InternetGateway,
    Eip,
    NatGateway,
    RouteTable,
    Route,
    RouteTableAssociation,
    VpcEndpoint,
    FlowLog,
)
