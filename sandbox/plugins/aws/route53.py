"""Hosted zones and records."""

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties


class Zone(AwsResource):
    token = "aws:route53/zone:Zone"
    service = "route53"
    fields: ClassVar = {"name": "Name", "comment": "Comment"}
    also = frozenset({"forceDestroy", "vpcs"})
    defaults: ClassVar = {"comment": "Managed by Pulumi", "forceDestroy": False}
    replace = frozenset({"name"})
    sets = frozenset({"vpcs"})
    required = ("name",)
    computed = ("arn", "nameServers", "primaryNameServer", "zoneId")

    def make(self, inputs: Properties) -> str:
        vpcs = [self._vpc(vpc) for vpc in inputs.get("vpcs") or []]
        config = {"Comment": inputs["comment"], "PrivateZone": bool(vpcs)}
        first = {"VPC": vpcs[0]} if vpcs else {}
        answer = self.api.create_hosted_zone(
            Name=inputs["name"], CallerReference=uuid.uuid4().hex, HostedZoneConfig=config, **first
        )
        return str(answer["HostedZone"]["Id"]).rpartition("/")[2]

    def settle(self, resource_id: str, inputs: Properties) -> None:
        for vpc in (inputs.get("vpcs") or [])[1:]:
            self.api.associate_vpc_with_hosted_zone(HostedZoneId=resource_id, VPC=self._vpc(vpc))
        if self.all_tags(inputs):
            self.retag(resource_id, {}, self.all_tags(inputs), [])

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        answer = self.api.get_hosted_zone(Id=resource_id)
        found = answer["HostedZone"]
        servers = (answer.get("DelegationSet") or {}).get("NameServers", [])
        tags = self.api.list_tags_for_resource(ResourceType="hostedzone", ResourceId=resource_id)
        outputs = {
            "arn": f"arn:aws:route53:::hostedzone/{resource_id}",
            "comment": found.get("Config", {}).get("Comment", ""),
            "name": found["Name"].rstrip("."),
            "nameServers": servers,
            "tags": tag_map(tags["ResourceTagSet"]["Tags"]),
            "zoneId": resource_id,
        }
        if answer.get("VPCs"):
            with_region = any("vpcRegion" in vpc for vpc in state.get("vpcs") or [])
            outputs["vpcs"] = [
                {"vpcId": vpc["VPCId"], **({"vpcRegion": vpc["VPCRegion"]} if with_region else {})}
                for vpc in answer["VPCs"]
            ]
        return outputs

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        if "comment" in changed:
            self.api.update_hosted_zone_comment(Id=resource_id, Comment=new["comment"])
        if "vpcs" in changed:
            old, wanted = state.get("vpcs") or [], new.get("vpcs") or []
            for vpc in wanted:
                if vpc not in old:
                    self.api.associate_vpc_with_hosted_zone(HostedZoneId=resource_id, VPC=self._vpc(vpc))
            for vpc in old:
                if vpc not in wanted:
                    self.api.disassociate_vpc_from_hosted_zone(HostedZoneId=resource_id, VPC=self._vpc(vpc))

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        changes: dict[str, Any] = {"AddTags": tag_list(put)} if put else {}
        changes |= {"RemoveTagKeys": remove} if remove else {}
        self.api.change_tags_for_resource(ResourceType="hostedzone", ResourceId=resource_id, **changes)

    def drop(self, resource_id: str, state: Properties) -> None:
        if state.get("forceDestroy"):
            records = self.api.list_resource_record_sets(HostedZoneId=resource_id)["ResourceRecordSets"]
            own = [record for record in records if record["Type"] not in ("NS", "SOA")]
            if own:
                changes = [{"Action": "DELETE", "ResourceRecordSet": record} for record in own]
                self.api.change_resource_record_sets(HostedZoneId=resource_id, ChangeBatch={"Changes": changes})
        self.api.delete_hosted_zone(Id=resource_id)

    def _vpc(self, vpc: Properties) -> dict[str, str]:
        return {"VPCId": vpc["vpcId"], "VPCRegion": vpc.get("vpcRegion") or self.aws.region}


class Record(AwsResource):
    token = "aws:route53/record:Record"
    service = "route53"
    tagged = False
    also = frozenset({"aliases", "allowOverwrite", "name", "records", "setIdentifier", "ttl", "type", "zoneId"})
    replace = frozenset({"name", "setIdentifier", "type", "zoneId"})
    sets = frozenset({"records", "aliases"})
    required = ("name", "type", "zoneId")
    computed = ("fqdn",)

    def make(self, inputs: Properties) -> str:
        self._apply("UPSERT" if inputs.get("allowOverwrite") else "CREATE", inputs)
        parts = (inputs["zoneId"], inputs["name"], inputs["type"], inputs.get("setIdentifier"))
        return "_".join(part for part in parts if part)

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        zone, name, kind = (state.get(key) for key in ("zoneId", "name", "type"))
        if not zone:
            zone, name, kind = resource_id.split("_", 2)
        full = self._full_name(str(zone), str(name))
        answer = self.api.list_resource_record_sets(
            HostedZoneId=zone, StartRecordName=full, StartRecordType=kind, MaxItems="1"
        )
        for found in answer["ResourceRecordSets"]:
            if found["Name"].rstrip(".") == full and found["Type"] == kind:
                alias = found.get("AliasTarget")
                outputs = {"fqdn": full, "name": name, "type": kind, "zoneId": zone, "ttl": found.get("TTL")}
                outputs["records"] = [entry["Value"] for entry in found.get("ResourceRecords", [])] or None
                if alias:
                    outputs["aliases"] = [
                        {
                            "evaluateTargetHealth": alias["EvaluateTargetHealth"],
                            "name": alias["DNSName"].rstrip("."),
                            "zoneId": alias["HostedZoneId"],
                        }
                    ]
                return outputs
        return None

    def change(self, resource_id: str, state: Properties, new: Properties, changed: set[str]) -> None:
        self._apply("UPSERT", new)

    def drop(self, resource_id: str, state: Properties) -> None:
        if self.read(resource_id, state) is not None:
            self._apply("DELETE", state)

    def _full_name(self, zone: str, name: str) -> str:
        domain = self.api.get_hosted_zone(Id=zone)["HostedZone"]["Name"].rstrip(".")
        name = name.rstrip(".")
        return name if name == domain or name.endswith("." + domain) else f"{name}.{domain}" if name else domain

    def _apply(self, action: str, inputs: Properties) -> None:
        record: dict[str, Any] = {"Name": self._full_name(inputs["zoneId"], inputs["name"]), "Type": inputs["type"]}
        for alias in inputs.get("aliases") or []:
            record["AliasTarget"] = {
                "DNSName": alias["name"],
                "EvaluateTargetHealth": alias["evaluateTargetHealth"],
                "HostedZoneId": alias["zoneId"],
            }
        if inputs.get("records"):
            record["ResourceRecords"] = [{"Value": value} for value in inputs["records"]]
            record["TTL"] = inputs.get("ttl", 300)
        if inputs.get("setIdentifier"):
            record["SetIdentifier"] = inputs["setIdentifier"]
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        self.api.change_resource_record_sets(HostedZoneId=inputs["zoneId"], ChangeBatch=batch)


TYPES = (Zone, Record)
