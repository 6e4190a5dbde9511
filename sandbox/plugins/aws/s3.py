"""Buckets and their objects."""

import base64
from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlencode

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.errors import error_code
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties, asset_bytes


class Bucket(AwsResource):
    token = "aws:s3/bucket:Bucket"
    service = "s3"
    also = frozenset({"bucket", "forceDestroy", "objectLockEnabled"})
    defaults: ClassVar = {"forceDestroy": False}
    name_input = "bucket"
    replace = frozenset({"bucket", "objectLockEnabled"})
    computed = ("arn", "bucketDomainName", "bucketRegionalDomainName", "hostedZoneId")

    def make(self, inputs: Properties) -> str:
        name, place = str(inputs["bucket"]), {"LocationConstraint": self.aws.region}
        elsewhere = {} if self.aws.region == "us-east-1" else {"CreateBucketConfiguration": place}
        lock = {"ObjectLockEnabledForBucket": True} if inputs.get("objectLockEnabled") else {}
        self.api.create_bucket(Bucket=name, **elsewhere, **lock)
        return name

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if self.all_tags(inputs):
            self.retag(resource_id, {"tagsAll": {}}, self.all_tags(inputs), [])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        self.api.head_bucket(Bucket=resource_id)
        try:
            tags = tag_map(self.api.get_bucket_tagging(Bucket=resource_id)["TagSet"])
        except self.api.exceptions.ClientError as error:
            if error_code(error) != "NoSuchTagSet":
                raise
            tags = {}
        return {
            "arn": f"arn:aws:s3:::{resource_id}",
            "bucket": resource_id,
            "bucketDomainName": f"{resource_id}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{resource_id}.s3.{self.aws.region}.amazonaws.com",
            "tags": tags,
        }

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        tags = {key: value for key, value in (state.get("tagsAll") or {}).items() if key not in remove} | dict(put)
        self.api.put_bucket_tagging(Bucket=resource_id, Tagging={"TagSet": tag_list(tags)})

    def drop(self, resource_id: str, state: Properties) -> None:
        if state.get("forceDestroy"):
            for page in self.api.get_paginator("list_object_versions").paginate(Bucket=resource_id):
                entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
                objects = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
                if objects:
                    # Force means that the operator may: what a lock of governance mode holds goes, too.
                    self.api.delete_objects(
                        Bucket=resource_id, Delete={"Objects": objects}, BypassGovernanceRetention=True
                    )
        self.api.delete_bucket(Bucket=resource_id)


class BucketObject(AwsResource):
    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    service = "s3"
    fields: ClassVar = {
        "bucket": "Bucket",
        "cacheControl": "CacheControl",
        "contentType": "ContentType",
        "key": "Key",
        "kmsKeyId": "SSEKMSKeyId",
        "serverSideEncryption": "ServerSideEncryption",
    }
    also = frozenset({"content", "contentBase64", "forceDestroy", "metadata", "source", "sourceHash"})
    replace = frozenset({"bucket", "key"})
    required = ("bucket",)
    computed = ("arn", "etag", "versionId")
    computed_on_update = ("etag", "versionId")

    def check(self, name: str, old_inputs: Properties, inputs: Properties, seed: bytes) -> Properties:
        return super().check(name, old_inputs, {"key": name, **inputs}, seed)

    def make(self, inputs: Properties) -> str:
        if inputs.get("contentBase64") is not None:
            body = base64.b64decode(inputs["contentBase64"])
        elif inputs.get("content") is not None:
            body = inputs["content"].encode()
        else:
            body = asset_bytes(inputs.get("source") or {})
        tags = {"Tagging": urlencode(self.all_tags(inputs))} if self.all_tags(inputs) else {}
        metadata = {"Metadata": inputs["metadata"]} if inputs.get("metadata") else {}
        self.api.put_object(**self.request(inputs), **tags, **metadata, Body=body)
        return str(inputs["key"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        bucket, key = state.get("bucket"), state.get("key") or resource_id
        if not bucket:
            bucket, _, key = resource_id.removeprefix("s3://").partition("/")
        found = self.api.head_object(Bucket=bucket, Key=key)
        tags = self.api.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        return {
            **{name: value for name, value in self.state_of(found).items() if name in state},
            "arn": f"arn:aws:s3:::{bucket}/{key}",
            "bucket": bucket,
            "etag": found["ETag"].strip('"'),
            "key": key,
            "tags": tag_map(tags),
            "versionId": found.get("VersionId", ""),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if changed - {"forceDestroy"}:
            self.make(new)

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        tags = {key: value for key, value in (state.get("tagsAll") or {}).items() if key not in remove} | dict(put)
        of = {"Bucket": state["bucket"], "Key": state["key"]}
        self.api.put_object_tagging(**of, Tagging={"TagSet": tag_list(tags)})

    def drop(self, resource_id: str, state: Properties) -> None:
        of = {"Bucket": state["bucket"], "Key": state["key"]}
        versions = self.api.list_object_versions(Bucket=state["bucket"], Prefix=state["key"])
        for entry in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
            if entry["Key"] == state["key"]:
                self.api.delete_object(**of, VersionId=entry["VersionId"])


TYPES = (Bucket, BucketObject)
