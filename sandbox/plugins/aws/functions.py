"""Look-ups: what the program asks about the account and the region."""

import json
from collections.abc import Callable
from typing import Any

from sandbox.plugins.aws.clients import Aws
from sandbox.plugins.aws.spelling import camel, tag_map
from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import Properties


def get_ami(aws: Aws, args: Properties) -> Properties:
    request: dict[str, Any] = {"Filters": _filters(args)}
    request |= {"Owners": args["owners"]} if args.get("owners") else {}
    images = aws.client("ec2").describe_images(**request)["Images"]
    if not images:
        raise ProviderError("Your query returned no results. Please change your search criteria and try again.")
    if len(images) > 1 and not args.get("mostRecent"):
        raise ProviderError(
            "Your query returned more than one result. Please try a more specific search criteria, "
            "or set `most_recent` attribute to true."
        )
    image = max(images, key=lambda candidate: candidate.get("CreationDate", ""))
    return {**args, **camel(image), "id": image["ImageId"], "tags": tag_map(image.get("Tags"))}


def get_availability_zones(aws: Aws, args: Properties) -> Properties:
    zones = aws.client("ec2").describe_availability_zones(Filters=_filters(args))["AvailabilityZones"]
    state = args.get("state")
    found = sorted((z for z in zones if state in (None, z["State"])), key=lambda z: str(z["ZoneName"]))
    names, ids = [zone["ZoneName"] for zone in found], [zone["ZoneId"] for zone in found]
    return {**args, "id": aws.region, "names": names, "zoneIds": ids, "groupNames": [aws.region]}


def get_caller_identity(aws: Aws, args: Properties) -> Properties:
    answer = aws.client("sts").get_caller_identity()
    return {"accountId": answer["Account"], "arn": answer["Arn"], "id": answer["Account"], "userId": answer["UserId"]}


def get_partition(aws: Aws, args: Properties) -> Properties:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


def get_region(aws: Aws, args: Properties) -> Properties:
    return {"id": aws.region, "name": aws.region, "region": aws.region, "endpoint": f"ec2.{aws.region}.amazonaws.com"}


def get_prefix_list(aws: Aws, args: Properties) -> Properties:
    filters = _filters(args)
    filters += [{"Name": "prefix-list-name", "Values": [args["name"]]}] if args.get("name") else []
    filters += [{"Name": "prefix-list-id", "Values": [args["prefixListId"]]}] if args.get("prefixListId") else []
    lists = aws.client("ec2").describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
    if len(lists) != 1:
        raise ProviderError(f"{len(lists)} prefix lists match; exactly one is needed")
    identity = lists[0]["PrefixListId"]
    entries = aws.client("ec2").get_managed_prefix_list_entries(PrefixListId=identity)["Entries"]
    cidrs = [entry["Cidr"] for entry in entries]
    return {**args, "id": identity, "prefixListId": identity, "name": lists[0]["PrefixListName"], "cidrBlocks": cidrs}


def get_policy_document(aws: Aws, args: Properties) -> Properties:
    statements = [_statement(statement) for statement in args.get("statements") or []]
    document = {"Version": args.get("version") or "2012-10-17", "Statement": statements}
    text = json.dumps(document, indent=2)
    return {**args, "id": str(abs(hash(text))), "json": text, "minifiedJson": json.dumps(document)}


def _statement(given: Properties) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": given["sid"]} if given.get("sid") else {}
    statement["Effect"] = given.get("effect") or "Allow"
    for key in ("actions", "notActions", "resources", "notResources"):
        if given.get(key):
            name = key[:1].upper() + key[1:-1]
            statement[name] = given[key][0] if len(given[key]) == 1 else sorted(given[key], reverse=True)
    for key, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        principals: dict[str, Any] = {}
        for principal in given.get(key) or []:
            names = principal["identifiers"]
            principals[principal["type"]] = names[0] if len(names) == 1 else names
        if principals:
            statement[name] = "*" if principals == {"*": "*"} else principals
    conditions: dict[str, Any] = {}
    for condition in given.get("conditions") or []:
        values = condition["values"]
        value = values[0] if len(values) == 1 else values
        conditions.setdefault(condition["test"], {})[condition["variable"]] = value
    return statement | ({"Condition": conditions} if conditions else {})


def _filters(args: Properties) -> list[dict[str, Any]]:
    return [{"Name": entry["name"], "Values": entry["values"]} for entry in args.get("filters") or []]


FUNCTIONS: dict[str, Callable[[Aws, Properties], Properties]] = {
    "aws:ec2/getAmi:getAmi": get_ami,
    "aws:ec2/getPrefixList:getPrefixList": get_prefix_list,
    "aws:iam/getPolicyDocument:getPolicyDocument": get_policy_document,
    "aws:index/getAvailabilityZones:getAvailabilityZones": get_availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": get_caller_identity,
    "aws:index/getPartition:getPartition": get_partition,
    "aws:index/getRegion:getRegion": get_region,
}
