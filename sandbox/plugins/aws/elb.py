"""Load balancers, their target groups, targets and listeners."""

import secrets
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import pascal, tag_list, tag_map
from sandbox.plugins.wire import Properties


class ElbResource(AwsResource):
    service = "elbv2"
    #: Inputs that are attributes: their name and how the provider writes them.
    attributes: ClassVar[Mapping[str, str]] = {}
    noun: ClassVar[str]

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.remove_tags(ResourceArns=[resource_id], TagKeys=remove)
        if put:
            self.api.add_tags(ResourceArns=[resource_id], Tags=tag_list(put))

    def tags(self, resource_id: str) -> dict[str, str]:
        return tag_map(self.api.describe_tags(ResourceArns=[resource_id])["TagDescriptions"][0]["Tags"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        self.set_attributes(resource_id, inputs, {key for key in self.attributes if inputs.get(key) is not None})

    def set_attributes(self, resource_id: str, inputs: Properties, keys: set[str]) -> None:
        texts = {key: str(inputs.get(key)) for key in keys & self.attributes.keys() if inputs.get(key) is not None}
        if texts:
            modify = getattr(self.api, f"modify_{self.noun}_attributes")
            values = {key: text.lower() if text in ("True", "False") else text for key, text in texts.items()}
            attributes = [{"Key": self.attributes[key], "Value": value} for key, value in sorted(values.items())]
            modify(**{self.arn_name: resource_id}, Attributes=attributes)

    def get_attributes(self, resource_id: str, state: Properties) -> Properties:
        """The attributes that the state speaks of, in the type that it uses."""
        describe = getattr(self.api, f"describe_{self.noun}_attributes")
        found = {entry["Key"]: entry["Value"] for entry in describe(**{self.arn_name: resource_id})["Attributes"]}
        outputs: Properties = {}
        for key, name in self.attributes.items():
            if name in found and state.get(key) is not None:
                outputs[key] = _typed(found[name], state[key])
        return outputs

    @property
    def arn_name(self) -> str:
        return "".join(word.capitalize() for word in self.noun.split("_")) + "Arn"

    def drop(self, resource_id: str, state: Properties) -> None:
        getattr(self.api, f"delete_{self.noun}")(**{self.arn_name: resource_id})


class LoadBalancer(ElbResource):
    token = "aws:lb/loadBalancer:LoadBalancer"
    noun = "load_balancer"
    fields: ClassVar = {
        "name": "Name",
        "ipAddressType": "IpAddressType",
        "loadBalancerType": "Type",
        "securityGroups": "SecurityGroups",
        "subnets": "Subnets",
    }
    attributes: ClassVar = {
        "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
        "enableDeletionProtection": "deletion_protection.enabled",
    }
    also = frozenset({"internal", "subnetMappings", *attributes})
    defaults: ClassVar = {"internal": False, "loadBalancerType": "application"}
    name_input = "name"
    replace = frozenset({"internal", "loadBalancerType", "name", "subnetMappings", "subnets"})
    sets = frozenset({"securityGroups", "subnets", "subnetMappings"})
    computed = ("arn", "arnSuffix", "dnsName", "vpcId", "zoneId")

    def make(self, inputs: Properties) -> str:
        request = {**self.request(inputs), "Scheme": "internal" if inputs["internal"] else "internet-facing"}
        if inputs.get("subnetMappings"):
            names = {"privateIpv4Address": "PrivateIPv4Address", "subnetId": "SubnetId", "allocationId": "AllocationId"}
            request["SubnetMappings"] = [
                {names[key]: value for key, value in mapping.items() if value} for mapping in inputs["subnetMappings"]
            ]
        answer = self.api.create_load_balancer(**request, Tags=tag_list(self.all_tags(inputs)))
        return str(answer["LoadBalancers"][0]["LoadBalancerArn"])

    def settle(self, resource_id: str, inputs: Properties) -> None:
        super().settle(resource_id, inputs)
        self.wait(lambda: self.find(resource_id)["State"]["Code"] == "active", f"load balancer {inputs['name']}")

    def find(self, resource_id: str) -> Any:
        return self.api.describe_load_balancers(LoadBalancerArns=[resource_id])["LoadBalancers"][0]

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.find(resource_id)
        return {
            **self.state_of({**found, "Name": found["LoadBalancerName"]}),
            **self.get_attributes(resource_id, state),
            "internal": found["Scheme"] == "internal",
            "arn": resource_id,
            "arnSuffix": resource_id.partition(":loadbalancer/")[2],
            "dnsName": found["DNSName"],
            "vpcId": found["VpcId"],
            "zoneId": found["CanonicalHostedZoneId"],
            "tags": self.tags(resource_id),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.set_attributes(resource_id, new, changed)
        if "securityGroups" in changed:
            groups = new.get("securityGroups") or []
            self.api.set_security_groups(LoadBalancerArn=resource_id, SecurityGroups=groups)


class TargetGroup(ElbResource):
    token = "aws:lb/targetGroup:TargetGroup"
    noun = "target_group"
    fields: ClassVar = {
        "name": "Name",
        "port": "Port",
        "protocol": "Protocol",
        "targetType": "TargetType",
        "vpcId": "VpcId",
    }
    attributes: ClassVar = {
        "connectionTermination": "deregistration_delay.connection_termination.enabled",
        "deregistrationDelay": "deregistration_delay.timeout_seconds",
        "preserveClientIp": "preserve_client_ip.enabled",
        "proxyProtocolV2": "proxy_protocol_v2.enabled",
        "slowStart": "slow_start.duration_seconds",
    }
    also = frozenset({"healthCheck", *attributes})
    defaults: ClassVar = {"targetType": "instance"}
    name_input = "name"
    replace = frozenset(fields)
    computed = ("arn", "arnSuffix", "loadBalancerArns")
    health: ClassVar = {
        "enabled": "HealthCheckEnabled",
        "healthyThreshold": "HealthyThresholdCount",
        "interval": "HealthCheckIntervalSeconds",
        "path": "HealthCheckPath",
        "port": "HealthCheckPort",
        "protocol": "HealthCheckProtocol",
        "timeout": "HealthCheckTimeoutSeconds",
        "unhealthyThreshold": "UnhealthyThresholdCount",
    }

    def make(self, inputs: Properties) -> str:
        tags = tag_list(self.all_tags(inputs))
        answer = self.api.create_target_group(**self.request(inputs), **self._health(inputs), Tags=tags)
        return str(answer["TargetGroups"][0]["TargetGroupArn"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.describe_target_groups(TargetGroupArns=[resource_id])["TargetGroups"][0]
        wanted = state.get("healthCheck") or {}
        check = {key: _typed(found.get(self.health.get(key, "")), value) for key, value in wanted.items()}
        if "matcher" in wanted:
            check["matcher"] = (found.get("Matcher") or {}).get("HttpCode")
        return {
            **self.state_of({**found, "Name": found["TargetGroupName"]}),
            **self.get_attributes(resource_id, state),
            **({"healthCheck": check} if wanted else {}),
            "arn": resource_id,
            "arnSuffix": resource_id.rpartition(":")[2],
            "tags": self.tags(resource_id),
        }

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self.set_attributes(resource_id, new, changed)
        if "healthCheck" in changed:
            self.api.modify_target_group(TargetGroupArn=resource_id, **self._health(new))

    def _health(self, inputs: Properties) -> dict[str, Any]:
        check = inputs.get("healthCheck") or {}
        request = {name: check[key] for key, name in self.health.items() if check.get(key) is not None}
        if check.get("matcher"):
            request["Matcher"] = {"HttpCode": check["matcher"]}
        return {name: str(value) if name == "HealthCheckPort" else value for name, value in request.items()}


class TargetGroupAttachment(ElbResource):
    token = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
    tagged = False
    fields: ClassVar = {"availabilityZone": "AvailabilityZone", "port": "Port", "targetId": "Id"}
    also = frozenset({"targetGroupArn"})
    replace = frozenset(fields) | also
    required = ("targetGroupArn", "targetId")

    def make(self, inputs: Properties) -> str:
        self.api.register_targets(TargetGroupArn=inputs["targetGroupArn"], Targets=[self.request(inputs)])
        return f"{inputs['targetGroupArn']}-{secrets.token_hex(13)}"

    def settle(self, resource_id: str, inputs: Properties) -> None:
        """Nothing to wait for: becoming healthy is not part of being registered."""

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        target = self.request(state, self.fields)
        answer = self.api.describe_target_health(TargetGroupArn=state["targetGroupArn"], Targets=[target])
        for description in answer["TargetHealthDescriptions"]:
            health = description["TargetHealth"]
            if health.get("Reason") not in ("Target.NotRegistered", "Target.DeregistrationInProgress"):
                return {**self.state_of(description["Target"]), "targetGroupArn": state["targetGroupArn"]}
        return None

    def drop(self, resource_id: str, state: Properties) -> None:
        target = self.request(state, self.fields)
        self.api.deregister_targets(TargetGroupArn=state["targetGroupArn"], Targets=[target])


class Listener(ElbResource):
    token = "aws:lb/listener:Listener"
    noun = "listener"
    fields: ClassVar = {"loadBalancerArn": "LoadBalancerArn", "port": "Port", "protocol": "Protocol"}
    also = frozenset({"defaultActions"})
    replace = frozenset({"loadBalancerArn"})
    required = ("defaultActions", "loadBalancerArn")
    computed = ("arn",)

    def make(self, inputs: Properties) -> str:
        actions, tags = pascal(inputs["defaultActions"]), tag_list(self.all_tags(inputs))
        answer = self.api.create_listener(**self.request(inputs), DefaultActions=actions, Tags=tags)
        return str(answer["Listeners"][0]["ListenerArn"])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.api.describe_listeners(ListenerArns=[resource_id])["Listeners"][0]
        names = {"type": "Type", "targetGroupArn": "TargetGroupArn"}
        actions = [
            {key: action.get(name) for key, name in names.items() if action.get(name)}
            for action in found["DefaultActions"]
        ]
        tags = self.tags(resource_id)
        return {**self.state_of(found), "arn": resource_id, "defaultActions": actions, "tags": tags}

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        request = self.request(new, {"port", "protocol"})
        self.api.modify_listener(ListenerArn=resource_id, **request, DefaultActions=pascal(new["defaultActions"]))


def _typed(found: Any, like: Any) -> Any:
    """What AWS answers, in the type that the program used."""
    if found is None or isinstance(like, bool):
        return None if found is None else str(found).lower() == "true"
    return int(found) if isinstance(like, int) else str(found)


TYPES = (LoadBalancer, TargetGroup, TargetGroupAttachment, Listener)
