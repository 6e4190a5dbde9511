"""Which certificate requests of kubelets are approved, denied or left: one well-formed request, one change a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hardway.machine.agent.decision import CLIENT, SERVING, Asker, Machine, Node, decide
from hardway.machine.agent.request import CertificateRequest

WORKER = "ip-10-40-1-37"
LAUNCHED = datetime(2026, 1, 1, tzinfo=UTC)
MACHINES = {
    WORKER: Machine("general", frozenset({WORKER, f"{WORKER}.ec2.internal"}), frozenset({"10.40.1.37"}), LAUNCHED),
    "control-plane-1": Machine(None, frozenset({"control-plane-1"}), frozenset({"10.40.1.11"})),
}
JOINING = Asker(
    "system:bootstrap:abcdef",
    frozenset({"system:bootstrappers", "system:bootstrappers:hardway:general", "system:authenticated"}),
    CLIENT,
    frozenset({"digital signature", "client auth"}),
)
CLIENT_REQUEST = CertificateRequest(f"system:node:{WORKER}", ("system:nodes",))
RUNNING = Asker(
    f"system:node:{WORKER}",
    frozenset({"system:nodes", "system:authenticated"}),
    SERVING,
    frozenset({"digital signature", "server auth"}),
)
SERVING_REQUEST = replace(CLIENT_REQUEST, dns_names=(WORKER,), addresses=("10.40.1.37",))


def answer(asker: Asker, request: CertificateRequest, node: Node | None = None) -> tuple[str, str]:
    verdict = decide(asker, request, MACHINES, node)
    return verdict.answer, verdict.reason


def test_a_running_instance_of_the_pool_joins() -> None:
    assert answer(JOINING, CLIENT_REQUEST) == ("approve", f"{WORKER} is a running instance of pool general")


def test_a_client_request_may_name_key_encipherment() -> None:
    asker = replace(JOINING, usages=JOINING.usages | {"key encipherment"})
    assert answer(asker, CLIENT_REQUEST)[0] == "approve"


@pytest.mark.parametrize(
    ("asker", "request_", "reason"),
    [
        (replace(JOINING, user="system:serviceaccount:default:a"), CLIENT_REQUEST, "does not hold the join token"),
        (replace(JOINING, groups=frozenset({"system:bootstrappers"})), CLIENT_REQUEST, "does not hold the join token"),
        (
            replace(JOINING, groups=JOINING.groups | {"system:bootstrappers:hardway:batch"}),
            CLIENT_REQUEST,
            "does not hold the join token",
        ),
        (
            replace(JOINING, groups=frozenset({"system:bootstrappers:hardway:batch"})),
            CLIENT_REQUEST,
            "is no machine of pool batch",
        ),
        (
            JOINING,
            replace(CLIENT_REQUEST, common_name="system:node:control-plane-1"),
            "control-plane-1 is no machine of pool general",
        ),
        (JOINING, replace(CLIENT_REQUEST, common_name="hardway:operator"), "subject is not that of a node"),
        (JOINING, replace(CLIENT_REQUEST, organizations=("system:masters",)), "subject is not that of a node"),
        (
            JOINING,
            replace(CLIENT_REQUEST, organizations=("system:nodes", "system:masters")),
            "subject is not that of a node",
        ),
        (JOINING, replace(CLIENT_REQUEST, other_names=1), "kinds that no kubelet asks for"),
        (JOINING, SERVING_REQUEST, "has no names of servers"),
        (replace(JOINING, usages=JOINING.usages | {"server auth"}), CLIENT_REQUEST, "usages"),
        (replace(JOINING, usages=frozenset({"digital signature"})), CLIENT_REQUEST, "usages"),
    ],
)
def test_a_joining_machine_is_denied(asker: Asker, request_: CertificateRequest, reason: str) -> None:
    given, why = answer(asker, request_)
    assert given == "deny"
    assert reason in why


def test_the_identity_of_a_ready_node_is_not_given_twice() -> None:
    # Not even to a newer instance: its node cannot be the one that is Ready.
    given, why = answer(JOINING, CLIENT_REQUEST, Node(ready=True, created=LAUNCHED - timedelta(hours=1)))
    assert given == "deny"
    assert "is Ready" in why


@pytest.mark.parametrize("minutes", [0, 1])
def test_a_node_that_is_cut_off_keeps_its_identity(minutes: int) -> None:
    given, why = answer(JOINING, CLIENT_REQUEST, Node(ready=False, created=LAUNCHED + timedelta(minutes=minutes)))
    assert given == "deny"
    assert "joined before" in why


def test_a_newer_instance_takes_over_the_name_of_one_that_is_gone() -> None:
    assert answer(JOINING, CLIENT_REQUEST, Node(ready=False, created=LAUNCHED - timedelta(minutes=1)))[0] == "approve"


def test_an_instance_of_unknown_age_takes_over_nothing() -> None:
    machines = {WORKER: replace(MACHINES[WORKER], launched=None)}
    assert decide(JOINING, CLIENT_REQUEST, machines, Node(ready=False, created=LAUNCHED)).answer == "deny"


def test_an_instance_that_is_not_listed_yet_is_waited_for() -> None:
    request = replace(CLIENT_REQUEST, common_name="system:node:ip-10-40-1-99")
    assert answer(JOINING, request) == ("wait", "no running instance is called ip-10-40-1-99")


def test_a_renewal_is_left_to_the_controller_manager() -> None:
    asker = replace(RUNNING, signer=CLIENT, usages=JOINING.usages)
    assert answer(asker, CLIENT_REQUEST)[0] == "wait"


def test_other_signers_are_not_ours() -> None:
    assert answer(replace(JOINING, signer="kubernetes.io/kube-apiserver-client"), CLIENT_REQUEST)[0] == "wait"


def test_a_node_gets_a_serving_certificate_for_its_own_names() -> None:
    assert answer(RUNNING, SERVING_REQUEST) == ("approve", f"all names and addresses belong to {WORKER}")


def test_a_control_plane_gets_one_for_its_planned_address() -> None:
    asker = replace(RUNNING, user="system:node:control-plane-1")
    request = CertificateRequest(asker.user, ("system:nodes",), ("control-plane-1",), ("10.40.1.11",))
    assert answer(asker, request)[0] == "approve"


@pytest.mark.parametrize(
    ("asker", "request_", "reason"),
    [
        (replace(RUNNING, user="system:bootstrap:abcdef"), SERVING_REQUEST, "is no node"),
        (replace(RUNNING, groups=frozenset({"system:authenticated"})), SERVING_REQUEST, "is no node"),
        (RUNNING, replace(SERVING_REQUEST, common_name="system:node:control-plane-1"), "asks for the name"),
        (RUNNING, replace(SERVING_REQUEST, addresses=("10.40.1.37", "10.40.1.11")), "does not own 10.40.1.11"),
        (RUNNING, replace(SERVING_REQUEST, dns_names=("api.golden.example.net",)), "does not own api.golden"),
        (RUNNING, replace(SERVING_REQUEST, dns_names=(), addresses=()), "without a name"),
        (RUNNING, replace(SERVING_REQUEST, other_names=1), "kinds that no kubelet asks for"),
        (replace(RUNNING, usages=RUNNING.usages | {"client auth"}), SERVING_REQUEST, "usages"),
    ],
)
def test_a_serving_request_is_denied(asker: Asker, request_: CertificateRequest, reason: str) -> None:
    given, why = answer(asker, request_)
    assert given == "deny"
    assert reason in why
