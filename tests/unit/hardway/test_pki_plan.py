"""The plan of leaves: names, uses and subjects, of which a wrong one is found only when something refuses it."""

from __future__ import annotations

import pytest

from hardway.config.environment import Environment
from hardway.pki_plan import Leaf, break_glass_leaf, control_plane_leaves, operator_leaf, pool_leaves
from tests.unit.components.conftest import load


@pytest.fixture(scope="module")
def environment() -> Environment:
    """The sandbox's environment."""
    return load()


def all_leaves(environment: Environment) -> list[Leaf]:
    leaves = [
        leaf for member in environment.control_plane.members for leaf in control_plane_leaves(environment, member)
    ]
    leaves += [leaf for pool in environment.pools for leaf in pool_leaves(environment, pool)]
    return [*leaves, operator_leaf(environment), break_glass_leaf(environment)]


def member_leaf(environment: Environment, name: str) -> Leaf:
    (found,) = [leaf for leaf in control_plane_leaves(environment, "control-plane-2") if leaf.name == name]
    return found


def test_every_leaf_has_a_name_of_its_own(environment: Environment) -> None:
    ids = [leaf.id for leaf in all_leaves(environment)]
    assert len(set(ids)) == len(ids)


def test_paths_are_unique_on_a_machine(environment: Environment) -> None:
    paths = [leaf.path for leaf in control_plane_leaves(environment, "control-plane-1")]
    assert len(set(paths)) == len(paths)


def test_only_break_glass_is_in_system_masters_and_only_for_hours(environment: Environment) -> None:
    masters = [leaf for leaf in all_leaves(environment) if leaf.organization == "system:masters"]
    assert [leaf.owner for leaf in masters] == ["break-glass"]
    assert masters[0].hours == 8
    assert masters[0].path is None


def test_the_api_server_answers_to_every_name_that_clients_use(environment: Environment) -> None:
    leaf = member_leaf(environment, "kube-apiserver")
    assert leaf.uses == ("server_auth",)
    assert set(leaf.dns_names) == {
        "api.sandbox.hardway.internal",
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
    }
    assert set(leaf.ip_addresses) == {"10.42.0.1", "127.0.0.1", "10.40.2.11"}


def test_no_name_is_of_aws(environment: Environment) -> None:
    assert not [leaf.id for leaf in all_leaves(environment) if "amazonaws" in " ".join(leaf.dns_names)]


@pytest.mark.parametrize(
    ("name", "authority", "uses"),
    [
        ("etcd-server", "etcd", ("server_auth", "client_auth")),
        ("etcd-peer", "etcd-peer", ("server_auth", "client_auth")),
        ("etcd-client", "etcd", ("client_auth",)),
        ("kube-apiserver-etcd-client", "etcd", ("client_auth",)),
        ("front-proxy-client", "front-proxy", ("client_auth",)),
        ("kube-apiserver-kubelet-client", "kubernetes", ("client_auth",)),
        ("kubelet", "kubernetes", ("client_auth",)),
    ],
)
def test_each_leaf_is_trusted_by_one_root_for_one_use(
    environment: Environment, name: str, authority: str, uses: tuple[str, ...]
) -> None:
    leaf = member_leaf(environment, name)
    assert (leaf.authority, leaf.uses) == (authority, uses)


def test_a_kubelet_is_the_node_of_its_member(environment: Environment) -> None:
    leaf = member_leaf(environment, "kubelet")
    assert (leaf.common_name, leaf.organization) == ("system:node:control-plane-2", "system:nodes")


def test_etcd_certificates_name_the_planned_address(environment: Environment) -> None:
    for name in ("etcd-server", "etcd-peer"):
        leaf = member_leaf(environment, name)
        assert leaf.ip_addresses == ("10.40.2.11", "127.0.0.1")
        assert leaf.dns_names == ("control-plane-2", "localhost")


def test_leaves_live_a_year_at_most(environment: Environment) -> None:
    assert max(leaf.hours for leaf in all_leaves(environment)) <= 8_784
