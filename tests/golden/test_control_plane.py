"""Every file of a control plane, as the machine will hold it, and what must be true of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardway.artifacts.lock import ArtifactLock
from hardway.config.environment import Environment
from hardway.machine.control_plane import UNITS, render_control_plane
from hardway.machine.file import File
from tests.golden.trees import CheckTree

Files = Mapping[str, File]
AGENT = "/usr/lib/hardway/agent/"


@pytest.fixture(scope="module")
def files(environment: Environment, lock: ArtifactLock) -> Files:
    return render_control_plane(environment, "control-plane-2", lock)


def flags(files: Files, unit: str) -> dict[str, str]:
    """The command line flags of a unit."""
    text = files[f"/etc/systemd/system/{unit}"].content
    return dict(re.findall(r"--([a-z0-9-]+)=(\S+)", text))


def test_every_file_is_as_reviewed(files: Files, check_tree: CheckTree) -> None:
    # The agent's programs are copied byte for byte and reviewed where they are.
    check_tree("control-plane", {path: file for path, file in files.items() if not path.startswith(AGENT)})


def test_the_agent_is_on_the_machine_as_it_is_here(files: Files) -> None:
    names = {path.removeprefix(AGENT) for path in files if path.startswith(AGENT)}
    assert {"approver.py", "bootstrap.py", "tokens.py"} <= names
    for name in names:
        assert files[AGENT + name].content == (Path("hardway/machine/agent") / name).read_text()


def test_no_file_holds_a_secret(files: Files) -> None:
    for path, file in files.items():
        assert "PRIVATE KEY" not in file.content, path
        assert not re.search(r"\b[a-z0-9]{6}\.[a-z0-9]{16}\b", file.content), path


def test_who_is_not_root_gets_its_hidden_files_from_systemd(files: Files) -> None:
    hidden = {path for path, file in files.items() if file.mode & 0o077 == 0 and path.startswith("/etc/kubernetes/")}
    for path, file in files.items():
        if path.endswith(".service") and re.search(r"^(User|DynamicUser)=", file.content, re.MULTILINE):
            handed_over = set(re.findall(r"^LoadCredential=[^:]+:(.*)$", file.content, re.MULTILINE))
            read = {one for one in hidden if one in file.content}
            assert read <= handed_over, path
            assert not re.search(r"=/etc/kubernetes/\S+\.kubeconfig", file.content), path
    assert "/etc/kubernetes/" not in files["/etc/kubernetes/scheduler.yaml"].content


def test_rendering_twice_gives_the_same(files: Files, environment: Environment, lock: ArtifactLock) -> None:
    assert render_control_plane(environment, "control-plane-2", lock) == files


def test_members_differ_only_in_what_names_them(environment: Environment, lock: ArtifactLock, files: Files) -> None:
    other = render_control_plane(environment, "control-plane-1", lock)
    assert other.keys() == files.keys()
    for path, file in files.items():
        text = file.content.replace("control-plane-2", "control-plane-1").replace("10.40.2.11", "10.40.1.11")
        own = other[path].content.replace("control-plane-2", "control-plane-1").replace("10.40.2.11", "10.40.1.11")
        assert text == own, path


def test_a_controller_that_is_gone_is_followed_within_the_time_that_is_promised(files: Files) -> None:
    """20 s, of which an election of etcd's may take 4: its timeout is drawn between once and twice the setting."""
    manager = flags(files, "kube-controller-manager.service")
    scheduler = yaml.safe_load(files["/etc/kubernetes/scheduler.yaml"].content)["leaderElection"]
    times = {
        "leaseDuration": manager["leader-elect-lease-duration"],
        "renewDeadline": manager["leader-elect-renew-deadline"],
        "retryPeriod": manager["leader-elect-retry-period"],
    }
    assert {key: scheduler[key] for key in times} == times
    lease, renew, retry = (int(text.removesuffix("s")) for text in times.values())
    longest_wait_between_questions = 2.2 * retry
    assert lease + 2 * longest_wait_between_questions <= 20 - 4
    assert lease > renew > 4 + retry * 1.2


def test_every_started_unit_is_there(files: Files) -> None:
    for unit in (unit for group in UNITS.values() for unit in group):
        assert f"/etc/systemd/system/{unit}" in files


def test_backups_are_taken_only_where_there_is_a_bucket_for_them(
    files: Files, environment: Environment, lock: ArtifactLock
) -> None:
    without = render_control_plane(environment.model_copy(update={"management": None}), "control-plane-2", lock)
    assert sorted(files.keys() - without.keys()) == [
        "/etc/hardway/backup.env",
        "/etc/systemd/system/etcd-backup.service",
        "/etc/systemd/system/etcd-backup.timer",
        "/usr/lib/hardway/etcd-backup",
    ]
    assert "backup" not in without["/etc/hardway/units.tsv"].content
    # Last of all, and then two minutes later: an `up` is as fast as without.
    assert files["/etc/hardway/units.tsv"].content.endswith("tools\tetcd-backup.timer\n")
    assert "OnActiveSec=2min\n" in files["/etc/systemd/system/etcd-backup.timer"].content


