"""Answers of the metadata service do not leave the machine's own network namespace."""

from __future__ import annotations

from collections.abc import Iterator

from policy.machines import TYPES, unless_templated
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known

_LIMIT = "httpPutResponseHopLimit"


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    if machine.at("metadataOptions", "httpEndpoint", default="enabled") != "enabled":
        return
    # Not said, it is the image's: an AMI may ask for 2 (imdsSupport), so nobody can say that it is 1.
    limit = machine.at("metadataOptions", _LIMIT, default=unless_templated(machine, "the image's choice"))
    if is_known(limit) and limit != 1:
        yield f"metadataOptions.{_LIMIT} is {limit}: set http_put_response_hop_limit to 1."


RULE = ResourceRule(
    name="instance-metadata-beyond-machine",
    what="Answers of the metadata service travel one hop: from the machine to itself.",
    why="A pod is a second hop away: with a limit of 2 every pod can take the credentials of the machine it runs on.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html",
    fix="Set http_put_response_hop_limit to 1 in metadata_options, also where it is the default.",
    severity=Severity.HIGH,
    reference="story: images that silently ask for a hop limit of 2",
    types=TYPES,
    check=_check,
)
