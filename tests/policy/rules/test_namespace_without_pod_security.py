"""Namespaces that let in any pod."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rule import Settings
from policy.rules.namespace_without_pod_security import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import object_of

LABEL = "pod-security.kubernetes.io/enforce"


def namespace(labels: Any, *, name: Any = "demo", settings: Settings | None = None) -> list[str]:
    return messages(RULE, object_of("v1", "Namespace", {"metadata": {"labels": labels}}, name=name), settings)


@pytest.mark.parametrize("labels", [{LABEL: "restricted"}, {LABEL: UNKNOWN}, UNKNOWN])
def test_the_restricted_level_is_no_finding(labels: Any) -> None:
    assert namespace(labels) == []


@pytest.mark.parametrize(
    "labels",
    [
        None,
        {},
        {LABEL: "baseline"},
        {LABEL: "privileged"},
        {LABEL: "restrict"},
        {"pod-security.kubernetes.io/warn": "restricted"},
    ],
)
def test_another_or_none_is_found(labels: Any) -> None:
    (message,) = namespace(labels)
    assert message.startswith("namespace demo enforces ")
    assert f"{LABEL}: restricted" in message


def test_the_platforms_own_name_their_level() -> None:
    # All three levels are Kubernetes' own, whatever the settings ask of others.
    settings = Settings.model_validate({"system_namespaces": ["storage"], "pod_security_levels": []})
    for level in ("privileged", "baseline", "restricted"):
        assert namespace({LABEL: level}, name="storage", settings=settings) == []
    assert len(namespace({LABEL: "open"}, name="storage", settings=settings)) == 1
    assert len(namespace({}, name="storage", settings=settings)) == 1


def test_one_whose_name_is_not_known_yet_may_be_the_platforms() -> None:
    assert namespace({LABEL: "privileged"}, name=UNKNOWN) == []
    assert len(namespace({}, name=UNKNOWN)) == 1


def test_levels_are_settings() -> None:
    settings = Settings.model_validate({"pod_security_levels": ["restricted", "baseline"]})
    assert namespace({LABEL: "baseline"}, settings=settings) == []
    (message,) = namespace({}, settings=settings)
    assert message == (
        "namespace demo enforces no level of Pod Security."
        " Label it pod-security.kubernetes.io/enforce: restricted or baseline."
    )


def test_a_patch_is_judged_by_what_it_sets() -> None:
    def patched(metadata: dict[str, Any]) -> list[str]:
        properties = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", **metadata}}
        return messages(RULE, resource("kubernetes:core/v1:NamespacePatch", properties))

    assert patched({}) == patched({"labels": {"team": "shop"}}) == []
    assert len(patched({"labels": {LABEL: "privileged"}})) == 1
