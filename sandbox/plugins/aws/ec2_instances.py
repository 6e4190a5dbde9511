"""Instances and their network interfaces."""

from typing import Any, ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.aws.spelling import pascal, tag_list, tag_map
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
        self.wait(lambda: instance_state(self.api, resource_id) == "running", f"{resource_id} to run")

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
            self.wait(lambda: instance_state(self.api, resource_id) == "stopped", f"{resource_id} to stop")
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
        self.wait(lambda: instance_state(self.api, resource_id) == "terminated", f"{resource_id} to terminate")


def instance_state(api: Any, instance_id: str) -> str:
    """An instance's state; one that AWS no longer knows is terminated."""
    reservations = api.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return str(reservations[0]["Instances"][0]["State"]["Name"]) if reservations else "terminated"


TYPES = (Instance, NetworkInterface)
