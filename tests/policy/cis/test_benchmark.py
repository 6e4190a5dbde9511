"""Every check: met by what machines boot, and not any more after the one change that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from policy.cis.benchmark import ANSWERED_OTHERWISE, CHECKS, verdicts
from policy.cis.check import Check, Part
from policy.cis.machine import Machine, MachineFile
from tests.policy.cis.machines import UNITS, machine, rewritten, with_file, with_mode, with_owner, without_file

Change = Callable[[Machine], Machine]
BY_ID = {check.id: check for check in CHECKS}
PKI = "/etc/kubernetes/pki"
AUTHENTICATION = "/etc/kubernetes/authentication.yaml"
AUDIT = "/etc/kubernetes/audit-policy.yaml"


def unit(name: str, old: str, new: str) -> Change:
    return partial(rewritten, path=f"{UNITS}/{name}.service", old=old, new=new)


def text(path: str, old: str, new: str) -> Change:
    return partial(rewritten, path=path, old=old, new=new)


def mode(path: str, wide: int) -> Change:
    return partial(with_mode, path=path, mode=wide)


def owner(path: str, name: str = "root:adm") -> Change:
    return partial(with_owner, path=path, owner=name)


api = partial(unit, "kube-apiserver")
controllers = partial(unit, "kube-controller-manager")
etcd = partial(text, "/etc/etcd/etcd.env")
kubelet = partial(text, "/etc/kubernetes/kubelet.yaml")
SCHEDULER = "/etc/kubernetes/scheduler.yaml"
KUBE_PROXY = "/etc/kubernetes/kube-proxy.yaml"

BREAKING: dict[str, Change] = {
    "1.1.1": mode(f"{UNITS}/kube-apiserver.service", 0o644),
    "1.1.2": owner(f"{UNITS}/kube-apiserver.service"),
    "1.1.3": mode(f"{UNITS}/kube-controller-manager.service", 0o640),
    "1.1.4": owner(f"{UNITS}/kube-controller-manager.service"),
    "1.1.5": mode(f"{UNITS}/kube-scheduler.service", 0o601),
    "1.1.6": owner(f"{UNITS}/kube-scheduler.service"),
    "1.1.7": mode("/etc/etcd/etcd.env", 0o644),
    "1.1.8": owner(f"{UNITS}/etcd.service", "931:931"),
    "1.1.11": unit("etcd", "StateDirectoryMode=0700", "StateDirectoryMode=0750"),
    "1.1.12": unit("etcd", "User=etcd", "User=root"),
    "1.1.13": partial(with_file, path="/etc/kubernetes/admin.conf", file=MachineFile("", 0o644)),
    "1.1.14": partial(with_file, path="/etc/kubernetes/super-admin.conf", file=MachineFile("", 0o600)),
    "1.1.15": mode("/etc/kubernetes/kube-scheduler.kubeconfig", 0o644),
    "1.1.16": owner("/etc/kubernetes/kube-scheduler.kubeconfig"),
    "1.1.17": mode("/etc/kubernetes/kube-controller-manager.kubeconfig", 0o644),
    "1.1.18": owner("/etc/kubernetes/kube-controller-manager.kubeconfig"),
    "1.1.19": owner(f"{PKI}/kube-apiserver.key"),
    "1.1.20": mode(f"{PKI}/kube-apiserver.crt", 0o664),
    "1.1.21": mode(f"{PKI}/kube-apiserver.key", 0o640),
    "1.2.1": text(AUTHENTICATION, "/healthz", "/api"),
    "1.2.2": api("--authorization-mode", "--token-auth-file=/etc/tokens --authorization-mode"),
    "1.2.3": api("DenyServiceExternalIPs", "PodSecurity"),
    "1.2.4": api("LoadCredential=kube-apiserver-kubelet-client.key", "LoadCredential=other.key"),
    "1.2.5": api("--kubelet-certificate-authority=/run", "--kubelet-certificate-authority=/tmp"),
    "1.2.6": api("Node,RBAC", "Node,RBAC,AlwaysAllow"),
    "1.2.7": api("Node,RBAC", "RBAC"),
    "1.2.8": api("Node,RBAC", "Node"),
    "1.2.9": api("EventRateLimit", "PodSecurity"),
    "1.2.10": api("PodSecurity", "AlwaysAdmit"),
    "1.2.12": api("--profiling", "--disable-admission-plugins=ServiceAccount --profiling"),
    "1.2.13": api("--profiling", "--disable-admission-plugins=PodSecurity,NamespaceLifecycle --profiling"),
    "1.2.14": api("NodeRestriction", "PodSecurity"),
    "1.2.15": api("--profiling=false", "--profiling=true"),
    "1.2.16": api("--audit-log-path=/var/log/kube-apiserver/audit.log", ""),
    "1.2.17": api("--audit-log-maxage=30", "--audit-log-maxage=29"),
    "1.2.18": api("--audit-log-maxbackup=10", "--audit-log-maxbackup=9"),
    "1.2.19": api("--audit-log-maxsize=100", "--audit-log-maxsize=99"),
    "1.2.20": api("--profiling", "--request-timeout=0 --profiling"),
    "1.2.21": api("--profiling", "--service-account-lookup=false --profiling"),
    "1.2.22": api("LoadCredential=service-account.pub", "LoadCredential=other.pub"),
    "1.2.23": api("LoadCredential=kube-apiserver-etcd-client.crt", "LoadCredential=other.crt"),
    "1.2.24": api("--tls-cert-file=", "--tls-some-file="),
    "1.2.25": api("--client-ca-file=", "--some-ca-file="),
    "1.2.26": api("LoadCredential=etcd-ca.crt", "LoadCredential=other.crt"),
    "1.2.27": api("LoadCredential=encryption.yaml", "LoadCredential=other.yaml"),
    "1.2.28": text("/etc/kubernetes/encryption.yaml", "- secretbox:", "- identity: {}\n      - secretbox:"),
    "1.2.29": api("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    "1.2.30": api("--service-account-extend-token-expiration=false", ""),
    "1.3.1": controllers("--terminated-pod-gc-threshold=100", "--terminated-pod-gc-threshold=0"),
    "1.3.2": controllers("--profiling=false", ""),
    "1.3.3": controllers("--use-service-account-credentials=true", ""),
    "1.3.4": controllers("LoadCredential=service-account.key", "LoadCredential=other.key"),
    "1.3.5": controllers("--root-ca-file=", "--some-ca-file="),
    "1.3.6": controllers("--profiling", "--feature-gates=RotateKubeletServerCertificate=false --profiling"),
    "1.3.7": controllers("--bind-address=127.0.0.1", "--bind-address=0.0.0.0"),
    "1.4.1": text(SCHEDULER, "enableProfiling: false", "enableProfiling: true"),
    "1.4.2": unit("kube-scheduler", "--bind-address=127.0.0.1", ""),
    "2.1": unit("etcd", "LoadCredential=server.key", "LoadCredential=other.key"),
    "2.2": etcd("ETCD_CLIENT_CERT_AUTH=true", "ETCD_CLIENT_CERT_AUTH=false"),
    "2.3": etcd("ETCD_LOG_LEVEL", "ETCD_AUTO_TLS=true\nETCD_LOG_LEVEL"),
    "2.4": etcd("ETCD_PEER_CERT_FILE=", "ETCD_OTHER_CERT_FILE="),
    "2.5": etcd("ETCD_PEER_CLIENT_CERT_AUTH=true", ""),
    "2.6": unit("etcd", "/opt/hardway/bin/etcd", "/opt/hardway/bin/etcd --peer-auto-tls=true"),
    "2.7": unit("etcd", ":/etc/etcd/pki/ca.crt", ":/etc/kubernetes/pki/kubernetes-ca.crt"),
    "3.2.1": api("--audit-policy-file=/etc/kubernetes/audit-policy.yaml", ""),
    "3.2.2": text(AUDIT, "pods/exec", "pods/log"),
    "4.1.1": mode(f"{UNITS}/kubelet.service", 0o644),
    "4.1.2": owner(f"{UNITS}/kubelet.service"),
    "4.1.3": mode("/etc/kubernetes/kube-proxy.kubeconfig", 0o644),
    "4.1.4": owner("/etc/kubernetes/kube-proxy.kubeconfig"),
    "4.1.5": mode("/etc/kubernetes/kubelet.kubeconfig", 0o644),
    "4.1.6": owner("/etc/kubernetes/kubelet.kubeconfig"),
    "4.1.7": mode(f"{PKI}/kubernetes-ca.crt", 0o666),
    "4.1.8": owner(f"{PKI}/kubernetes-ca.crt"),
    "4.1.9": mode("/etc/kubernetes/kubelet.yaml", 0o644),
    "4.1.10": owner("/etc/kubernetes/kubelet.yaml"),
    "4.2.1": kubelet("anonymous:\n    enabled: false", "anonymous:\n    enabled: true"),
    "4.2.2": kubelet("mode: Webhook", "mode: AlwaysAllow"),
    "4.2.3": kubelet("clientCAFile", "otherFile"),
    "4.2.4": kubelet("readOnlyPort: 0", "readOnlyPort: 10255"),
    "4.2.5": kubelet("streamingConnectionIdleTimeout: 5m0s", "streamingConnectionIdleTimeout: 0s"),
    "4.2.6": kubelet("kind:", "makeIPTablesUtilChains: false\nkind:"),
    "4.2.8": kubelet("eventRecordQPS: 5", "eventRecordQPS: 0"),
    "4.2.9": kubelet("serverTLSBootstrap: true", "serverTLSBootstrap: false"),
    "4.2.10": kubelet("rotateCertificates: true", "rotateCertificates: false"),
    "4.2.11": kubelet("kind:", "featureGates: {RotateKubeletServerCertificate: false}\nkind:"),
    "4.2.12": kubelet("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    "4.2.13": kubelet("podPidsLimit: 4096", "podPidsLimit: -1"),
    "4.2.14": kubelet("seccompDefault: true", "seccompDefault: false"),
    "4.3.1": text(KUBE_PROXY, "127.0.0.1:10249", "0.0.0.0:10249"),
}
"""For each check the least change that breaks it."""


def both_parts(judged: Machine) -> list[tuple[Check, bool]]:
    return [(check, verdict.met) for part in Part for check, verdict in verdicts(judged, part)]


def test_the_scored_checks_are_the_benchmarks() -> None:
    """42 flags and 23 files."""
    scored = [check for check in CHECKS if check.scored]
    files = [check for check in scored if check.id.startswith(("1.1.", "4.1."))]
    assert (len(scored), len(files)) == (65, 23)
    assert len({check.id for check in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("name", ["control-plane-1", "control-plane-3", "general"])
def test_what_machines_boot_meets_all_but_what_is_answered_otherwise(name: str) -> None:
    judged = both_parts(machine(name))
    unmet = {check.id for check, met in judged if not met}
    assert unmet == {check.id for check, _ in judged} & ANSWERED_OTHERWISE.keys()


def test_nothing_scored_is_answered_otherwise() -> None:
    assert not [name for name in ANSWERED_OTHERWISE if BY_ID[name].scored]


def test_every_other_check_has_a_change_that_breaks_it() -> None:
    assert BREAKING.keys() == BY_ID.keys() - ANSWERED_OTHERWISE.keys()


@pytest.mark.parametrize("name", BREAKING)
def test_one_change_breaks_the_check_and_is_told(name: str) -> None:
    whole = machine("control-plane-1")
    before, after = BY_ID[name].decide(whole), BY_ID[name].decide(BREAKING[name](whole))
    assert (before.met, after.met) == (True, False)
    assert before.evidence
    assert after.evidence


@pytest.mark.parametrize("name", [check.id for check in CHECKS if "worker" in check.roles and check.id in BREAKING])
def test_a_workers_checks_break_likewise(name: str) -> None:
    worker = machine("general")
    assert (BY_ID[name].decide(worker).met, BY_ID[name].decide(BREAKING[name](worker)).met) == (True, False)


def test_a_program_that_is_not_there_meets_nothing() -> None:
    """What has no unit has no forbidden flag either."""
    bare = without_file(machine("control-plane-1"), f"{UNITS}/kube-apiserver.service")
    met = {check.id for check, met in both_parts(bare) if met}
    # Where the administrator's file or the policy file decides, the API server does not.
    assert {one for one in met if one.startswith("1.2.")} == {"1.2.28"}


def test_a_flag_wins_over_the_file() -> None:
    judged = unit("kubelet", "--node-ip", "--anonymous-auth=true --node-ip")(machine("general"))
    verdict = BY_ID["4.2.1"].decide(judged)
    assert not verdict.met
    assert verdict.evidence == f"anonymous-auth=true in {UNITS}/kubelet.service"
