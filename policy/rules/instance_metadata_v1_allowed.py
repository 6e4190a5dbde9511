"""Machines give their credentials to those only who can hold a session with the metadata service."""

from __future__ import annotations

from collections.abc import Iterator

from policy.machines import TYPES, unless_templated
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(machine: Resource, settings: Settings) -> Iterator[str]:
    tokens = machine.at("metadataOptions", "httpTokens", default=unless_templated(machine, "optional"))
    endpoint = machine.at("metadataOptions", "httpEndpoint", default="enabled")
    if is_known(tokens) and tokens != "required" and endpoint == "enabled":
        yield f"metadataOptions.httpTokens is {tokens}: set http_tokens to required."


RULE = ResourceRule(
    name="instance-metadata-v1-allowed",
    what="The metadata service of every machine answers requests with a session token only (IMDSv2).",
    why="With version 1 one forged GET, as of a proxy on the machine, is answered with the machine's credentials.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    fix='Set metadata_options to {"http_tokens": "required", "http_put_response_hop_limit": 1}.',
    severity=Severity.HIGH,
    reference="CIS AWS 3.0.0: 5.6",
    types=TYPES,
    check=_check,
)
