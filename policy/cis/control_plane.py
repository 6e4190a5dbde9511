"""Section 1.2 to 1.4 and 3.2: the API server, the controller manager and the scheduler."""

from __future__ import annotations

from typing import Any, Final

from policy.cis.check import (
    Check,
    Verdict,
    absent,
    at_least,
    equals,
    excludes,
    given,
    includes,
    is_set,
    unset_or,
    within,
)
from policy.cis.machine import Machine, Settings

STRONG_CIPHERS: Final = (
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
)
_HEALTH_PATHS: Final = frozenset({"/livez", "/readyz", "/healthz"})
_AUTHENTICATION: Final = "/etc/kubernetes/authentication.yaml"
_AUDIT_POLICY: Final = "/etc/kubernetes/audit-policy.yaml"
_SENSITIVE: Final = frozenset({"secrets", "configmaps", "tokenreviews"})
_WATCHED: Final = frozenset({"pods/exec", "pods/portforward"})


def _api(machine: Machine) -> Settings:
    return machine.api_server


def _controllers(machine: Machine) -> Settings:
    return machine.controller_manager


def _scheduler(machine: Machine) -> Settings:
    return machine.scheduler


def _anonymous(machine: Machine) -> Verdict:
    """Off, or good for health checks only: since 1.34 a file can say so, and a flag beside it is refused."""
    if machine.api_server.values.get("anonymous-auth") == "false":
        return Verdict(True, f"anonymous-auth=false in {machine.api_server.unit}")
    if machine.api_server.values.get("authentication-config") != _AUTHENTICATION:
        return Verdict(False, f"anonymous-auth is not set in {machine.api_server.unit}")
    anonymous = machine.document(_AUTHENTICATION).get("anonymous") or {}
    paths = [str(one.get("path")) for one in anonymous.get("conditions") or []]
    met = anonymous.get("enabled") is False or (bool(paths) and set(paths) <= _HEALTH_PATHS)
    return Verdict(met, f"anonymous requests reach {', '.join(paths) or 'everything'} only in {_AUTHENTICATION}")


def _audit_policy(machine: Machine) -> Verdict:
    """Bodies of what holds secrets are never written; commands inside pods always are."""
    rules = machine.document(_AUDIT_POLICY).get("rules") or []
    bodies, logged = set(), set()
    for rule in rules:
        level = rule.get("level")
        names = {name for group in rule.get("resources") or [] for name in group.get("resources") or []}
        logged |= names if level != "None" else set()
        # The first rule that fits decides, so a later one with bodies does not reach what an earlier one named.
        bodies |= {name for name in names if level in ("Request", "RequestResponse") and name in _SENSITIVE}
    last = rules[-1].get("level") if rules else "None"
    first_named: dict[str, Any] = next((rule for rule in rules if "secrets" in str(rule.get("resources"))), {})
    met = not bodies and first_named.get("level") == "Metadata" and logged >= _WATCHED and last != "None"
    return Verdict(
        met,
        f"secrets at {first_named.get('level')}, commands in pods at {', '.join(sorted(logged & _WATCHED)) or 'none'},"
        f" everything else at {last} in {_AUDIT_POLICY}",
    )


