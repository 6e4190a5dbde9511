"""KMS keys, the secret store, and log groups."""

import base64
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties


class Key(AwsResource):
    token = "aws:kms/key:Key"
    service = "kms"
    fields: ClassVar = {
        "customerMasterKeySpec": "KeySpec",
        "description": "Description",
        "keyUsage": "KeyUsage",
        "multiRegion": "MultiRegion",
        "policy": "Policy",
    }
    also = frozenset({"deletionWindowInDays", "enableKeyRotation", "isEnabled"})
    defaults: ClassVar = {"enableKeyRotation": False, "isEnabled": True}
    replace = frozenset({"customerMasterKeySpec", "keyUsage", "multiRegion"})
    documents = frozenset({"policy"})
    computed = ("arn", "keyId")

    def make(self, inputs: Properties) -> str:
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tag_list(self.all_tags(inputs))]
        return str(self.api.create_key(**self.request(inputs), Tags=tags)["KeyMetadata"]["KeyId"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if inputs["enableKeyRotation"]:
            self.api.enable_key_rotation(KeyId=resource_id)

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.describe_key(KeyId=resource_id)["KeyMetadata"]
        if found["KeyState"] == "PendingDeletion":
            return None
        tags = self.api.list_resource_tags(KeyId=resource_id)["Tags"]
        policy = self.api.get_key_policy(KeyId=resource_id, PolicyName="default")["Policy"]
        return {
            **self.state_of(found),
            "arn": found["Arn"],
            "enableKeyRotation": self.api.get_key_rotation_status(KeyId=resource_id)["KeyRotationEnabled"],
            "isEnabled": found["Enabled"],
            "keyId": resource_id,
            "policy": policy,
            "tags": tag_map({"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if "description" in changed:
            self.api.update_key_description(KeyId=resource_id, Description=new.get("description", ""))
        if "policy" in changed and new.get("policy"):
            self.api.put_key_policy(KeyId=resource_id, PolicyName="default", Policy=new["policy"])
        for key, on, off in (
            ("enableKeyRotation", self.api.enable_key_rotation, self.api.disable_key_rotation),
            ("isEnabled", self.api.enable_key, self.api.disable_key),
        ):
            if key in changed:
                (on if new[key] else off)(KeyId=resource_id)

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.untag_resource(KeyId=resource_id, TagKeys=remove)
        if put:
            tags = [{"TagKey": key, "TagValue": value} for key, value in put.items()]
            self.api.tag_resource(KeyId=resource_id, Tags=tags)

    def drop(self, resource_id: str, state: Properties) -> None:
        if self.read(resource_id, state) is not None:
            days = state.get("deletionWindowInDays") or 30
            self.api.schedule_key_deletion(KeyId=resource_id, PendingWindowInDays=days)


class Alias(AwsResource):
    token = "aws:kms/alias:Alias"
    service = "kms"
    tagged = False
    fields: ClassVar = {"name": "AliasName", "targetKeyId": "TargetKeyId"}
    name_input = "name"
    replace = frozenset({"name"})
    required = ("targetKeyId",)
    computed = ("arn", "targetKeyArn")

    def equal(self, key: str, old: Any, new: Any) -> bool:
        # The target may be named by id or by ARN.
        if key == "targetKeyId" and isinstance(old, str) and isinstance(new, str):
            return old.rpartition("/")[2] == new.rpartition("/")[2]
        return super().equal(key, old, new)

    def make(self, inputs: Properties) -> str:
        self.api.create_alias(**self.request(inputs))
        return str(inputs["name"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        for page in self.api.get_paginator("list_aliases").paginate():
            for alias in page["Aliases"]:
                if alias["AliasName"] == resource_id:
                    return {**self.state_of(alias), "arn": alias["AliasArn"]}
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.api.update_alias(**self.request(new))

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.delete_alias(AliasName=resource_id)


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


TYPES = (Key, Alias, Secret, SecretVersion, LogGroup)
