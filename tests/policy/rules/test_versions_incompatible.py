from __future__ import annotations

import pytest

from policy.rule import Finding, Settings
from policy.rules.versions_incompatible import RULE
from tests.policy.resources import findings
from tests.policy.rules.test_version_below_minimum import VERSIONS


def found_with(**changes: str) -> list[Finding]:
    return findings(RULE, settings=Settings(configuration={"hardway:versions": {**VERSIONS, **changes}}))


def test_a_known_combination_is_no_finding() -> None:
    assert found_with() == []


@pytest.mark.parametrize(
    ("component", "version"),
    [("etcd", "3.5.33"), ("containerd", "1.7.33"), ("flannel", "0.26.0"), ("coredns", "1.11.4")],
)
def test_one_that_nobody_tried_is_found(component: str, version: str) -> None:
    (found,) = found_with(**{component: version})
    assert f"hardway:versions.{component} {version} is not combined with kubernetes 1.36.3" in found.message


def test_an_unknown_kubernetes_is_found() -> None:
    (found,) = found_with(kubernetes="1.99.0")
    assert "1.99.0 is not in hardway/config/compatibility.py" in found.message


def test_stacks_without_versions_have_none_to_judge() -> None:
    assert findings(RULE, settings=Settings(configuration={})) == []