CHECKS: Final = (
    Check(id="1.2.1", what="Anonymous requests are refused", decide=_anonymous, scored=False),
    Check(id="1.2.2", what="No tokens in a file", decide=absent(_api, "token-auth-file")),
    Check(
        id="1.2.3",
        what="Services have no external addresses",
        decide=includes(_api, "enable-admission-plugins", "DenyServiceExternalIPs"),
        scored=False,
    ),
    Check(
        id="1.2.4",
        what="The API server shows kubelets a certificate",
        decide=given(_api, "kubelet-client-certificate", "kubelet-client-key"),
    ),
    Check(
        id="1.2.5",
        what="The API server checks kubelets' certificates",
        decide=given(_api, "kubelet-certificate-authority"),
    ),
    Check(id="1.2.6", what="Not everything is allowed", decide=excludes(_api, "authorization-mode", "AlwaysAllow")),
    Check(id="1.2.7", what="Nodes have rights of their own", decide=includes(_api, "authorization-mode", "Node")),
    Check(id="1.2.8", what="Rights come from roles", decide=includes(_api, "authorization-mode", "RBAC")),
    Check(
        id="1.2.9",
        what="Events are limited",
        decide=includes(_api, "enable-admission-plugins", "EventRateLimit"),
        scored=False,
    ),
    Check(
        id="1.2.10",
        what="Not everything is admitted",
        decide=excludes(_api, "enable-admission-plugins", "AlwaysAdmit"),
    ),
    Check(
        id="1.2.11",
        what="Images are always pulled",
        decide=includes(_api, "enable-admission-plugins", "AlwaysPullImages"),
        scored=False,
    ),
    Check(
        id="1.2.12",
        what="Pods get service accounts",
        decide=excludes(_api, "disable-admission-plugins", "ServiceAccount"),
    ),
    Check(
        id="1.2.13",
        what="Nothing is made in a namespace that goes",
        decide=excludes(_api, "disable-admission-plugins", "NamespaceLifecycle"),
    ),
    Check(
        id="1.2.14",
        what="A kubelet changes its own node only",
        decide=includes(_api, "enable-admission-plugins", "NodeRestriction"),
    ),
    Check(id="1.2.15", what="The API server tells no profiles", decide=equals(_api, "profiling", "false")),
    Check(id="1.2.16", what="There is an audit log", decide=is_set(_api, "audit-log-path")),
    Check(id="1.2.17", what="It is kept for 30 days", decide=at_least(_api, "audit-log-maxage", 30)),
    Check(id="1.2.18", what="It is kept in 10 files", decide=at_least(_api, "audit-log-maxbackup", 10)),
    Check(id="1.2.19", what="Its files have 100 MB", decide=at_least(_api, "audit-log-maxsize", 100)),
    Check(
        id="1.2.20",
        what="Requests end in time",
        decide=unset_or(_api, "request-timeout", "1m0s"),
        scored=False,
    ),
    Check(
        id="1.2.21",
        what="Tokens of deleted accounts end",
        decide=unset_or(_api, "service-account-lookup", "true"),
    ),
    Check(
        id="1.2.22",
        what="Tokens are checked with their own key",
        decide=given(_api, "service-account-key-file"),
    ),
    Check(
        id="1.2.23",
        what="The API server shows etcd a certificate",
        decide=given(_api, "etcd-certfile", "etcd-keyfile"),
    ),
    Check(
        id="1.2.24",
        what="The API server serves TLS",
        decide=given(_api, "tls-cert-file", "tls-private-key-file"),
    ),
    Check(id="1.2.25", what="Clients' certificates are checked", decide=given(_api, "client-ca-file")),
    Check(id="1.2.26", what="etcd's certificate is checked", decide=given(_api, "etcd-cafile")),
    Check(
        id="1.2.27",
        what="Secrets are encrypted in etcd",
        decide=given(_api, "encryption-provider-config"),
        scored=False,
    ),
    Check(
        id="1.2.29",
        what="Only strong ciphers",
        decide=within(_api, "tls-cipher-suites", STRONG_CIPHERS),
        scored=False,
    ),
    Check(
        id="1.2.30",
        what="Tokens of pods end when they say",
        decide=equals(_api, "service-account-extend-token-expiration", "false"),
    ),
    Check(
        id="1.3.1",
        what="Ended pods are cleared away",
        decide=at_least(_controllers, "terminated-pod-gc-threshold", 1),
        scored=False,
    ),
    Check(id="1.3.2", what="The controllers tell no profiles", decide=equals(_controllers, "profiling", "false")),
    Check(
        id="1.3.3",
        what="Each controller has rights of its own",
        decide=equals(_controllers, "use-service-account-credentials", "true"),
    ),
    Check(
        id="1.3.4",
        what="Tokens are signed with their own key",
        decide=given(_controllers, "service-account-private-key-file"),
    ),
    Check(id="1.3.5", what="Pods learn whom to trust", decide=given(_controllers, "root-ca-file")),
    Check(
        id="1.3.6",
        what="Kubelets' serving certificates are renewed",
        decide=excludes(_controllers, "feature-gates", "RotateKubeletServerCertificate=false"),
    ),
    Check(
        id="1.3.7",
        what="The controllers listen on the machine only",
        decide=equals(_controllers, "bind-address", "127.0.0.1"),
    ),
    Check(id="1.4.1", what="The scheduler tells no profiles", decide=equals(_scheduler, "profiling", "false")),
    Check(
        id="1.4.2",
        what="The scheduler listens on the machine only",
        decide=equals(_scheduler, "bind-address", "127.0.0.1"),
    ),
    Check(id="3.2.1", what="There is an audit policy", decide=given(_api, "audit-policy-file"), scored=False),
    Check(id="3.2.2", what="The audit policy covers what matters", decide=_audit_policy, scored=False),
)
