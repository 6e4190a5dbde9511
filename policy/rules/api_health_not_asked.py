"""A control plane gets requests while its API server says that it is ready."""

from __future__ import annotations

from collections.abc import Iterator

from hardway.api_health import PATH
from hardway.ports import API_PORT
from policy.api_load_balancer import TARGET_GROUP, serves_api
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(group: Resource, settings: Settings) -> Iterator[str]:
    if not serves_api(group):
        return
    # What is not said is the provider's: a TCP connection to the port of the targets.
    for key, default, wanted in (
        ("protocol", "TCP", ("HTTPS",)),
        ("path", "nothing", (PATH,)),
        ("port", "traffic-port", ("traffic-port", str(API_PORT))),
    ):
        given = group.at("healthCheck", key, default=default)
        if is_known(given) and str(given) not in wanted:
            yield f"healthCheck.{key} is {given}: set it to {wanted[-1]}."


RULE = ResourceRule(
    name="api-health-not-asked",
    what=f"The load balancer asks each API server for {PATH} over HTTPS.",
    why="An API server that starts, or that has lost its etcd, accepts connections like any other one: every third"
    " request then fails or hangs.",
    source="https://kubernetes.io/docs/reference/using-api/health-checks/",
    fix=f"Set health_check to protocol HTTPS, path {PATH} and port {API_PORT}.",
    severity=Severity.HIGH,
    reference="kops: HTTPS, two answers either way",
    types=(TARGET_GROUP,),
    check=_check,
)
