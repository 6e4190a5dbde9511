"""Replicas that may all stand on one node."""

from __future__ import annotations

from typing import Any

import pytest

from policy.resource import UNKNOWN
from policy.rules.replicas_not_spread import RULE
from tests.policy.resources import findings
from tests.policy.workloads import LABELS, POD, deployment, pod, workload

CONSTRAINT = POD["topologySpreadConstraints"][0]
TERM = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": LABELS}}
OTHERS = {"matchLabels": {"app": "other"}}


def spread(*constraints: Any, **more: Any) -> dict[str, Any]:
    return pod(topologySpreadConstraints=list(constraints), **more)


def apart(*terms: Any) -> dict[str, Any]:
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


@pytest.mark.parametrize(
    "spec",
    [
        POD,
        spread({**CONSTRAINT, "topologyKey": "topology.kubernetes.io/zone"}),
        spread({**CONSTRAINT, "whenUnsatisfiable": "ScheduleAnyway"}, CONSTRAINT),
        spread({**CONSTRAINT, "labelSelector": {}}),
        spread(affinity=apart(TERM)),
    ],
)
def test_replicas_on_nodes_of_their_own_are_no_finding(spec: dict[str, Any]) -> None:
    assert findings(RULE, deployment(spec)) == []


@pytest.mark.parametrize(
    "spec",
    [
        pod(topologySpreadConstraints=UNKNOWN),
        spread(UNKNOWN),
        spread({**CONSTRAINT, "topologyKey": UNKNOWN}),
        spread({**CONSTRAINT, "whenUnsatisfiable": UNKNOWN}),
        spread({**CONSTRAINT, "labelSelector": UNKNOWN}),
        spread(affinity=UNKNOWN),
        spread(affinity=apart(UNKNOWN)),
        UNKNOWN,
    ],
)
def test_what_is_not_known_yet_is_no_finding(spec: Any) -> None:
    assert findings(RULE, deployment(spec)) == []


@pytest.mark.parametrize(
    "spec",
    [
        pod(topologySpreadConstraints=None),
        spread(),
        spread({**CONSTRAINT, "whenUnsatisfiable": "ScheduleAnyway"}),
        spread({**CONSTRAINT, "topologyKey": "example.org/rack"}),
        spread({**CONSTRAINT, "labelSelector": OTHERS}),
        spread({key: value for key, value in CONSTRAINT.items() if key != "labelSelector"}),
        spread(affinity=apart({**TERM, "labelSelector": OTHERS})),
        spread(affinity={"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [TERM]}}),
        spread(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [TERM]}}),
    ],
)
def test_replicas_that_may_share_a_node_are_found(spec: dict[str, Any]) -> None:
    (found,) = findings(RULE, deployment(spec))
    assert found.message.startswith("Deployment demo may run all of its 2 replicas on one node.")
    assert found.urn == deployment().urn


def test_a_single_replica_and_a_daemon_set_need_none() -> None:
    assert findings(RULE, deployment(spread(), replicas=1), workload("DaemonSet", spread())) == []


def test_labels_that_are_not_known_yet_may_match() -> None:
    assert findings(RULE, deployment(labels=UNKNOWN)) == []
    assert len(findings(RULE, deployment(labels={}))) == 1
