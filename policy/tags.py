"""Tags of AWS resources, and which types take any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from policy.provider_values import blocks
from policy.resource import UNKNOWN, Resource, Unknown, is_known

ROLE: Final = "hardway:role"
IMAGE_OWNER: Final = "hardway:image-owner"

_TOKEN: Final = re.compile(r"aws:(?P<service>\w+)/\w+:(?P<name>\w+)")
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TAGS_INPUT: Final = re.compile(r'^ {12}__props__\.__dict__\["tags"\] = tags$', re.MULTILINE)


def tags(resource: Resource) -> Mapping[str, Any] | Unknown:
    """The resource's tags by key, those of the provider's defaults included. UNKNOWN if their keys are not known."""
    own, every = resource.at("tags", default={}), resource.at("tagsAll", default={})
    if not is_known(own) or not is_known(every):
        return UNKNOWN
    if isinstance(own, list | tuple):  # as auto-scaling groups have them
        if not all(is_known(one) for one in own) or not all(is_known(block.get("key")) for block in blocks(own)):
            return UNKNOWN
        own = {block.get("key"): block.get("value") for block in blocks(own)}
    return {**every, **own}


def missing_tags(given: Mapping[str, Any], required: tuple[str, ...]) -> list[str]:
    """The required keys that are not there or have no value."""
    return [key for key in required if given.get(key) in (None, "")]


def role(resource: Resource) -> Any:
    """What the resource is for, by its tag; None if it has none, UNKNOWN if that is not known."""
    found = tags(resource)
    return found.get(ROLE) if isinstance(found, Mapping) else UNKNOWN


@cache
def takes_tags(resource_type: str) -> bool:
    """Whether resources of the type can have tags, as the provider's own SDK says.

    The SDK's source is read and not imported: importing a service takes longer than all rules together. Raises
    ModuleNotFoundError if the SDK is not installed, as guessing would let untagged resources pass.
    """
    token = _TOKEN.fullmatch(resource_type)
    if token is None:
        return False
    sdk = find_spec("pulumi_aws")
    if sdk is None or sdk.origin is None:
        raise ModuleNotFoundError("pulumi_aws is not installed beside the policy pack: run uv sync", name="pulumi_aws")
    file = _WORDS.sub("_", token["name"]).lower()
    services = Path(sdk.origin).parent
    # lambda is a word of Python's.
    paths = [services / service / f"{file}.py" for service in (token["service"], f"{token['service']}_")]
    return any(path.exists() and _TAGS_INPUT.search(path.read_text()) is not None for path in paths)
