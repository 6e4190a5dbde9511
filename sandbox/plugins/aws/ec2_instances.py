"""Instances, their interfaces, volumes and launch templates."""

import zlib
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import camel, pascal, tag_list, tag_map
from sandbox.plugins.aws.ec2_network import Ec2Resource
from sandbox.plugins.wire import Properties


class NetworkInterface(Ec2Resource):
    token = "aws:ec2/networkInterface:NetworkInterface"
    noun, id_name = "network_interface", "NetworkInterfaceId"
    fields: ClassVar = {"subnetId": "SubnetId", "description": "Description", "securityGroups": "Groups"}
    also = frozenset({"privateIps", "sourceDestCheck"})
    defaults: ClassVar = {"sourceDestCheck": True}
    replace = frozenset({"subnetId", "privateIps"})
    sets = frozenset({"securityGroups", "privateIps"})
    computed = ("arn", "macAddress", "ownerId", "privateDnsName", "privateIp")

    def make(self, inputs: Properties) -> str:
        request = self.request(inputs)
        if inputs.get("privateIps"):
            request["PrivateIpAddress"] = inputs["privateIps"][0]
        tags = self.tag_specifications(inputs)
        answer = self.api.create_network_interface(**request, TagSpecifications=tags)
        return str(answer["NetworkInterface"]["NetworkInterfaceId"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if not inputs["sourceDestCheck"]:
            self.change(resource_id, {}, inputs, {"sourceDestCheck"})

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None:
            return None
        return {
            **outputs,
            "securityGroups": [group["GroupId"] for group in found["Groups"]],
            "privateIps": [address["PrivateIpAddress"] for address in found["PrivateIpAddresses"]],
            "privateIp": found["PrivateIpAddress"],
            "privateDnsName": found.get("PrivateDnsName"),
            "macAddress": found.get("MacAddress"),
            "sourceDestCheck": found.get("SourceDestCheck", True),
            "tags": tag_map(found.get("TagSet")),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        settings: dict[str, dict[str, Any]] = {
            "securityGroups": {"Groups": new.get("securityGroups")},
            "sourceDestCheck": {"SourceDestCheck": {"Value": new["sourceDestCheck"]}},
            "description": {"Description": {"Value": new.get("description", "")}},
        }
        for key in changed & settings.keys():
            self.api.modify_network_interface_attribute(NetworkInterfaceId=resource_id, **settings[key])


class Volume(Ec2Resource):
    token = "aws:ebs/volume:Volume"
    noun, id_name = "volume", "VolumeId"
    fields: ClassVar = {
        "availabilityZone": "AvailabilityZone",
        "encrypted": "Encrypted",
        "iops": "Iops",
        "kmsKeyId": "KmsKeyId",
        "size": "Size",
        "snapshotId": "SnapshotId",
        "throughput": "Throughput",
        "type": "VolumeType",
    }
    also = frozenset({"finalSnapshot"})
    replace = frozenset({"availabilityZone", "encrypted", "kmsKeyId", "snapshotId"})
    required = ("availabilityZone",)
    computed = ("arn", "createTime")

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self._available(resource_id)

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if changed & {"iops", "size", "throughput", "type"}:
            wanted = self.request(new, {"iops", "size", "throughput", "type"})
            self.api.modify_volume(VolumeId=resource_id, **wanted)

    def drop(self, resource_id: str, state: Properties) -> None:
        super().drop(resource_id, state)
        self.wait(lambda: self.read(resource_id, state) is None, f"the end of volume {resource_id}")

    def _available(self, resource_id: str) -> None:
        self.wait(lambda: self.find(resource_id)["State"] in ("available", "in-use"), f"volume {resource_id}")


class VolumeAttachment(Ec2Resource):
    token = "aws:ec2/volumeAttachment:VolumeAttachment"
    tagged = False
    noun, id_name = "volume", "VolumeId"
    fields: ClassVar = {"deviceName": "Device", "instanceId": "InstanceId", "volumeId": "VolumeId"}
    also = frozenset({"forceDetach", "skipDestroy", "stopInstanceBeforeDetaching"})
    replace = frozenset(fields)
    required = tuple(fields)
    # A volume can be in one place only: the old attachment goes first.
    exclusive = True

    def make(self, inputs: Properties) -> str:
        self.api.attach_volume(**self.request(inputs))
        identity = "-".join((inputs["deviceName"], inputs["instanceId"], inputs["volumeId"]))
        return f"vai-{zlib.crc32(identity.encode()) or 1}"

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.wait(lambda: self.look("", inputs) is not None, f"{inputs['volumeId']} to be attached")

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        for attachment in self.find(state["volumeId"])["Attachments"]:
            if attachment["InstanceId"] == state["instanceId"] and attachment["State"] == "attached":
                return self.state_of(attachment)
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        """Nothing to do: the settings are about deletion."""

    def drop(self, resource_id: str, state: Properties) -> None:
        if state.get("skipDestroy") or self.read(resource_id, state) is None:
            return
        instance = state["instanceId"]
        if state.get("stopInstanceBeforeDetaching"):
            self.api.stop_instances(InstanceIds=[instance])
            self.wait(lambda: _state(self.api, instance) in ("stopped", "terminated"), f"{instance} to stop")
        self.api.detach_volume(**self.request(state, self.fields), Force=bool(state.get("forceDetach")))
        self.wait(lambda: self.look("", state) is None, f"{state['volumeId']} to be detached")


class Instance(Ec2Resource):
    token = "aws:ec2/instance:Instance"
    noun, id_name = "instance", "InstanceId"
    fields: ClassVar = {
        "ami": "ImageId",
        "instanceType": "InstanceType",
        "keyName": "KeyName",
        "metadataOptions": "MetadataOptions",
        "subnetId": "SubnetId",
        "vpcSecurityGroupIds": "SecurityGroupIds",
        "privateIp": "PrivateIpAddress",
    }
    also = frozenset(
        {
            "disableApiTermination",
            "forceDestroy",
            "iamInstanceProfile",
            "primaryNetworkInterface",
            "rootBlockDevice",
            "userData",
            "userDataReplaceOnChange",
            "volumeTags",
        }
    )
    replace = frozenset({"ami", "keyName", "primaryNetworkInterface", "privateIp", "subnetId"})
    sets = frozenset({"vpcSecurityGroupIds"})
    required = ("ami", "instanceType")
    computed = (
        "arn",
        "availabilityZone",
        "instanceState",
        "primaryNetworkInterfaceId",
        "privateDns",
        "privateIp",
        "publicDns",
        "publicIp",
        "subnetId",
    )

    def must_replace(self, key: str, new: Properties) -> bool:
        return super().must_replace(key, new) or (key == "userData" and bool(new.get("userDataReplaceOnChange")))

    def make(self, inputs: Properties) -> str:
        request = self.request(inputs)
        if inputs.get("iamInstanceProfile"):
            request["IamInstanceProfile"] = {"Name": inputs["iamInstanceProfile"]}
        if inputs.get("userData"):
            request["UserData"] = inputs["userData"]
        if inputs.get("primaryNetworkInterface"):
            interface = inputs["primaryNetworkInterface"]["networkInterfaceId"]
            request["NetworkInterfaces"] = [{"DeviceIndex": 0, "NetworkInterfaceId": interface}]
        if inputs.get("rootBlockDevice"):
            disk = {key: value for key, value in inputs["rootBlockDevice"].items() if key != "tags"}
            image = self.api.describe_images(ImageIds=[inputs["ami"]])["Images"][0]
            request["BlockDeviceMappings"] = [{"DeviceName": image["RootDeviceName"], "Ebs": pascal(disk)}]
        specifications = self.tag_specifications(inputs)
        if inputs.get("volumeTags"):
            specifications.append({"ResourceType": "volume", "Tags": tag_list(inputs["volumeTags"])})
        answer = self.api.run_instances(
            MinCount=1,
            MaxCount=1,
            DisableApiTermination=bool(inputs.get("disableApiTermination")),
            TagSpecifications=specifications,
            **request,
        )
        return str(answer["Instances"][0]["InstanceId"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.wait(lambda: _state(self.api, resource_id) == "running", f"{resource_id} to run")

    def find(self, resource_id: str) -> Any:
        found = self.api.describe_instances(InstanceIds=[resource_id])["Reservations"]
        return found[0]["Instances"][0] if found else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        outputs, found = super().look(resource_id, state), self.find(resource_id)
        if outputs is None or found["State"]["Name"] in ("terminated", "shutting-down"):
            return None
        interfaces = sorted(found.get("NetworkInterfaces", []), key=lambda entry: entry["Attachment"]["DeviceIndex"])
        primary = interfaces[0]["NetworkInterfaceId"] if interfaces else None
        if "metadataOptions" in outputs:
            wanted = state.get("metadataOptions") or {}
            found_options = outputs["metadataOptions"]
            outputs["metadataOptions"] = {key: found_options.get(key, value) for key, value in wanted.items()}
        if state.get("primaryNetworkInterface"):
            outputs["primaryNetworkInterface"] = {"networkInterfaceId": primary}
        attribute = self.api.describe_instance_attribute(InstanceId=resource_id, Attribute="disableApiTermination")
        profile = (found.get("IamInstanceProfile") or {}).get("Arn", "").rpartition("/")[2]
        return {
            **outputs,
            "availabilityZone": found["Placement"]["AvailabilityZone"],
            "disableApiTermination": attribute["DisableApiTermination"]["Value"],
            "iamInstanceProfile": profile or None,
            "instanceState": found["State"]["Name"],
            "primaryNetworkInterfaceId": primary,
            "privateDns": found.get("PrivateDnsName"),
            "publicIp": found.get("PublicIpAddress"),
            "publicDns": found.get("PublicDnsName"),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        modify = self.api.modify_instance_attribute
        if "disableApiTermination" in changed:
            wanted = {"Value": bool(new.get("disableApiTermination"))}
            modify(InstanceId=resource_id, DisableApiTermination=wanted)
        if "vpcSecurityGroupIds" in changed:
            modify(InstanceId=resource_id, Groups=new["vpcSecurityGroupIds"])
        if "metadataOptions" in changed:
            options = pascal(new.get("metadataOptions") or {})
            self.api.modify_instance_metadata_options(InstanceId=resource_id, **options)
        if changed & {"instanceType", "userData"}:
            self.api.stop_instances(InstanceIds=[resource_id])
            self.wait(lambda: _state(self.api, resource_id) == "stopped", f"{resource_id} to stop")
            if "instanceType" in changed:
                modify(InstanceId=resource_id, InstanceType={"Value": new["instanceType"]})
            if "userData" in changed:
                modify(InstanceId=resource_id, UserData={"Value": (new.get("userData") or "").encode()})
            self.api.start_instances(InstanceIds=[resource_id])
            self.settle(resource_id, new)

    def drop(self, resource_id: str, state: Properties) -> None:
        if self.read(resource_id, state) is None:
            return
        if state.get("forceDestroy") and state.get("disableApiTermination"):
            self.api.modify_instance_attribute(InstanceId=resource_id, DisableApiTermination={"Value": False})
        self.api.terminate_instances(InstanceIds=[resource_id])
        self.wait(lambda: _state(self.api, resource_id) == "terminated", f"{resource_id} to terminate")


class LaunchTemplate(Ec2Resource):
    token = "aws:ec2/launchTemplate:LaunchTemplate"
    noun, id_name = "launch_template", "LaunchTemplateId"
    fields: ClassVar = {
        "blockDeviceMappings": "BlockDeviceMappings",
        "iamInstanceProfile": "IamInstanceProfile",
        "imageId": "ImageId",
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


def _state(api: Any, instance_id: str) -> str:
    reservations = api.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return str(reservations[0]["Instances"][0]["State"]["Name"]) if reservations else "terminated"


TYPES = (Instance, LaunchTemplate, NetworkInterface, Volume, VolumeAttachment)
