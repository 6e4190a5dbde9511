"""The configuration of a `services` stack: what runs inside the cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hardway.config.base import Name, Section


class ClusterDns(Section):
    """CoreDNS in the cluster."""

    replicas: int = Field(default=2, ge=1)


class Demo(Section):
    """A small web app that shows the cluster at work."""

    enabled: bool = False
    replicas: int = Field(default=2, ge=1)


class Services(Section):
    """What is installed into one environment's cluster."""

    kind: Literal["services"] = "services"
    name: Name
    environment: Name = Field(description="Name of the environment stack that these services run in.")
    cluster_dns: ClusterDns = ClusterDns()
    demo: Demo = Demo()
    deletion_protection: bool = Field(
        default=True, description="Refuse to delete namespaces, with all that is in them, until set to false."
    )
