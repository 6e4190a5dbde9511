"""The rules about pods read every kind of workload and every role of container alike."""

from __future__ import annotations

from typing import Any

import pytest

from policy.catalogue import rules
from policy.kubernetes_objects import TYPES
from policy.pod_specs import containers_of, read_pods
from policy.resource import UNKNOWN
from policy.rule import ResourceRule, Settings, StackRule
from tests.policy.resources import findings, messages, resource
from tests.policy.workloads import CONTAINER, KINDS, POD, context, patch, pod, pod_context, with_container, workload

RULES = {rule.name: rule for rule in rules() if isinstance(rule, ResourceRule)}

BAD_CONTAINERS: dict[str, dict[str, Any]] = {
    "image-without-digest": {"image": "hardway.local/agnhost:2.53"},
    "image-from-foreign-registry": {"image": f"quay.io/agnhost@sha256:{'0f' * 32}"},
    "image-from-retired-source": {"image": f"hardway.local/bitnami/redis@sha256:{'0f' * 32}"},
    "container-runs-as-root": {"securityContext": context(runAsUser=0)},
    "container-may-escalate": {"securityContext": context(allowPrivilegeEscalation=True)},
    "container-privileged": {"securityContext": context(privileged=True)},
    "root-filesystem-writable": {"securityContext": context(readOnlyRootFilesystem=False)},
    "capabilities-kept": {"securityContext": context(capabilities={"drop": ["NET_RAW"]})},
    "seccomp-unconfined": {"securityContext": context(seccompProfile={"type": "Unconfined"})},
    "host-port-opened": {"ports": [{"containerPort": 8080, "hostPort": 8080}]},
}
BAD_PODS: dict[str, dict[str, Any]] = {
    "host-path-mounted": {"volumes": [{"name": "run", "hostPath": {"path": "/run"}}]},
    "host-namespace-shared": {"hostNetwork": True},
    "priority-class-unlisted": {"priorityClassName": "system-node-critical"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_compliant_workload_of_any_kind_is_no_finding(kind: str) -> None:
    judged = workload(kind, POD)
    assert {name: found for name, rule in RULES.items() if (found := messages(rule, judged))} == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["containers", "initContainers", "ephemeralContainers"])
@pytest.mark.parametrize("rule", BAD_CONTAINERS)
def test_each_container_of_each_kind_is_judged(kind: str, role: str, rule: str) -> None:
    judged = workload(kind, with_container(role, name="other", **BAD_CONTAINERS[rule]))
    (message,) = messages(RULES[rule], judged)
    assert "other" in message
    assert [name for name, each in RULES.items() if messages(each, judged)] == [rule]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", BAD_PODS)
def test_each_kind_of_pod_is_judged(kind: str, rule: str) -> None:
    judged = workload(kind, pod(**BAD_PODS[rule]))
    assert [name for name, each in RULES.items() if messages(each, judged)] == [rule]


@pytest.mark.parametrize("rule", BAD_CONTAINERS)
def test_a_patch_is_judged_by_what_it_sets(rule: str) -> None:
    bare = {"name": "demo"}
    assert messages(RULES[rule], patch({"containers": [bare]})) == []
    assert len(messages(RULES[rule], patch({"containers": [{**bare, **BAD_CONTAINERS[rule]}]}))) == 1


@pytest.mark.parametrize("unknown", [UNKNOWN, {"containers": UNKNOWN, "volumes": UNKNOWN}, {"containers": [UNKNOWN]}])
def test_pods_that_nobody_knows_yet_are_no_finding(unknown: Any) -> None:
    judged = workload("Deployment", unknown)
    assert {name: found for name, rule in RULES.items() if (found := messages(rule, judged))} == {}


def test_an_object_is_read_by_its_own_kind_and_not_by_its_token() -> None:
    properties = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": POD}}}
    disguised = resource("kubernetes:example.org/v1:Harmless", properties)
    found = read_pods(disguised)
    assert found is not None
    assert [str(one) for one in found.containers] == ["container demo"]


def test_a_patch_is_one_of_the_kind_that_its_token_names() -> None:
    """Else a whole object under the token of another kind's patch would be excused from all that it leaves out."""
    bare = {"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": {"template": {"spec": {"containers": [{}]}}}}
    disguised = read_pods(resource("kubernetes:apps/v1:DeploymentPatch", bare))
    assert disguised is not None
    assert (disguised.workload.kind, disguised.workload.is_patch) == ("StatefulSet", False)


@pytest.mark.parametrize(
    "token", ["kubernetes:apps/v1:Deployment", "kubernetes:core/v1:Pod", "kubernetes:v1:Pod", "kubernetes:batch/v1:Job"]
)
def test_a_token_is_enough_where_the_object_does_not_say(token: str) -> None:
    for said in ({}, {"apiVersion": "example.org/v1"}, {"kind": "Other"}, {"apiVersion": UNKNOWN, "kind": UNKNOWN}):
        assert read_pods(resource(token, said)) is not None


@pytest.mark.parametrize(
    "token", ["pulumi:providers:kubernetes", "kubernetes:helm.sh/v4:Chart", "kubernetes:apps.example.org/v1:Deployment"]
)
def test_what_is_no_workload_has_no_pods(token: str) -> None:
    assert read_pods(resource(token, {"spec": {"template": {"spec": POD}}})) is None


HOSTILE: dict[str, Any] = {
    "metadata": {"name": "demo", "labels": {}},
    "globalDefault": True,
    "roleRef": {"name": "cluster-admin"},
    "rules": [{"verbs": ["*", "bind"], "apiGroups": ["*"], "resources": ["*"]}],
    "spec": {
        "externalIPs": ["192.0.2.1"],
        "hostNetwork": True,
        "hostPath": {"path": "/"},
        "ingress": [{}],
        "maxUnavailable": 0,
        "replicas": 3,
        "template": {"spec": {"hostPID": True}},
        "type": "NodePort",
    },
    "subjects": [{"kind": "Group", "name": "system:masters"}],
    "webhooks": [{"name": "slow", "timeoutSeconds": 30}],
}


@pytest.mark.parametrize("kind", ["Namespace", "Deployment", "Service", "ClusterRole", "RoleBinding", "PriorityClass"])
def test_what_is_only_named_like_an_object_of_kubernetes_is_none(kind: str) -> None:
    judged = resource(f"kubernetes:example.org/v1:{kind}", {**HOSTILE, "apiVersion": "example.org/v1", "kind": kind})
    assert {name: found for name, rule in RULES.items() if (found := messages(rule, judged))} == {}
    stack = [rule for rule in rules() if isinstance(rule, StackRule)]
    assert [found for rule in stack for found in findings(rule, judged)] == []


def test_a_config_map_can_hold_anything() -> None:
    judged = resource("kubernetes:core/v1:ConfigMap", {**HOSTILE, "apiVersion": "v1", "kind": "ConfigMap"})
    assert {name: found for name, rule in RULES.items() if (found := messages(rule, judged))} == {}


@pytest.mark.parametrize("token", ["kubernetes:yaml:ConfigFile", "kubernetes:nothing", "aws:ec2/instance:Instance"])
def test_what_is_no_object_at_all_is_no_finding(token: str) -> None:
    judged = resource(token, HOSTILE)
    mine = [rule for rule in RULES.values() if rule.types == TYPES]
    assert [found for rule in mine for found in rule.check(judged, Settings())] == []


def test_a_container_has_its_own_settings_or_its_pods() -> None:
    spec = pod(
        securityContext=pod_context(runAsUser=7),
        containers=[CONTAINER, {**CONTAINER, "securityContext": context(runAsUser=8)}],
    )
    own = [one.security("runAsUser") for one in containers_of(workload("Pod", spec), Settings())]
    assert own == [7, 8]


def test_pods_without_labels_have_none_and_those_of_a_patch_may_have_any() -> None:
    properties = {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": POD}}}
    whole = read_pods(resource("kubernetes:apps/v1:Deployment", properties))
    patched = read_pods(resource("kubernetes:apps/v1:DeploymentPatch", properties))
    assert whole is not None
    assert patched is not None
    assert whole.labels == {}
    assert patched.labels is UNKNOWN


def test_a_container_is_called_by_its_role() -> None:
    spec = pod(initContainers=[{"name": "first"}], ephemeralContainers=[{"name": "later"}, {}])
    names = [str(one) for one in containers_of(workload("Pod", spec), Settings())]
    assert names == [
        "container demo",
        "init container first",
        "ephemeral container later",
        "an unnamed ephemeral container",
    ]


def test_a_named_exception_passes_and_nothing_beside_it() -> None:
    exception = {"namespace": "demo", "name": "demo", "reason": "until the driver runs without root"}
    settings = Settings.model_validate({"exempt_workloads": [exception]})
    bad = pod(hostPID=True)
    rule = RULES["host-namespace-shared"]
    assert messages(rule, workload("DaemonSet", bad), settings) == []
    assert len(messages(rule, workload("DaemonSet", bad, name="other"), settings)) == 1
    assert len(messages(rule, workload("DaemonSet", bad, namespace="other"), settings)) == 1
    assert messages(rule, workload("DaemonSet", bad, name=UNKNOWN), settings) == []
