"""What the templates of the API server, the controller manager and the scheduler need to know."""

from __future__ import annotations

from typing import Final

from hardway.config.environment import Environment
from hardway.config.instance_types import size_of

CIPHER_SUITES: Final = (
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)
"""Suites for TLS 1.2, which the load balancer's health checks still speak; TLS 1.3 has its own."""

ADMISSION_PLUGINS: Final = (
    "NodeRestriction",
    "PodSecurity",
    "EventRateLimit",
    "DenyServiceExternalIPs",
    "OwnerReferencesPermissionEnforcement",
)
"""Beyond what Kubernetes enables by itself. AlwaysPullImages is left out on purpose: seed images (DNS)
are imported at boot and must run while no registry can be reached."""

_GOAWAY_CHANCE: Final = 0.001
_SHUTDOWN_DELAY_SECONDS: Final = 20
"""How long a stopping API server still serves: the load balancer takes two checks, 10 s apart, to notice."""


def apiserver_values(environment: Environment) -> dict[str, object]:
    """Values for the templates of the API server and of what stands on it."""
    memory_mib = size_of(environment.control_plane.instance_type).memory_gib * 1024
    alone = len(environment.control_plane.members) == 1
    return {
        "cipher_suites": ",".join(CIPHER_SUITES),
        "admission_plugins": ",".join(ADMISSION_PLUGINS),
        # Spreads long-lived connections over all members again; with one there is nowhere to go.
        "goaway_chance": 0 if alone else _GOAWAY_CHANCE,
        "shutdown_delay_seconds": 0 if alone else _SHUTDOWN_DELAY_SECONDS,
        # Soft limits of the Go runtime: from there on it collects garbage more often.
        "apiserver_memory_mib": memory_mib // 2,
        "controllers_memory_mib": memory_mib // 8,
    }
