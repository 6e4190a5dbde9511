"""Auto-scaling groups and their lifecycle hooks."""

from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import camel, pascal
from sandbox.plugins.wire import Properties


class Group(AwsResource):
    token = "aws:autoscaling/group:Group"
    service = "autoscaling"
    # This API's tags say whether instances get them too, so they are an ordinary input.
    tagged = False
    fields: ClassVar = {
        "availabilityZones": "AvailabilityZones",
        "capacityRebalance": "CapacityRebalance",
        "defaultCooldown": "DefaultCooldown",
        "defaultInstanceWarmup": "DefaultInstanceWarmup",
        "desiredCapacity": "DesiredCapacity",
        "healthCheckGracePeriod": "HealthCheckGracePeriod",
        "healthCheckType": "HealthCheckType",
        "maxInstanceLifetime": "MaxInstanceLifetime",
        "maxSize": "MaxSize",
        "minSize": "MinSize",
        "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
        "terminationPolicies": "TerminationPolicies",
        "targetGroupArns": "TargetGroupARNs",
    }
    also = frozenset(
        {
            "forceDelete",
            "launchTemplate",
            "name",
            "tags",
            "vpcZoneIdentifiers",
            "waitForCapacityTimeout",
        }
    )
    name_input = "name"
    replace = frozenset({"name"})
    required = ("maxSize", "minSize")
    sets = frozenset({"availabilityZones", "tags", "targetGroupArns", "vpcZoneIdentifiers"})
    computed = ("arn", "availabilityZones", "defaultCooldown", "desiredCapacity")

    def make(self, inputs: Properties) -> str:
        name = str(inputs["name"])
        self.api.create_auto_scaling_group(
            AutoScalingGroupName=name, Tags=self._tags(name, inputs), **self._settings(inputs)
        )
        return name

    def settle(self, resource_id: str, inputs: Properties) -> None:
        if str(inputs.get("waitForCapacityTimeout", "10m")) not in ("0", "0s"):
            wanted = inputs.get("desiredCapacity") or inputs["minSize"]
            self.wait(lambda: self._in_service(resource_id) >= wanted, f"{wanted} instances of {resource_id}")

    def find(self, resource_id: str) -> Any:
        groups = self.api.describe_auto_scaling_groups(AutoScalingGroupNames=[resource_id])["AutoScalingGroups"]
        return groups[0] if groups else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.find(resource_id)
        if found is None:
            return None
        outputs = {**self.state_of(found), "name": resource_id, "arn": found["AutoScalingGroupARN"]}
        outputs["vpcZoneIdentifiers"] = [part for part in found.get("VPCZoneIdentifier", "").split(",") if part]
        template = camel(found.get("LaunchTemplate") or {})
        wanted = state.get("launchTemplate") or {"id": "", "version": ""}
        names = {"id": "launchTemplateId", "name": "launchTemplateName", "version": "version"}
        outputs["launchTemplate"] = {key: template.get(names[key], value) for key, value in wanted.items()}
        outputs["tags"] = [
            {"key": tag["Key"], "value": tag["Value"], "propagateAtLaunch": tag["PropagateAtLaunch"]}
            for tag in found["Tags"]
            if not tag["Key"].startswith("aws:")
        ]
        return outputs

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if changed - {"tags", "forceDelete", "waitForCapacityTimeout"}:
            self.api.update_auto_scaling_group(AutoScalingGroupName=resource_id, **self._settings(new))
        if "tags" in changed:
            kept = {tag["key"] for tag in new.get("tags") or []}
            gone = [tag for tag in self._tags(resource_id, state) if tag["Key"] not in kept]
            if gone:
                self.api.delete_tags(Tags=gone)
            self.api.create_or_update_tags(Tags=self._tags(resource_id, new))

    def drop(self, resource_id: str, state: Properties) -> None:
        if self.find(resource_id) is None:
            return
        empty = {"MinSize": 0, "MaxSize": 0, "DesiredCapacity": 0}
        self.api.update_auto_scaling_group(AutoScalingGroupName=resource_id, **empty)
        self.wait(lambda: not (self.find(resource_id) or {}).get("Instances"), f"{resource_id} to empty")
        self.api.delete_auto_scaling_group(AutoScalingGroupName=resource_id, ForceDelete=bool(state.get("forceDelete")))
        self.wait(lambda: self.find(resource_id) is None, f"the end of {resource_id}")

    def _settings(self, inputs: Properties) -> dict[str, Any]:
        settings = self.request(inputs)
        if inputs.get("vpcZoneIdentifiers"):
            settings["VPCZoneIdentifier"] = ",".join(inputs["vpcZoneIdentifiers"])
        if inputs.get("launchTemplate"):
            names = {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
            template = inputs["launchTemplate"]
            settings["LaunchTemplate"] = {name: str(template[key]) for key, name in names.items() if template.get(key)}
        return settings

    def _tags(self, name: str, inputs: Properties) -> list[dict[str, Any]]:
        of = {"ResourceId": name, "ResourceType": "auto-scaling-group"}
        return [{**pascal(tag), **of} for tag in inputs.get("tags") or []]

    def _in_service(self, resource_id: str) -> int:
        instances = (self.find(resource_id) or {}).get("Instances", [])
        return sum(instance["LifecycleState"] == "InService" for instance in instances)


class LifecycleHook(AwsResource):
    token = "aws:autoscaling/lifecycleHook:LifecycleHook"
    service = "autoscaling"
    tagged = False
    fields: ClassVar = {
        "autoscalingGroupName": "AutoScalingGroupName",
        "defaultResult": "DefaultResult",
        "heartbeatTimeout": "HeartbeatTimeout",
        "lifecycleTransition": "LifecycleTransition",
    }
    also = frozenset({"name"})
    name_input = "name"
    replace = frozenset({"autoscalingGroupName", "name"})
    required = ("autoscalingGroupName", "lifecycleTransition")
    computed = ("defaultResult",)

    def make(self, inputs: Properties) -> str:
        self.api.put_lifecycle_hook(LifecycleHookName=inputs["name"], **self.request(inputs))
        return str(inputs["name"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        group = state["autoscalingGroupName"]
        hooks = self.api.describe_lifecycle_hooks(AutoScalingGroupName=group, LifecycleHookNames=[resource_id])
        for found in hooks["LifecycleHooks"]:
            return {**self.state_of(found), "name": resource_id}
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.api.put_lifecycle_hook(LifecycleHookName=resource_id, **self.request(new))

    def drop(self, resource_id: str, state: Properties) -> None:
        self.api.delete_lifecycle_hook(
            AutoScalingGroupName=state["autoscalingGroupName"], LifecycleHookName=resource_id
        )


TYPES = (Group, LifecycleHook)
