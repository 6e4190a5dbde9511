"""Volumes, and the instances that they are attached to."""

import zlib
from typing import ClassVar

from sandbox.plugins.aws.ec2 import Ec2Resource
from sandbox.plugins.aws.ec2_instances import instance_state
from sandbox.plugins.wire import Properties


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
            self.wait(lambda: instance_state(self.api, instance) in ("stopped", "terminated"), f"{instance} to stop")
        self.api.detach_volume(**self.request(state, self.fields), Force=bool(state.get("forceDetach")))
        self.wait(lambda: self.look("", state) is None, f"{state['volumeId']} to be detached")


TYPES = (Volume, VolumeAttachment)
