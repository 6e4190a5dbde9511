"""What a bucket is set to: one resource for each aspect of it."""

import json
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import camel, pascal
from sandbox.plugins.wire import Properties


class BucketSetting(AwsResource):
    """One aspect of a bucket: put, read and removed by calls that are named alike."""

    service = "s3"
    tagged = False
    noun: ClassVar[str]
    #: The parameter that holds the setting, and the input that is it (its fields when empty).
    parameter: ClassVar[str]
    setting: ClassVar[str] = ""
    removable: ClassVar[bool] = True

    def make(self, inputs: Properties) -> str:
        self.put(inputs)
        return str(inputs["bucket"])

    def put(self, inputs: Properties) -> None:
        getattr(self.api, f"put_{self.noun}")(Bucket=inputs["bucket"], **{self.parameter: self.to_api(inputs)})

    def to_api(self, inputs: Properties) -> Any:
        return pascal(inputs[self.setting])

    def from_api(self, answer: Any) -> Properties:
        return {self.setting: camel(answer)}

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        answer = getattr(self.api, f"get_{self.noun}")(Bucket=resource_id)
        found = answer.get(self.parameter, answer)
        return {"bucket": resource_id, **self.from_api(found)} if found else None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.put(new)

    def drop(self, resource_id: str, state: Properties) -> None:
        if self.removable:
            getattr(self.api, f"delete_{self.noun}")(Bucket=resource_id)

    also = frozenset({"bucket"})
    replace = frozenset({"bucket"})
    required = ("bucket",)


class BucketVersioning(BucketSetting):
    token = "aws:s3/bucketVersioning:BucketVersioning"
    noun, parameter, setting = "bucket_versioning", "VersioningConfiguration", "versioningConfiguration"
    also = frozenset({"bucket", setting})
    removable = False

    def from_api(self, answer: Any) -> Properties:
        return {self.setting: {"status": answer.get("Status", "Disabled")}}

    def drop(self, resource_id: str, state: Properties) -> None:
        # Versioning can't be taken back, only suspended, as the official provider does.
        self.api.put_bucket_versioning(Bucket=resource_id, VersioningConfiguration={"Status": "Suspended"})


class BucketEncryption(BucketSetting):
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    noun, parameter, setting = "bucket_encryption", "ServerSideEncryptionConfiguration", "rules"
    also = frozenset({"bucket", setting})
    key_names: ClassVar = {"SseAlgorithm": "SSEAlgorithm", "KmsMasterKeyId": "KMSMasterKeyID"}

    def to_api(self, inputs: Properties) -> Any:
        rules = pascal(inputs["rules"])
        for rule in rules:
            by_default = rule.get("ApplyServerSideEncryptionByDefault", {})
            renamed = {self.key_names[key]: value for key, value in by_default.items()}
            rule["ApplyServerSideEncryptionByDefault"] = renamed
        return {"Rules": rules}

    def from_api(self, answer: Any) -> Properties:
        names = {"SSEAlgorithm": "sseAlgorithm", "KMSMasterKeyID": "kmsMasterKeyId"}
        rules = []
        for rule in answer["Rules"]:
            by_default = rule.get("ApplyServerSideEncryptionByDefault", {})
            found = {names[key]: value for key, value in by_default.items()}
            rules.append({"applyServerSideEncryptionByDefault": found})
            if "BucketKeyEnabled" in rule:
                rules[-1]["bucketKeyEnabled"] = rule["BucketKeyEnabled"]
        return {"rules": rules}


class BucketPublicAccessBlock(BucketSetting):
    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    noun, parameter = "public_access_block", "PublicAccessBlockConfiguration"
    flags: ClassVar = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    defaults: ClassVar = dict.fromkeys(flags, False)
    also = frozenset({"bucket", *flags})

    def to_api(self, inputs: Properties) -> Any:
        return pascal({key: inputs[key] for key in self.flags})

    def from_api(self, answer: Any) -> Properties:
        return {key: value for key, value in camel(answer).items() if key in self.flags}


class BucketOwnershipControls(BucketSetting):
    token = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    noun, parameter, setting = "bucket_ownership_controls", "OwnershipControls", "rule"
    also = frozenset({"bucket", setting})

    def to_api(self, inputs: Properties) -> Any:
        return {"Rules": [pascal(inputs["rule"])]}

    def from_api(self, answer: Any) -> Properties:
        return {"rule": camel(answer["Rules"][0])}


class BucketPolicy(BucketSetting):
    token = "aws:s3/bucketPolicy:BucketPolicy"
    noun, parameter, setting = "bucket_policy", "Policy", "policy"
    also = frozenset({"bucket", setting})
    documents = frozenset({setting})

    def to_api(self, inputs: Properties) -> Any:
        policy = inputs["policy"]
        return policy if isinstance(policy, str) else json.dumps(policy)

    def from_api(self, answer: Any) -> Properties:
        return {"policy": answer}


class BucketLifecycle(BucketSetting):
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    noun, parameter, setting = "bucket_lifecycle_configuration", "LifecycleConfiguration", "rules"
    also = frozenset({"bucket", setting})
    #: Inputs of a rule; whatever else AWS tells of it was not asked for.
    parts: ClassVar = (
        "abortIncompleteMultipartUpload",
        "expiration",
        "filter",
        "noncurrentVersionExpiration",
        "status",
    )

    def to_api(self, inputs: Properties) -> Any:
        return {"Rules": [{"ID": rule["id"], **pascal({**rule, "id": None})} for rule in inputs["rules"]]}

    def from_api(self, answer: Any) -> Properties:
        rules = answer["Rules"] if isinstance(answer, dict) else answer
        return {
            "rules": [
                {"id": rule["ID"], **{key: value for key, value in camel(rule).items() if key in self.parts}}
                for rule in rules
            ]
        }

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.delete_bucket_lifecycle(Bucket=resource_id)


class BucketObjectLock(BucketSetting):
    token = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
    noun, parameter, setting = "object_lock_configuration", "ObjectLockConfiguration", "rule"
    also = frozenset({"bucket", setting})

    def to_api(self, inputs: Properties) -> Any:
        return {"ObjectLockEnabled": "Enabled", **({"Rule": pascal(inputs["rule"])} if inputs.get("rule") else {})}

    def from_api(self, answer: Any) -> Properties:
        kept = (answer.get("Rule") or {}).get("DefaultRetention")
        # Moto tells days and years, the one that was not given as 0.
        return (
            {"rule": {"defaultRetention": {key: value for key, value in camel(kept).items() if value}}} if kept else {}
        )

    def drop(self, resource_id: str, state: Properties) -> None:
        # A bucket keeps its ability to lock; what is taken back is the lock that each object gets unasked.
        self.api.put_object_lock_configuration(
            Bucket=resource_id, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        )


TYPES = (
    BucketVersioning,
    BucketEncryption,
    BucketPublicAccessBlock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketLifecycle,
    BucketObjectLock,
)
