"""The base model and the domain types that every section of the configuration is made of."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


class Section(BaseModel):
    """A part of the configuration: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _whole_number_or_text_network(value: object) -> IPv4Network:
    if not isinstance(value, str):
        raise ValueError("a network is text such as 10.0.0.0/16")
    network = IPv4Network(value, strict=False)
    if str(network) != value:
        raise ValueError(f"{value} is not a network address; did you mean {network}?")
    return network


Cidr = Annotated[IPv4Network, BeforeValidator(_whole_number_or_text_network)]
"""An IPv4 network whose host bits are zero, as `10.40.0.0/16`."""

Address = IPv4Address
"""One IPv4 address, planned in the stack file, never derived from a position."""

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,28}[a-z0-9]$")]
"""A name that becomes part of resource names, host names and labels: lower case, digits, dashes."""

Fqdn = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")]
"""A fully qualified domain name in lower case without the trailing dot."""

BucketName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
"""The name of an S3 bucket."""

Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
"""A version without a leading v, as `1.36.3`."""
