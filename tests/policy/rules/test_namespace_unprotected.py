"""Namespaces that an edit could delete."""

from __future__ import annotations

from policy.resource import UNKNOWN
from policy.rules.namespace_unprotected import RULE
from tests.policy.resources import messages, resource
from tests.policy.workloads import object_of


def test_a_protected_namespace_is_no_finding() -> None:
    assert messages(RULE, object_of("v1", "Namespace", {}, protect=True)) == []


def test_one_without_protection_is_found_whatever_its_name() -> None:
    for name in ("demo", "kube-system", UNKNOWN):
        (message,) = messages(RULE, object_of("v1", "Namespace", {}, name=name, protect=False))
        assert "protect" in message


def test_what_the_stack_does_not_make_it_does_not_delete() -> None:
    patched = resource("kubernetes:core/v1:NamespacePatch", {"apiVersion": "v1", "kind": "Namespace"})
    assert messages(RULE, patched) == []
    assert messages(RULE, object_of("v1", "ConfigMap", {})) == []
