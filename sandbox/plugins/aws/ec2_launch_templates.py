"""Launch templates and their versions."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.aws.spelling import camel, tag_list
from sandbox.plugins.wire import Properties


class LaunchTemplate(Ec2Resource):
    token = "aws:ec2/launchTemplate:LaunchTemplate"
    noun, id_name = "launch_template", "LaunchTemplateId"
    fields: ClassVar = {
        "blockDeviceMappings": "BlockDeviceMappings",
        "iamInstanceProfile": "IamInstanceProfile",
        "imageId": "ImageId",
        "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
        "instanceType": "InstanceType",
        "metadataOptions": "MetadataOptions",
        "userData": "UserData",
        "vpcSecurityGroupIds": "SecurityGroupIds",
        "tagSpecifications": "TagSpecifications",
    }
    also = frozenset({"name", "description", "updateDefaultVersion", "defaultVersion"})
    sets = frozenset({"vpcSecurityGroupIds"})
    replace = frozenset({"name"})
    name_input = "name"
    computed = ("arn", "defaultVersion", "latestVersion")
    computed_on_update = ("defaultVersion", "latestVersion")

    def make(self, inputs: Properties) -> str:
        answer = self.api.create_launch_template(
            LaunchTemplateName=inputs["name"],
            VersionDescription=inputs.get("description", ""),
            LaunchTemplateData=self._data(inputs),
            TagSpecifications=self.tag_specifications(inputs),
        )
        return str(answer["LaunchTemplate"]["LaunchTemplateId"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None:
            return None
        versions = self.api.describe_launch_template_versions(LaunchTemplateId=resource_id, Versions=["$Latest"])
        data = versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]
        # Moto also puts the template's own tags here, where AWS has only those of what is launched.
        launched = [entry for entry in data.get("TagSpecifications", []) if entry["ResourceType"] != "launch-template"]
        data |= {"TagSpecifications": launched}
        for key, wanted in state.items():
            # Nested blocks come back with more than was asked for: what was asked for is what is compared.
            if key in self.fields and self.fields[key] in data:
                outputs[key] = _as_asked(wanted, _tags_as_map(camel(data[self.fields[key]])))
        return {
            **outputs,
            "name": found["LaunchTemplateName"],
            "latestVersion": found["LatestVersionNumber"],
            "defaultVersion": found["DefaultVersionNumber"],
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        version = state["latestVersion"]
        if changed & (self.fields.keys() | {"description"}):
            answer = self.api.create_launch_template_version(
                LaunchTemplateId=resource_id,
                VersionDescription=new.get("description", ""),
                LaunchTemplateData=self._data(new),
            )
            version = answer["LaunchTemplateVersion"]["VersionNumber"]
        if new.get("updateDefaultVersion"):
            self.api.modify_launch_template(LaunchTemplateId=resource_id, DefaultVersion=str(version))

    def preview_update(self, state: Properties, old: Properties, new: Properties) -> Properties:
        outputs = super().preview_update(state, old, new)
        if self.changed(old, new) <= {"tags"}:
            # No new version: what follows the version is not to be rolled.
            outputs |= {key: state[key] for key in self.computed_on_update if key in state}
        return outputs

    def _data(self, inputs: Properties) -> dict[str, Any]:
        data: dict[str, Any] = _flags(self.request(inputs))
        for specification in data.get("TagSpecifications", []):
            specification["Tags"] = tag_list(inputs_tags(inputs, specification["ResourceType"]))
        return data


def inputs_tags(inputs: Properties, kind: str) -> Mapping[str, Any]:
    """The tags that a launch template gives to a kind of resource, with the names they were given."""
    for specification in inputs["tagSpecifications"]:
        if specification["resourceType"] == kind:
            return specification.get("tags") or {}
    return {}


def _tags_as_map(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0].keys() == {"key", "value"}:
        return {tag["key"]: tag["value"] for tag in value}
    if isinstance(value, dict):
        return {key: _tags_as_map(item) for key, item in value.items()}
    return [_tags_as_map(item) for item in value] if isinstance(value, list) else value


def _as_asked(wanted: Any, found: Any) -> Any:
    """The part of `found` that `wanted` speaks of, with flags as the text that launch templates use."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return {key: _as_asked(value, found.get(key)) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [_as_asked(*pair) for pair in zip(wanted, found, strict=True)]
    if isinstance(wanted, str) and isinstance(found, bool):
        return str(found).lower()
    return int(found) if isinstance(wanted, int) and isinstance(found, str) and found.isdigit() else found


def _flags(value: Any) -> Any:
    """Launch templates' flags are text on the provider's side and true or false on AWS'."""
    if isinstance(value, dict):
        flags = ("Encrypted", "DeleteOnTermination")
        return {
            key: item == "true" if key in flags and isinstance(item, str) else _flags(item)
            for key, item in value.items()
        }
    return [_flags(item) for item in value] if isinstance(value, list) else value


TYPES = (LaunchTemplate,)
