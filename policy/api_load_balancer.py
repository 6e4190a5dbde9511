"""The load balancer of the Kubernetes API among all others."""

from __future__ import annotations

from typing import Final

from hardway.ports import API_PORT
from policy.resource import Resource
from policy.tags import role

BALANCER: Final = "aws:lb/loadBalancer:LoadBalancer"
LISTENER: Final = "aws:lb/listener:Listener"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"

_ROLE: Final = "api"


def serves_api(resource: Resource) -> bool:
    """Whether a load balancer, a listener or a target group is the API's: by its tag hardway:role, or by its port."""
    return bool(role(resource) == _ROLE or resource.at("port") == API_PORT)
