"""Keys and their aliases."""

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


TYPES = (Key, Alias)
