"""Clients of the API talk TLS with the API server itself."""

from __future__ import annotations

from collections.abc import Iterator

from hardway.ports import API_PORT
from policy.api_load_balancer import LISTENER, TARGET_GROUP, serves_api
from policy.rule import Resource, ResourceRule, Settings, Severity, is_known


def _check(resource: Resource, settings: Settings) -> Iterator[str]:
    if not serves_api(resource):
        return
    for key, wanted in (("protocol", "TCP"), ("port", API_PORT)):
        given = resource.at(key, default="nothing")
        if is_known(given) and given != wanted:
            yield f"{key} is {given}: set it to {wanted}."


RULE = ResourceRule(
    name="api-not-passed-through",
    what=f"The load balancer of the API passes TCP on port {API_PORT} through, untouched.",
    why="A load balancer that ends TLS takes the client certificates away, by which the API server knows who asks;"
    " on another port the name in every kubeconfig leads nowhere.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html",
    fix=f"Set protocol to TCP and port to {API_PORT}, in the listener and in the target group.",
    severity=Severity.HIGH,
    reference="kops: the listener of the API is TCP, and kubeconfigs with certificates work through it",
    types=(LISTENER, TARGET_GROUP),
    check=_check,
)
