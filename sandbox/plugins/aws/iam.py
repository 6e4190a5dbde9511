"""Roles, their policies, and instance profiles."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties


class IamResource(AwsResource):
    service = "iam"

    def document(self, value: Any) -> str:
        """A policy as IAM stores it; AWS answers with the parsed document."""
        return value if isinstance(value, str) else json.dumps(value)

    def tag_calls(self) -> tuple[Any, Any]:
        raise NotImplementedError

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        tag, untag, of = *self.tag_calls(), self.named(resource_id)
        if remove:
            untag(**of, TagKeys=remove)
        if put:
            tag(**of, Tags=tag_list(put))

    def named(self, resource_id: str) -> dict[str, str]:
        raise NotImplementedError


class Role(IamResource):
    token = "aws:iam/role:Role"
    fields: ClassVar = {
        "assumeRolePolicy": "AssumeRolePolicyDocument",
        "description": "Description",
        "maxSessionDuration": "MaxSessionDuration",
        "name": "RoleName",
        "path": "Path",
        "permissionsBoundary": "PermissionsBoundary",
    }
    also = frozenset({"forceDetachPolicies"})
    defaults: ClassVar = {"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"}
    name_input = "name"
    replace = frozenset({"name", "path"})
    documents = frozenset({"assumeRolePolicy"})
    required = ("assumeRolePolicy",)
    computed = ("arn", "createDate", "uniqueId")

    def make(self, inputs: Properties) -> str:
        request = self.request(inputs) | {"AssumeRolePolicyDocument": self.document(inputs["assumeRolePolicy"])}
        return str(self.api.create_role(**request, Tags=tag_list(self.all_tags(inputs)))["Role"]["RoleName"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.get_role(RoleName=resource_id)["Role"]
        return {
            **self.state_of(found),
            "arn": found["Arn"],
            "assumeRolePolicy": json.dumps(found["AssumeRolePolicyDocument"]),
            "createDate": found["CreateDate"].isoformat(),
            "tags": tag_map(found.get("Tags")),
            "uniqueId": found["RoleId"],
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if "assumeRolePolicy" in changed:
            document = self.document(new["assumeRolePolicy"])
            self.api.update_assume_role_policy(RoleName=resource_id, PolicyDocument=document)
        if changed & {"description", "maxSessionDuration"}:
            settings = self.request(new, {"description", "maxSessionDuration"})
            self.api.update_role(RoleName=resource_id, **settings)

    def named(self, resource_id: str) -> dict[str, str]:
        return {"RoleName": resource_id}

    def tag_calls(self) -> tuple[Any, Any]:
        return self.api.tag_role, self.api.untag_role

    def drop(self, resource_id: str, state: Properties) -> None:
        if state.get("forceDetachPolicies"):
            for policy in self.api.list_role_policies(RoleName=resource_id)["PolicyNames"]:
                self.api.delete_role_policy(RoleName=resource_id, PolicyName=policy)
        self.api.delete_role(RoleName=resource_id)


class RolePolicy(IamResource):
    token = "aws:iam/rolePolicy:RolePolicy"
    tagged = False
    fields: ClassVar = {"name": "PolicyName", "policy": "PolicyDocument", "role": "RoleName"}
    name_input = "name"
    replace = frozenset({"name", "role"})
    documents = frozenset({"policy"})
    required = ("policy", "role")

    def make(self, inputs: Properties) -> str:
        self.api.put_role_policy(**self.request(inputs) | {"PolicyDocument": self.document(inputs["policy"])})
        return f"{inputs['role']}:{inputs['name']}"

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        role, _, name = resource_id.partition(":")
        found = self.api.get_role_policy(RoleName=role, PolicyName=name)
        return {"name": name, "policy": json.dumps(found["PolicyDocument"]), "role": role}

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.make(new)

    def drop(self, resource_id: str, state: Properties) -> None:
        role, _, name = resource_id.partition(":")
        self.api.delete_role_policy(RoleName=role, PolicyName=name)


class InstanceProfile(IamResource):
    token = "aws:iam/instanceProfile:InstanceProfile"
    fields: ClassVar = {"name": "InstanceProfileName", "path": "Path"}
    also = frozenset({"role"})
    defaults: ClassVar = {"path": "/"}
    name_input = "name"
    replace = frozenset({"name", "path"})
    computed = ("arn", "createDate", "uniqueId")

    def make(self, inputs: Properties) -> str:
        tags = tag_list(self.all_tags(inputs))
        answer = self.api.create_instance_profile(**self.request(inputs), Tags=tags)
        return str(answer["InstanceProfile"]["InstanceProfileName"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if inputs.get("role"):
            self.api.add_role_to_instance_profile(InstanceProfileName=resource_id, RoleName=inputs["role"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.get_instance_profile(InstanceProfileName=resource_id)["InstanceProfile"]
        return {
            **self.state_of(found),
            "arn": found["Arn"],
            "createDate": found["CreateDate"].isoformat(),
            "role": found["Roles"][0]["RoleName"] if found["Roles"] else None,
            "tags": tag_map(found.get("Tags")),
            "uniqueId": found["InstanceProfileId"],
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self._remove_role(resource_id, state)
        self.settle(resource_id, new)

    def named(self, resource_id: str) -> dict[str, str]:
        return {"InstanceProfileName": resource_id}

    def tag_calls(self) -> tuple[Any, Any]:
        return self.api.tag_instance_profile, self.api.untag_instance_profile

    def drop(self, resource_id: str, state: Properties) -> None:
        self._remove_role(resource_id, state)
        self.api.delete_instance_profile(InstanceProfileName=resource_id)

    def _remove_role(self, resource_id: str, state: Properties) -> None:
        if state.get("role"):
            self.api.remove_role_from_instance_profile(InstanceProfileName=resource_id, RoleName=state["role"])


TYPES = (Role, RolePolicy, InstanceProfile)
