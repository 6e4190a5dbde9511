"""Logs of a VPC's or a subnet's traffic."""

from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import Properties


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


TYPES = (FlowLog,)
