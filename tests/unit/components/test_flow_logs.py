"""The record of the VPC's traffic, and the role that writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.flow_logs import FlowLogs, FlowLogsArgs
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, run


@pytest.fixture(scope="module")
def declared() -> Recording:
    """The flow logs of a VPC; shared, as nothing changes them."""

    def program() -> dict[str, Any]:
        return {"group": FlowLogs("logs", FlowLogsArgs(naming=NAMING, vpc_id="vpc-1", retention_days=30)).log_group}

    return run(program)


def test_all_traffic_of_the_vpc_is_kept_for_as_long_as_asked(declared: Recording) -> None:
    log, group = declared.one("FlowLog", "logs").inputs, declared.one("LogGroup", "logs")
    assert (log["vpcId"], log["trafficType"], log["maxAggregationInterval"]) == ("vpc-1", "ALL", 60)
    assert (group.inputs["name"], group.inputs["retentionInDays"]) == ("/hardway/sandbox/flow-logs", 30)
    assert group.urn in log_dependencies(declared, "logDestination")
    assert declared.outputs["group"] == "/hardway/sandbox/flow-logs"


def log_dependencies(declared: Recording, key: str) -> tuple[str, ...]:
    return declared.one("FlowLog", "logs").property_dependencies[key]


def test_only_the_flow_log_service_takes_the_role(declared: Recording) -> None:
    role = declared.one("Role", "logs")
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert role.urn in log_dependencies(declared, "iamRoleArn")


def test_the_role_writes_into_that_log_group_only(declared: Recording) -> None:
    (statement,) = json.loads(declared.one("RolePolicy", "logs").inputs["policy"])["Statement"]
    assert statement["Resource"] == f"{declared.one('FlowLog', 'logs').inputs['logDestination']}:*"
    assert not any("*" in action for action in statement["Action"])


def test_logging_starts_once_the_role_may_write(declared: Recording) -> None:
    assert declared.one("RolePolicy", "logs").urn in declared.one("FlowLog", "logs").depends_on


def test_everything_is_its_own_child(declared: Recording) -> None:
    owner = declared.one("FlowLogs", "logs")
    assert {one.parent for one in declared if one is not owner} == {owner.urn}
    assert len(declared.resources) == 5
