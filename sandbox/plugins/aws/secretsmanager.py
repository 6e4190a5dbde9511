"""Entries of the secret store, and their values."""

import base64
from collections.abc import Mapping
from typing import ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties


class Secret(AwsResource):
    token = "aws:secretsmanager/secret:Secret"
    service = "secretsmanager"
    fields: ClassVar = {"description": "Description", "kmsKeyId": "KmsKeyId", "name": "Name"}
    also = frozenset({"forceOverwriteReplicaSecret", "recoveryWindowInDays"})
    defaults: ClassVar = {"recoveryWindowInDays": 30}
    name_input = "name"
    replace = frozenset({"name"})
    computed = ("arn",)

    def make(self, inputs: Properties) -> str:
        return str(self.api.create_secret(**self.request(inputs), Tags=tag_list(self.all_tags(inputs)))["ARN"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.describe_secret(SecretId=resource_id)
        if found.get("DeletedDate"):
            return None
        return {**self.state_of(found), "arn": found["ARN"], "tags": tag_map(found.get("Tags"))}

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if changed & {"description", "kmsKeyId"}:
            settings = self.request(new, {"description", "kmsKeyId"})
            self.api.update_secret(SecretId=resource_id, **settings)

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.untag_resource(SecretId=resource_id, TagKeys=remove)
        if put:
            self.api.tag_resource(SecretId=resource_id, Tags=tag_list(put))

    def drop(self, resource_id: str, state: Properties) -> None:
        days = state.get("recoveryWindowInDays", 30)
        window = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        self.api.delete_secret(SecretId=resource_id, **window)


class SecretVersion(AwsResource):
    token = "aws:secretsmanager/secretVersion:SecretVersion"
    service = "secretsmanager"
    tagged = False
    also = frozenset({"secretBinary", "secretId", "secretString", "versionStages"})
    replace = frozenset({"secretBinary", "secretId", "secretString"})
    required = ("secretId",)
    secret_outputs = frozenset({"secretBinary", "secretString"})
    computed = ("arn", "versionId", "versionStages")

    def make(self, inputs: Properties) -> str:
        if inputs.get("secretBinary"):
            value = {"SecretBinary": base64.b64decode(inputs["secretBinary"])}
        else:
            value = {"SecretString": inputs["secretString"]}
        answer = self.api.put_secret_value(SecretId=inputs["secretId"], **value)
        return f"{answer['ARN']}|{answer['VersionId']}"

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        secret_id, _, version = resource_id.partition("|")
        found = self.api.get_secret_value(SecretId=secret_id, VersionId=version)
        outputs = {"arn": found["ARN"], "secretId": state.get("secretId") or secret_id, "versionId": version}
        if "SecretBinary" in found:
            outputs["secretBinary"] = base64.b64encode(found["SecretBinary"]).decode()
        else:
            outputs["secretString"] = found["SecretString"]
        return {**outputs, "versionStages": found.get("VersionStages", [])}

    def drop(self, resource_id: str, state: Properties) -> None:
        secret_id, _, version = resource_id.partition("|")
        for stage in state.get("versionStages") or []:
            # The current version stays until there is another one, or the secret itself goes.
            if stage not in ("AWSCURRENT", "AWSPREVIOUS"):
                stages = {"VersionStage": stage, "RemoveFromVersionId": version}
                self.api.update_secret_version_stage(SecretId=secret_id, **stages)


TYPES = (Secret, SecretVersion)
