from __future__ import annotations

from typing import Any

import pytest

from hardway.config.support import MINIMUMS
from policy.rule import Finding, Settings
from policy.rules.version_below_minimum import RULE
from tests.policy.resources import findings

VERSIONS = {
    "kubernetes": "1.36.3",
    "etcd": "3.6.14",
    "containerd": "2.3.5",
    "runc": "1.5.2",
    "cni_plugins": "1.9.1",
    "flannel": "0.28.4",
    "coredns": "1.14.7",
}


def found_with(**changes: str) -> list[Finding]:
    return findings(RULE, settings=Settings(configuration={"hardway:versions": {**VERSIONS, **changes}}))


def test_versions_without_known_holes_are_no_finding() -> None:
    assert found_with() == []


@pytest.mark.parametrize("line", MINIMUMS, ids=lambda line: f"{line.component}-{line.version}")
def test_the_version_before_each_minimum_is_found_with_what_it_is_open_to(line: Any) -> None:
    *minor, patch = line.version.split(".")
    before = ".".join([*minor, str(int(patch) - 1)]) if int(patch) else f"{minor[0]}.{int(minor[1]) - 1}.9"
    (found,) = found_with(**{line.component: before})
    assert f"hardway:versions.{line.component} {before}" in found.message
    assert line.holes[0] in found.message
    assert line.version in found.message
    assert found_with(**{line.component: line.version}) == []


def test_each_component_is_found() -> None:
    assert len(found_with(**dict.fromkeys(VERSIONS, "0.1.0"))) == len(VERSIONS)


@pytest.mark.parametrize("configuration", [{}, {"hardway:versions": None}, {"hardway:versions": {"etcd": "3.6.1"}}])
def test_a_stack_without_versions_has_none_to_judge(configuration: dict[str, Any]) -> None:
    assert findings(RULE, settings=Settings(configuration=configuration)) == []
