"""The rules find nothing in what this repository itself puts into clusters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from hardway.artifacts.lock import load_lock
from hardway.config.load import load_environment, load_services
from hardway.machine.control_plane import render_control_plane
from policy.catalogue import rules
from policy.resource import UNKNOWN, Resource
from policy.rule import ResourceRule, Settings, StackRule
from policy.settings import kind_of_environment
from stacks.services import services_stack
from tests.policy.resources import findings, messages, resource
from tests.unit.components.harness import Recording, run

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ("sandbox", "dev", "prod")
OUTPUTS = {"kubeconfig": "apiVersion: v1", "cluster_dns_address": "10.42.0.10", "cluster_domain": "cluster.local"}


class Environment:
    """Stands for the reference to the environment's stack, whose outputs the harness has not."""

    def __init__(self, name: str) -> None:
        """The stack of that name."""

    def require_output(self, key: str) -> pulumi.Output[str]:
        """An output of the environment."""
        return pulumi.Output.from_input(OUTPUTS[key])


def values(stack: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / f"stacks/Pulumi.{stack}.yaml").read_text())["config"]
    return found


def declare(environment: str, *, preview: bool = False, demo: dict[str, Any] | None = None) -> list[Resource]:
    """What the services stack of an environment puts into its cluster."""
    stack = f"{environment}-services"
    changes = {"hardway:demo": demo} if demo else {}
    config = load_services(stack, {**values(stack), **changes}, "f")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pulumi, "StackReference", Environment)
        recording: Recording = run(lambda: services_stack(config), stack=stack, preview=preview)
    return [
        Resource(
            type=one.type,
            name=one.name,
            urn=one.urn,
            properties=dict(one.inputs),
            protect=one.protect,
            parent=one.parent,
        )
        for one in recording
    ]


def found(judged: list[Resource], environment: str) -> dict[str, list[str]]:
    """What each rule about Kubernetes objects says."""
    settings = Settings(stack=f"{environment}-services", environment=environment, kind=kind_of_environment(environment))
    said: dict[str, list[str]] = {}
    for rule in rules():
        if isinstance(rule, ResourceRule):
            said[rule.name] = [text for one in judged for text in messages(rule, one, settings)]
        elif isinstance(rule, StackRule):
            said[rule.name] = [one.message for one in findings(rule, *judged, settings=settings)]
    return {name: texts for name, texts in said.items() if texts}


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_services_keep_the_rules(environment: str, preview: bool) -> None:
    judged = declare(environment, preview=preview)
    assert any(one.type == "kubernetes:apps/v1:Deployment" for one in judged)
    # Nothing of value is in the namespaces of a sandbox and of dev, and these have to go without questions.
    released = values(f"{environment}-services").get("hardway:deletion_protection") is False
    assert set(found(judged, environment)) == ({"namespace-unprotected"} if released else set())


def test_production_may_have_the_demo_too() -> None:
    judged = declare("prod", demo={"enabled": True, "replicas": 3})
    assert any(one.type == "kubernetes:core/v1:Namespace" for one in judged)
    assert found(judged, "prod") == {}


def test_the_rules_do_look_at_them() -> None:
    """Without this, an empty list of findings could come from objects that no rule reads."""
    judged = [
        one for one in declare("sandbox") if "PodDisruptionBudget" not in one.type and "NetworkPolicy" not in one.type
    ]
    assert set(found(judged, "sandbox")) == {
        "namespace-unprotected",
        "namespace-without-default-deny",
        "replicas-without-budget",
    }


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_control_planes_apply_at_boot_keeps_the_rules(environment: str) -> None:
    config = load_environment(environment, values(environment), "f")
    member = next(iter(config.control_plane.members))
    files = render_control_plane(config, member, load_lock(environment))
    manifests = [
        manifest
        for path, file in files.items()
        if path.startswith("/etc/hardway/manifests/")
        for manifest in yaml.safe_load_all(file.content)
    ]
    assert {manifest["kind"] for manifest in manifests} >= {"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
    # Whether the engine protects them is not the question: it does not know them.
    judged = [
        resource(f"kubernetes:{one['apiVersion']}:{one['kind']}", one, name=one["metadata"]["name"], protect=True)
        for one in manifests
    ]
    assert found(judged, environment) == {}


def test_images_of_the_lock_are_by_digest_and_from_our_registry() -> None:
    judged = [one for one in declare("prod") if one.at("kind") == "Deployment"]
    images = [container["image"] for one in judged for container in one.at("spec", "template", "spec", "containers")]
    assert images == [load_lock("prod").image("coredns")]
    assert UNKNOWN not in images
