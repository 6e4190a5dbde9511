"""What EC2 says about instances becomes machines by node name."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hardway.machine.agent.decision import Machine
from hardway.machine.agent.inventory import Inventory, Unknown, parse_answer, parse_instances, parse_names

ITEM = """<item><instancesSet><item>
  <instanceId>{id}</instanceId><instanceState><code>16</code><name>{state}</name></instanceState>
  <privateDnsName>{host}</privateDnsName><privateIpAddress>10.40.1.37</privateIpAddress>
  <launchTime>2026-01-01T00:00:00.000Z</launchTime>
  <tagSet><item><key>{key}</key><value>general</value></item><item><key>Name</key><value>x</value></item></tagSet>
</item></instancesSet></item>"""


def text(*items: str, end: str = "") -> str:
    return (
        '<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<reservationSet>{''.join(items)}</reservationSet>{end}</DescribeInstancesResponse>"
    )


def answer(*items: str) -> ElementTree.Element:
    return parse_answer(text(*items))


def item(state: str = "running", host: str = "ip-10-40-1-37.ec2.internal", key: str = "hardway:pool") -> str:
    return ITEM.format(id="i-1", state=state, host=host, key=key)


def test_a_running_instance_of_a_pool() -> None:
    assert parse_instances(answer(item())) == {
        "ip-10-40-1-37": Machine(
            "general",
            frozenset({"ip-10-40-1-37", "ip-10-40-1-37.ec2.internal"}),
            frozenset({"10.40.1.37"}),
            datetime(2026, 1, 1, tzinfo=UTC),
        )
    }


def test_what_does_not_run_is_left_out() -> None:
    assert parse_instances(answer(item(state="shutting-down"))) == {}


def test_what_is_in_no_pool_is_left_out() -> None:
    assert parse_instances(answer(item(key="hardway:machine"))) == {}


def test_an_instance_without_a_name_is_left_out() -> None:
    assert parse_instances(answer(item(host=""))) == {}


def test_no_instances() -> None:
    assert parse_instances(answer()) == {}


@pytest.mark.parametrize("state", ["pending", "running"])
def test_a_machine_that_starts_or_runs_is_there(state: str) -> None:
    assert parse_names(answer(item(state=state, key="hardway:machine"))) == {"ip-10-40-1-37"}


@pytest.mark.parametrize("state", ["shutting-down", "terminated", "stopping", "stopped"])
def test_a_machine_that_ends_is_not(state: str) -> None:
    assert parse_names(answer(item(state=state))) == set()


@pytest.mark.parametrize("xml", ["", "<html/>", text(item())[:-30], text(item(), end="<nextToken>x</nextToken>")])
def test_an_answer_that_is_not_whole_tells_nothing(xml: str) -> None:
    with pytest.raises(Unknown):
        parse_answer(xml)


def test_control_planes_are_always_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "agent.json"
    settings.write_text('{"environment": "golden", "control_planes": {"control-plane-1": "10.40.1.11"}}')
    monkeypatch.setattr(Inventory, "_describe", lambda _: answer())
    assert Inventory(settings).names() == {"control-plane-1"}