def test_every_credential_that_a_service_names_is_loaded(files: Files) -> None:
    texts = "\n".join(file.content for file in files.values())
    for unit, name in set(re.findall(r"/run/credentials/([a-z-]+)\.service/([A-Za-z0-9.-]+)", texts)):
        text = files.get(f"/etc/systemd/system/{unit}.service", File("")).content
        assert f"LoadCredential={name}:" in text, f"{unit} uses {name} without loading it"


def test_etcd_trusts_clients_and_peers_by_different_roots(files: Files) -> None:
    settings = dict(re.findall(r"^(ETCD_\w+)=(.+)$", files["/etc/etcd/etcd.env"].content, re.MULTILINE))
    assert settings["ETCD_TRUSTED_CA_FILE"] != settings["ETCD_PEER_TRUSTED_CA_FILE"]
    assert settings["ETCD_CLIENT_CERT_AUTH"] == settings["ETCD_PEER_CLIENT_CERT_AUTH"] == "true"
    assert settings["ETCD_TLS_MIN_VERSION"] == "TLS1.3"
    assert settings["ETCD_LISTEN_METRICS_URLS"] == "https://10.40.2.11:2381"
    for key in ("ETCD_LISTEN_CLIENT_URLS", "ETCD_LISTEN_PEER_URLS"):
        assert all(url.startswith("https://") for url in settings[key].split(","))
    # Whether a cluster is formed or joined is never said in a file that outlives the question.
    assert "ETCD_INITIAL_CLUSTER_STATE" not in settings


def test_api_server_passes_the_benchmark(files: Files) -> None:
    """The CIS checks that can be judged on flags (1.2.x)."""
    flag = flags(files, "kube-apiserver.service")
    assert flag["authorization-mode"] == "Node,RBAC"
    assert {"NodeRestriction", "EventRateLimit", "DenyServiceExternalIPs"} <= set(
        flag["enable-admission-plugins"].split(",")
    )
    assert flag["profiling"] == "false"
    assert (flag["audit-log-maxage"], flag["audit-log-maxbackup"], flag["audit-log-maxsize"]) == ("30", "10", "100")
    assert flag["service-account-extend-token-expiration"] == "false"
    assert flag["service-account-issuer"] == "https://api.golden.hardway.example.net:6443"
    for needed in (
        "audit-policy-file", "client-ca-file", "encryption-provider-config", "etcd-cafile", "etcd-certfile",
        "kubelet-certificate-authority", "kubelet-client-certificate", "tls-cipher-suites", "tls-min-version",
    ):  # fmt: skip
        assert needed in flag
    for forbidden in ("token-auth-file", "anonymous-auth", "disable-admission-plugins", "insecure-port"):
        assert forbidden not in flag


@pytest.mark.parametrize("unit", ["kube-controller-manager.service", "kube-scheduler.service"])
def test_controllers_listen_on_the_loopback_only(files: Files, unit: str) -> None:
    assert flags(files, unit)["bind-address"] == "127.0.0.1"


def test_controller_manager_passes_the_benchmark(files: Files) -> None:
    flag = flags(files, "kube-controller-manager.service")
    assert flag["use-service-account-credentials"] == "true"
    assert flag["terminated-pod-gc-threshold"] == "100"
    assert flag["profiling"] == "false"
    assert flag["cluster-cidr"] == "10.41.0.0/16"


def test_anonymous_requests_reach_health_only(files: Files) -> None:
    document = yaml.safe_load(files["/etc/kubernetes/authentication.yaml"].content)
    paths = {condition["path"] for condition in document["anonymous"]["conditions"]}
    assert paths == {"/livez", "/readyz", "/healthz"}


def test_no_manifest_gives_a_machine_more_than_its_part(files: Files) -> None:
    for item in _manifests(files):
        if item["kind"].endswith("Binding") and item["roleRef"]["name"] == "cluster-admin":
            assert [s["name"] for s in item["subjects"]] == ["hardway:operators"]
        for rule in item.get("rules", ()):
            assert "*" not in {*rule["verbs"], *rule["resources"], *rule["apiGroups"]}
            if "secrets" in rule["resources"]:
                assert rule["verbs"] == ["create"]


def test_no_pool_is_named_on_a_control_plane(files: Files) -> None:
    # A pool that comes or goes would replace every control plane otherwise.
    (binding,) = (i for i in _manifests(files) if i["metadata"]["name"] == "hardway:node-bootstrap")
    assert [s["name"] for s in binding["subjects"]] == ["system:bootstrappers:hardway"]
    assert not [path for path, file in files.items() if path.startswith("/etc/hardway/") and "batch" in file.content]


def _manifests(files: Files) -> list[dict[str, Any]]:
    return [
        item
        for path, file in files.items()
        if path.startswith("/etc/hardway/manifests/")
        for item in yaml.safe_load_all(file.content)
    ]
