"""Route tables, their routes, and the subnets that follow them."""

import zlib
from typing import ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.wire import Properties


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


TYPES = (RouteTable, Route, RouteTableAssociation)
