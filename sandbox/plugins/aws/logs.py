"""Groups of logs."""

from collections.abc import Mapping
from typing import ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.wire import Properties


class LogGroup(AwsResource):
    token = "aws:cloudwatch/logGroup:LogGroup"
    service = "logs"
    fields: ClassVar = {"kmsKeyId": "kmsKeyId", "name": "logGroupName", "retentionInDays": "retentionInDays"}
    also = frozenset({"skipDestroy"})
    defaults: ClassVar = {"retentionInDays": 0, "skipDestroy": False}
    name_input = "name"
    replace = frozenset({"name"})
    computed = ("arn",)

    def make(self, inputs: Properties) -> str:
        tags = {key: str(value) for key, value in self.all_tags(inputs).items()}
        request = self.request(inputs, {"kmsKeyId", "name"})
        self.api.create_log_group(**request, **({"tags": tags} if tags else {}))
        return str(inputs["name"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if inputs["retentionInDays"]:
            self.api.put_retention_policy(logGroupName=resource_id, retentionInDays=inputs["retentionInDays"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        for found in self.api.describe_log_groups(logGroupNamePrefix=resource_id)["logGroups"]:
            if found["logGroupName"] == resource_id:
                tags = self.api.list_tags_log_group(logGroupName=resource_id)["tags"]
                arn = found["arn"].removesuffix(":*")
                return {"retentionInDays": 0, **self.state_of(found), "arn": arn, "tags": dict(tags)}
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if "retentionInDays" in changed and not new["retentionInDays"]:
            self.api.delete_retention_policy(logGroupName=resource_id)
        elif "retentionInDays" in changed:
            self.settle(resource_id, new)
        if "kmsKeyId" in changed and new.get("kmsKeyId"):
            self.api.associate_kms_key(logGroupName=resource_id, kmsKeyId=new["kmsKeyId"])

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.untag_log_group(logGroupName=resource_id, tags=remove)
        if put:
            self.api.tag_log_group(logGroupName=resource_id, tags=dict(put))

    def drop(self, resource_id: str, state: Properties) -> None:
        if not state.get("skipDestroy"):
            self.api.delete_log_group(logGroupName=resource_id)


TYPES = (LogGroup,)
